"""What the desk shows of a call: why the level stands, who is on which line, what became of a ring."""

import pytest
from support.phone_stories import LIN, connected, page_of, supervisor, takes
from support.phones import CALLER, PhoneHouse

from hotline.contacts import legs
from hotline.domain.phone import Mode
from hotline.flow import on_the_line
from hotline.flow.on_the_line import CallAct
from hotline.flow.unit import UnitOfWork
from hotline.lab.telephone.people import Phone
from hotline.reports import call_view
from hotline.reports.queue_view import Reader
from hotline.storage import feed

SAID = {
    "en": "Pressed 1 on the telephone: in danger now.",
    "zh-Hans": "在电话上按了 1：现在有危险。",
    "zh-Hant": "在電話上按了 1：現在有危險。",
}


@pytest.mark.parametrize("language", SAID)
def test_who_pressed_one_is_shown_as_having_said_so_themselves(house: PhoneHouse, language: str) -> None:
    lin = house.listener("lin", LIN)
    caller = house.calls()
    caller.press("1")
    contact_id = takes(house, lin, caller)
    page = page_of(house, contact_id, language)
    assert SAID[language] in page
    assert "Imminent seeker" not in page


def test_an_offer_of_a_call_says_that_it_rings_and_a_taken_one_leaves_no_reproach(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = house.calls()
    caller.press("1")
    house.until(lambda: lin.ringing)
    assert "A call: it rings where you take calls" in page_of(house)
    lin.decline()
    house.passes(2)
    assert "Your telephone rang and the call was not taken there" in page_of(house)
    assert "The time to answer was over" not in page_of(house)
    takes(house, lin, caller)
    assert "the call was not taken there" not in page_of(house)


def test_who_holds_a_caller_and_is_not_reached_reads_that_it_was_the_telephone(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    lin.will("busy")
    lin.hang_up()
    house.until(lambda: house.contact(contact_id).owner_id is None, 60)
    page = page_of(house)
    assert "Your telephone did not reach you" in page
    assert "You did not answer for long" not in page
    lin.will("by_hand")
    del caller


def on_the_lines(house: PhoneHouse, contact_id: str) -> dict[str, str]:
    """What each party of a call is shown to do, by alias."""
    parts = house.helpline
    with parts.database.read() as conn:
        seen = Reader(conn, parts.keys, parts.assessor, "en", parts.clock.now())
        found = [one for one in call_view.calls_now(seen) if one["contact_id"] == contact_id]
    return {leg["alias"] or "caller": leg["state"] for call in found for leg in call["legs"]}


def test_who_listens_coaches_or_waits_alone_is_not_shown_as_talking(house: PhoneHouse) -> None:
    caller, _, contact_id = connected(house)
    wong, phone = supervisor(house)
    on_the_line.listen_in(house.helpline, wong, contact_id, Mode.LISTEN)
    house.until(lambda: phone.ringing)
    phone.answer(press="1")
    house.passes(3)
    assert on_the_lines(house, contact_id) == {"caller": "talking", "lin": "talking", "wong": "listens"}
    assert "listens in" in page_of(house, contact_id)
    on_the_line.listen_in(house.helpline, wong, contact_id, Mode.COACH)
    house.passes(2)
    assert on_the_lines(house, contact_id)["wong"] == "coaches"
    caller.hang_up()
    house.works()
    assert on_the_lines(house, contact_id).get("lin", "alone") == "alone"


def test_a_listener_whose_caller_is_held_waits_on_the_line(house: PhoneHouse) -> None:
    _, _, contact_id = connected(house)
    on_the_line.act(house.helpline, house.people["lin"], contact_id, CallAct.HOLD)
    house.passes(2)
    assert on_the_lines(house, contact_id) == {"caller": "hold", "lin": "alone"}
    assert "waits on the line" in page_of(house, contact_id)


def cut_off(house: PhoneHouse) -> tuple[Phone, str]:
    """A caller who may be rung again hangs up; the listener rings them from the desk, and is connected first."""
    caller, lin, contact_id = connected(house)
    house.passes(2)
    with UnitOfWork(house.helpline) as unit:
        legs.change(unit.conn, house.leg_of(caller).id, safe_again=True)
        unit.commit()
    caller.hang_up()
    house.until(lambda: not lin.talking, 30)
    on_the_line.act(house.helpline, house.people["lin"], contact_id, CallAct.CALL)
    house.until(lambda: lin.ringing)
    lin.answer(press="1")
    house.passes(2)
    return lin, contact_id


@pytest.mark.parametrize(("how", "told"), [("voicemail", "a voicemail box answered"), ("busy", "the line was busy")])
def test_a_call_back_that_reaches_nobody_is_told_beside_the_button(house: PhoneHouse, how: str, told: str) -> None:
    house.world.phone(CALLER).will(how, after=3)
    _, contact_id = cut_off(house)
    house.passes(40)
    page = page_of(house, contact_id)
    assert "Our last call to them" in page
    assert told in page


def test_who_picked_up_our_call_back_is_shown_to_hear_our_question(house: PhoneHouse) -> None:
    _, contact_id = cut_off(house)
    topic = feed.contact_topic(contact_id)
    with house.helpline.database.read() as conn:
        told = feed.latest(conn, [topic])[topic]
    house.world.phone(CALLER).answer()
    house.passes(6)
    with house.helpline.database.read() as conn:
        assert feed.latest(conn, [topic])[topic] > told
    assert on_the_lines(house, contact_id)["caller"] == "expected"
    assert "has picked up and hears our question" in page_of(house, contact_id)
