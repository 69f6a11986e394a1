"""Stories of messages left: what is safe is asked before, so that whoever hangs up after it can be answered."""

from typing import Any

import pytest
from support.phone_stories import LIN, in_line, page_of, said
from support.phones import CALLER, PhoneHouse

from hotline.consoles import views
from hotline.contacts import callbacks
from hotline.contacts.callbacks import Callback
from hotline.domain.contact import Level, State
from hotline.domain.phone import Stage
from hotline.flow import respond
from hotline.lab.telephone.people import Handset

WORDS = "my husband was cruel again tonight"


def keys(house: PhoneHouse, caller: Handset, pressed: str) -> None:
    for key in pressed:
        caller.press(key)
        house.works()


def leaves(house: PhoneHouse, pressed: str, number: str = CALLER) -> str:
    """Leaves a message after these keys and hangs up, as is said to them; Lin takes it. Gives the contact's id."""
    caller = in_line(house, number=number)
    keys(house, caller, pressed)
    assert house.leg_of(caller).stage is Stage.MESSAGE
    caller.say(WORDS)
    house.passes(2)
    caller.hang_up()
    house.works()
    house.listener("lin", LIN)
    return respond.claim_next(house.helpline, house.people["lin"])


def wish_of(house: PhoneHouse, contact_id: str) -> Callback | None:
    with house.helpline.database.read() as conn:
        return callbacks.of_contacts(conn, [contact_id]).get(contact_id)


def desk(house: PhoneHouse, contact_id: str) -> dict[str, Any]:
    with house.app.test_request_context():
        return views.contact(house.people["lin"], contact_id)


def test_who_hangs_up_after_their_message_was_asked_before_it_what_is_safe(house: PhoneHouse) -> None:
    contact_id = leaves(house, "45556")
    wish = wish_of(house, contact_id)
    assert wish is not None
    assert (wish.safe_to_call, wish.safe_to_text, wish.safe_to_leave_message) == (True, True, False)
    assert house.texts(contact_id)[-1] == WORDS
    seen = desk(house, contact_id)
    assert "call" in seen["call"]["may"]
    assert (seen["written_by"], seen["call"]["message_at"] is not None) == ("sms", True)
    page = page_of(house, contact_id)
    assert "This is a message that was left by telephone" in page
    assert "They said that a call is safe" in page
    assert "what you write goes out as one" in page


def test_who_says_that_nothing_is_safe_still_leaves_a_message_and_the_desk_says_so(house: PhoneHouse) -> None:
    contact_id = leaves(house, "4566")
    assert wish_of(house, contact_id) is None
    page = page_of(house, contact_id)
    assert "nobody can answer them" in page
    assert "This is a message that was left by telephone" in page


def test_a_text_only_message_says_nothing_about_a_box_they_were_not_asked_about(house: PhoneHouse) -> None:
    wish = wish_of(house, leaves(house, "4565"))
    assert wish is not None
    assert (wish.safe_to_call, wish.safe_to_text, wish.safe_to_leave_message) == (False, True, False)


@pytest.mark.parametrize("silent", ["number", "typed"])
def test_whoever_gives_no_number_leaves_their_message_all_the_same(house: PhoneHouse, silent: str) -> None:
    caller = in_line(house, number=CALLER if silent == "number" else "anonymous")
    keys(house, caller, "4")
    house.waits(caller, "number")
    house.waits(caller, "message", 90)
    house.until(lambda: "Please say your message" in said(caller))
    caller.say(WORDS)
    house.passes(2)
    caller.hang_up()
    house.works()
    contact = house.all_contacts()[0]
    assert (contact.state, house.texts(contact.id)[-1]) == (State.WAITING, WORDS)


def test_the_message_comes_once_and_the_line_goes_on_after_it(house: PhoneHouse) -> None:
    caller = in_line(house)
    keys(house, caller, "4566")
    house.until(lambda: "You can still leave a message" in said(caller))
    caller.say(WORDS)
    house.until(lambda: "Your message is kept" in said(caller), 60)
    keys(house, caller, "2556")
    assert house.leg_of(caller).stage is not Stage.MESSAGE
    keys(house, caller, "6")
    assert house.leg_of(caller).stage is Stage.WAITING
    keys(house, caller, "4")
    assert house.leg_of(caller).stage is Stage.MESSAGE


def test_danger_is_one_key_away_in_every_question_before_a_message(house: PhoneHouse) -> None:
    caller = in_line(house)
    keys(house, caller, "451")
    assert house.contact_of(caller).level is Level.IMMINENT
    assert house.leg_of(caller).stage is Stage.WAITING
