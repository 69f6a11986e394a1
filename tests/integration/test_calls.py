"""Stories of calls, told with the provider's double: every leg, every hang-up, every race."""

import pytest
from support.fakes import FakeClock
from support.phones import PhoneHouse, phone_house

from hotline.domain.contact import Level, Role, State
from hotline.flow.helpline import Helpline
from hotline.settings import Settings

LIN, CHEN = "+85261111111", "+85262222222"


@pytest.fixture
def house(helpline: Helpline, settings: Settings, clock: FakeClock) -> PhoneHouse:
    return phone_house(helpline, settings, clock)


def test_a_caller_says_what_brings_them_and_talks_with_a_listener(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = house.calls()
    caller.silent()
    house.waits(caller, "asking")
    caller.say("I had a hard day at work")
    house.passes(1)
    contact = house.contact_of(caller)
    assert (contact.level, house.texts(contact.id)) == (Level.ROUTINE, ["I had a hard day at work"])
    assert len(lin.ringing) == 1
    lin.answer(press="1")
    house.passes(5)
    assert caller.in_conference == f"contact-{contact.id}"
    assert lin.talking[0].in_conference == caller.in_conference
    now = house.contact(contact.id)
    assert (now.state, now.first_reply_at is not None) == (State.IN_CONVERSATION, True)
    assert not house.world.errors


def test_key_one_in_the_greeting_is_danger(house: PhoneHouse) -> None:
    chen = house.listener("chen", CHEN, Role.CLINICIAN)
    caller = house.calls()
    caller.press("1")
    house.works()
    contact = house.contact_of(caller)
    assert contact.level is Level.IMMINENT
    assert any("Your safety comes first" in words and "9 9 9" in words for words in caller.words)
    assert len(chen.ringing) == 1
