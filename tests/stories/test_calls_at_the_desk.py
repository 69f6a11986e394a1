"""What the desk shows of a call: why the level stands, who is on which line, what became of a ring."""

import pytest
from support.phone_stories import LIN, page_of, takes
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
