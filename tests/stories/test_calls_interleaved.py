"""Whatever a network does to webhooks (twice, late, in another order), a story of a call ends as it does without."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.phone_invariants import check
from support.phone_stories import CHEN, LIN, OTHER_CALLERS, kinds_of, rang
from support.phones import CALLER, PhoneHouse
from support.time import kinds

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.domain.contact import Role
from hotline.flow import intervene, on_the_line, respond
from hotline.flow.on_the_line import CallAct
from hotline.lab.telephone.faults import PlannedFaults, WebhookFaults
from hotline.lab.telephone.people import Handset, Phone

PATIENCE_SECONDS = 120
MOST_RINGS = 12
DELAYS = (0.0, 0.4, 1.0, 3.0)
"""The longest stay below what people are given to answer: whoever is late for good is another story."""
HOPS = st.lists(st.sampled_from(DELAYS), min_size=1, max_size=3)
FAULTS = st.one_of(
    st.builds(PlannedFaults, st.lists(HOPS, max_size=40)),
    st.builds(
        WebhookFaults,
        seed=st.integers(0, 2**32 - 1),
        doubled=st.sampled_from([0.0, 0.5, 1.0]),
        delayed=st.sampled_from([0.0, 0.5, 1.0]),
        most_delay_seconds=st.just(DELAYS[-1]),
        reversed_order=st.booleans(),
    ),
)
QUICK = settings(
    max_examples=16, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
THOUSAND = 1000


def at(house: PhoneHouse, caller: Handset, stage: str) -> None:
    """Until this caller is being asked at ``stage``."""
    house.until(lambda: _stands(house, caller, stage) and caller.is_asked, PATIENCE_SECONDS)


def _stands(house: PhoneHouse, caller: Handset, stage: str) -> bool:
    with house.helpline.database.read() as conn:
        leg = legs.by_sid(conn, caller.sid)
    return leg is not None and leg.stage == stage


def says_it(house: PhoneHouse, words: str, number: str = CALLER) -> Handset:
    caller = house.calls(number)
    at(house, caller, "asking")
    caller.say(words)
    return caller


def picks_up(house: PhoneHouse, phone: Phone) -> Handset:
    """Whoever is rung answers, listens to the question and presses 1."""
    house.until(lambda: phone.ringing, PATIENCE_SECONDS)
    handset = phone.answer()
    house.until(lambda: handset.is_asked, PATIENCE_SECONDS)
    handset.press("1")
    return handset


def they_meet(house: PhoneHouse, caller: Handset, helper: Handset) -> None:
    house.until(lambda: caller.in_conference and caller.in_conference == helper.in_conference, PATIENCE_SECONDS)


def a_talk(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = says_it(house, "I had a hard day")
    they_meet(house, caller, picks_up(house, lin))
    intervene.wrap_up(house.helpline, house.people["lin"], house.contact_of(caller).id)


def danger_and_a_broken_line(house: PhoneHouse) -> None:
    house.listener("lin", LIN, Role.CLINICIAN)
    caller = house.calls()
    at(house, caller, "greeting")
    caller.press("1")
    they_meet(house, caller, picks_up(house, house.world.phone(LIN)))
    caller.hang_up()


def words_and_then_gone(house: PhoneHouse) -> None:
    caller = says_it(house, "I had a hard day")
    at(house, caller, "waiting")
    caller.hang_up()


def cut_off_in_the_middle_of_a_word(house: PhoneHouse) -> None:
    caller = says_it(house, "this is imminent")
    caller.hang_up()


def a_call_back(house: PhoneHouse) -> None:
    caller = says_it(house, "I had a hard day")
    for stage, key in (
        ("waiting", "2"),
        ("number", "5"),
        ("safe_call", "5"),
        ("safe_text", "6"),
        ("safe_message", "6"),
    ):
        at(house, caller, stage)
        caller.press(key)
    at(house, caller, "waiting")
    caller.hang_up()
    house.passes(8)
    lin = house.listener("lin", LIN)
    contact_id = respond.claim_next(house.helpline, house.people["lin"])
    on_the_line.act(house.helpline, house.people["lin"], contact_id, CallAct.CALL)
    helper = picks_up(house, lin)
    they_meet(house, picks_up(house, house.world.phone(CALLER)), helper)


def a_listener_who_drops(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = says_it(house, "I had a hard day")
    they_meet(house, caller, picks_up(house, lin))
    house.passes(8)
    lin.hang_up()
    they_meet(house, caller, picks_up(house, lin))


def two_at_once(house: PhoneHouse) -> None:
    lin, chen = house.listener("lin", LIN), house.listener("chen", CHEN)
    callers = [says_it(house, f"a hard day of {number}", number) for number in OTHER_CALLERS[:2]]
    for _ in range(MOST_RINGS):
        house.until(lambda: rang([lin, chen]) or all_talk(callers), PATIENCE_SECONDS)
        if all_talk(callers):
            return
        takes_what_rings(house, rang([lin, chen])[0])
    raise AssertionError(f"rung {MOST_RINGS} times, and not everybody talks")


def all_talk(callers: list[Handset]) -> bool:
    return all(one.in_conference for one in callers)


def takes_what_rings(house: PhoneHouse, phone: Phone) -> None:
    """Presses 1 when asked; a ring that ran out while somebody spoke with the other caller is told to be over."""
    handset = phone.answer()
    house.until(lambda: handset.is_asked or handset.call.is_over, PATIENCE_SECONDS)
    handset.press("1")
    house.until(lambda: handset.in_conference or handset.call.is_over, PATIENCE_SECONDS)


def a_message(house: PhoneHouse) -> None:
    caller = says_it(house, "I had a hard day")
    at(house, caller, "waiting")
    for key, stage in (
        ("4", "number"),
        ("5", "safe_call"),
        ("5", "safe_text"),
        ("6", "safe_message"),
        ("6", "message"),
    ):
        caller.press(key)
        at(house, caller, stage)
    caller.say("please call me")
    at(house, caller, "message")
    caller.hang_up()


STORIES: list[Callable[[PhoneHouse], None]] = [
    a_talk,
    danger_and_a_broken_line,
    words_and_then_gone,
    cut_off_in_the_middle_of_a_word,
    a_call_back,
    a_listener_who_drops,
    two_at_once,
    a_message,
]


RUNG_AS_OFTEN_AS_IT_TAKES = (two_at_once,)
"""Where a ring may run out while its telephone waits for the other one: who talks at the end is told, not how often."""
OF_RINGS = {"number_dialled", "offer_made", "offer_missed", "helper_leg_ended", "step_offer", "step_decline"}
LONG = settings(QUICK, max_examples=THOUSAND // len(STORIES), derandomize=False, print_blob=True)
LATE_WORDS = (cut_off_in_the_middle_of_a_word,)
"""Where words may come after the line has ended: the person has left, is heard, and has left again."""


def ends(house: PhoneHouse, story: Callable[[PhoneHouse], None]) -> dict[str, Any]:
    """Tell a story until everything that is under way has arrived; gives how it all stands."""
    story(house)
    house.passes(25)
    check(house)
    found = house.all_contacts()
    names = {person.id: name for name, person in house.people.items()} | {None: ""}
    every = [leg for contact in found for leg in house.legs_of(contact.id)]
    stands = {
        "contacts": [(one.state, one.level, one.language, names[one.owner_id] != "") for one in found],
        "messages": [Counter(_messages(house, one.id, set(names.values()))) for one in found],
        "legs": Counter((leg.party, leg.state, leg.stage, leg.why, leg.mode) for leg in every),
        "log": [Counter(kinds_of(house, one.id)) for one in found],
        "alarms": kinds(house.helpline),
        "calls": Counter(call.call.to for call in house.world.calls()),
    }
    if story in RUNG_AS_OFTEN_AS_IT_TAKES:
        stands |= {
            "legs": Counter((leg.party, leg.state, leg.stage, leg.mode) for leg in every if leg.joined_at),
            "log": [Counter(kind for kind in kinds_of(house, one.id) if kind not in OF_RINGS) for one in found],
            "calls": {call.call.to for call in house.world.calls()},
        }
    if story in LATE_WORDS:
        stands = {name: stands[name] for name in ("contacts", "alarms")} | {
            "texts": [house.texts(one.id) for one in found]
        }
    return stands


def _messages(house: PhoneHouse, contact_id: str, names: set[str]) -> list[tuple[str, str]]:
    """Who said what; whichever of two equal listeners it was is left to chance."""
    with house.helpline.database.read() as conn:
        found = contacts.read_messages(conn, house.helpline.keys, contact_id)
    said = [(one.author.value, one.text) for one in found]
    for name in filter(None, names):
        said = [(author, text.replace(name, "NAME")) for author, text in said]
    return said


CLEAN: dict[str, dict[str, Any]] = {}


def holds(fresh: Callable[[], PhoneHouse], story: Callable[[PhoneHouse], None], faults: Any) -> None:
    """The story ends with these faults as it ends without."""
    if story.__name__ not in CLEAN:
        CLEAN[story.__name__] = ends(fresh(), story)
    house = fresh()
    house.world.faults(faults)
    disturbed = ends(house, story)
    assert disturbed == CLEAN[story.__name__], story.__name__
    assert not house.world.errors


@pytest.mark.timeout(600)
def test_a_story_ends_the_same_however_its_webhooks_come(fresh: Callable[[], PhoneHouse]) -> None:
    @QUICK
    @given(st.sampled_from(STORIES), FAULTS)
    def check(story: Callable[[PhoneHouse], None], faults: Any) -> None:
        holds(fresh, story, faults)

    check()


@pytest.mark.campaign
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("story", STORIES)
def test_a_thousand_ways_of_webhooks_end_the_same(
    fresh: Callable[[], PhoneHouse], story: Callable[[PhoneHouse], None]
) -> None:
    """So many of each story that they are a thousand together; ``-n 2`` tells two stories at a time."""

    @LONG
    @given(FAULTS)
    def check(faults: Any) -> None:
        holds(fresh, story, faults)

    check()
