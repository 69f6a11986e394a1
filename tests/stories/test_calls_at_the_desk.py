"""What the desk shows of a call: why the level stands, who is on which line, what became of a ring."""

import pytest
from support.phone_stories import LIN, connected, page_of, supervisor, takes
from support.phones import PhoneHouse

from hotline.domain.phone import Mode
from hotline.flow import on_the_line
from hotline.flow.on_the_line import CallAct
from hotline.reports import call_view
from hotline.reports.queue_view import Reader

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
