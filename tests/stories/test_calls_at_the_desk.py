"""What the desk shows of a call: why the level stands, who is on which line, what became of a ring."""

import pytest
from support.phone_stories import LIN, connected, page_of, takes
from support.phones import PhoneHouse

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
