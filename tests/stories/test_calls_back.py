"""Stories of being called back: by whom, at which number, what a box or somebody else hears, and how often."""

from datetime import timedelta

import pytest
from support.people import seeker
from support.phone_stories import LIN, in_line, kinds_of, number_of, said
from support.phones import CALLER, PhoneHouse

from hotline.contacts import callbacks
from hotline.domain.contact import Level, Region, State
from hotline.flow import callback, on_the_line, respond
from hotline.flow.callback import Wish
from hotline.flow.on_the_line import CallAct
from hotline.lab.telephone.people import Phone


def keys(house: PhoneHouse, caller: object, pressed: tuple[str, ...]) -> None:
    for key in pressed:
        caller.press(key)  # type: ignore[attr-defined]
        house.works()


def wished(house: PhoneHouse, *, message: bool = False) -> tuple[Phone, str]:
    """Somebody left a number in the chat, and a listener calls it now; gives their telephone and the contact."""
    contact = seeker(house.helpline, region=Region.HONG_KONG).contact
    wish = Wish(CALLER, safe_to_call=True, safe_to_text=False, safe_to_leave_message=message)
    callback.ask(house.helpline, contact, wish)
    lin = house.listener("lin", LIN)
    respond.claim(house.helpline, house.people["lin"], contact.id)
    on_the_line.act(house.helpline, house.people["lin"], contact.id, CallAct.CALL)
    house.until(lambda: lin.ringing)
    lin.answer(press="1")
    house.passes(2)
    return lin, contact.id


def attempts(house: PhoneHouse, contact_id: str) -> int:
    with house.helpline.database.read() as conn:
        found = callbacks.of_contacts(conn, [contact_id]).get(contact_id)
    return 0 if found is None else found.attempts


def what_is_safe(house: PhoneHouse, contact_id: str) -> tuple[bool, bool, bool]:
    """Whether a call, a text and a word in a voicemail box are safe."""
    with house.helpline.database.read() as conn:
        wish = callbacks.of_contacts(conn, [contact_id])[contact_id]
    return wish.safe_to_call, wish.safe_to_text, wish.safe_to_leave_message


def test_who_asked_to_be_called_presses_one_and_talks_with_who_waits_already(house: PhoneHouse) -> None:
    lin, contact_id = wished(house)
    theirs = house.world.phone(CALLER)
    assert len(theirs.ringing) == 1
    back = theirs.answer()
    house.passes(8)
    back.press("1")
    house.passes(4)
    lin.say("this is the helpline")
    assert "this is the helpline" in said(back)
    assert house.contact(contact_id).state is State.IN_CONVERSATION
    with house.helpline.database.read() as conn:
        assert contact_id not in callbacks.of_contacts(conn, [contact_id])


@pytest.mark.parametrize("how", ["other_key", "silence", "hangs_up"])
def test_somebody_else_at_that_number_learns_nothing_and_it_is_tried_later(house: PhoneHouse, how: str) -> None:
    lin, contact_id = wished(house)
    back = house.world.phone(CALLER).answer()
    house.passes(6)
    if how == "other_key":
        back.press("7")
    elif how == "hangs_up":
        back.hang_up()
    house.passes(30)
    heard = said(back).lower()
    assert not any(word in heard for word in ("helpline", "crisis", "danger", "listener", "emergency"))
    assert back.status == "completed"
    assert (house.contact(contact_id).state, attempts(house, contact_id)) == (State.CALLBACK_DUE, 1)
    assert not lin.talking


@pytest.mark.parametrize("message", [True, False])
def test_a_box_hears_a_word_only_where_that_is_safe(house: PhoneHouse, *, message: bool) -> None:
    house.world.phone(CALLER).will("voicemail", after=3)
    _, contact_id = wished(house, message=message)
    house.passes(40)
    heard = said(house.world.phone(CALLER))
    assert ("This is a message for the person who asked for a call" in heard) is message
    assert message or heard == ""
    assert (house.contact(contact_id).state, attempts(house, contact_id)) == (State.CALLBACK_DUE, 1)


@pytest.mark.parametrize("how", ["fail", "busy", "no_answer"])
def test_a_number_that_does_not_answer_is_tried_three_times_and_then_it_is_a_persons_to_decide(
    house: PhoneHouse, how: str
) -> None:
    house.world.phone(CALLER).will(how)
    lin, contact_id = wished(house)
    house.passes(45)
    for number in (2, 3):
        assert (house.contact(contact_id).state, attempts(house, contact_id)) == (State.CALLBACK_DUE, number - 1)
        house.clock.set(house.clock.now() + timedelta(seconds=house.helpline.routing.callback_retry_seconds))
        house.works()
        callback.bring_back_due(house.helpline)
        respond.claim(house.helpline, house.people["lin"], contact_id)
        on_the_line.act(house.helpline, house.people["lin"], contact_id, CallAct.CALL)
        house.until(lambda: lin.ringing)
        lin.answer(press="1")
        house.passes(50)
    assert house.contact(contact_id).state is State.IN_CONVERSATION
    assert kinds_of(house, contact_id).count("called_back") == 3


def test_who_calls_us_while_we_are_about_to_call_them_is_one_call(house: PhoneHouse) -> None:
    contact = seeker(house.helpline, region=Region.HONG_KONG).contact
    wish = Wish(CALLER, safe_to_call=True, safe_to_text=False, safe_to_leave_message=False)
    callback.ask(house.helpline, contact, wish)
    lin = house.listener("lin", LIN)
    respond.claim(house.helpline, house.people["lin"], contact.id)
    on_the_line.act(house.helpline, house.people["lin"], contact.id, CallAct.CALL)
    house.until(lambda: lin.ringing)
    caller = house.calls()
    lin.answer(press="1")
    house.passes(40)
    assert not house.world.phone(CALLER).ringing
    assert caller.in_conference == f"contact-{house.contact_of(caller).id}", [one.words for one in house.world.calls()]
    assert house.contact_of(caller).id == contact.id


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("91234567#", "+85291234567"),
        ("12345#", None),
        ("00#", None),
        ("999#", None),
        ("001442071838750#", "+442071838750"),
    ],
)
def test_a_typed_number_is_read_as_one_of_the_region_and_asked_again_when_nobody_can_dial_it(
    house: PhoneHouse, typed: str, kept: str | None
) -> None:
    caller = in_line(house)
    keys(house, caller, ("2", "6", typed))
    contact = house.contact_of(caller)
    if kept is not None:
        assert house.leg_of(caller).stage == "safe_call"
    elif len(typed) > 5:
        caller.listen()
        assert "We cannot call that number" in said(caller)
        assert house.leg_of(caller).stage == "number"
    else:
        assert house.leg_of(caller).stage == "waiting"
    assert number_of(house, contact.id, "callback") == kept


def test_who_says_that_nothing_is_safe_is_called_by_nobody_and_the_number_is_forgotten(house: PhoneHouse) -> None:
    caller = in_line(house)
    keys(house, caller, ("2", "5", "6", "6"))
    contact = house.contact_of(caller)
    assert number_of(house, contact.id, "callback") is None
    caller.listen()
    assert "we will not call you" in said(caller)
    caller.hang_up()
    house.passes(3)
    assert house.contact(contact.id).state is State.ABANDONED


@pytest.mark.parametrize("first", [(), ("4",)])
def test_who_says_that_only_a_text_is_safe_is_not_told_that_we_call(house: PhoneHouse, first: tuple[str, ...]) -> None:
    caller = in_line(house)
    house.passes(2)
    keys(house, caller, first)
    if first:
        caller.say("please help me")
        house.passes(12)
        house.waits(caller, "number")
        keys(house, caller, ("5", "6", "5"))
    else:
        keys(house, caller, ("2", "5", "6", "5"))
    house.passes(10)
    assert "We will not call you. A listener will write" in said(caller)
    assert "We will call you" not in said(caller)
    assert what_is_safe(house, house.contact_of(caller).id) == (False, True, False)


def test_the_desk_cannot_call_who_never_said_that_it_is_safe(house: PhoneHouse) -> None:
    house.listener("lin", LIN)
    contact = seeker(house.helpline, region=Region.HONG_KONG).contact
    respond.claim(house.helpline, house.people["lin"], contact.id)
    assert not on_the_line.may_call(house.helpline, contact.id)


def test_a_message_that_was_left_is_heard_by_a_listener_who_calls_back_at_the_number_they_allowed(
    house: PhoneHouse,
) -> None:
    caller = in_line(house)
    house.passes(2)
    keys(house, caller, ("4", "5", "5", "6", "6"))
    house.passes(12)
    caller.say("my mother is ill, please call me")
    house.passes(2)
    caller.hang_up()
    house.works()
    contact = house.all_contacts()[0]
    assert what_is_safe(house, contact.id) == (True, False, False)
    lin = house.listener("lin", LIN)
    assert respond.claim_next(house.helpline, house.people["lin"]) == contact.id
    assert house.texts(contact.id) == ["I had a hard day", "my mother is ill, please call me"]
    on_the_line.act(house.helpline, house.people["lin"], contact.id, CallAct.CALL)
    house.until(lambda: lin.ringing)
    lin.answer(press="1")
    house.until(lambda: house.world.phone(CALLER).ringing)


def test_a_message_in_danger_is_danger(house: PhoneHouse) -> None:
    caller = in_line(house)
    keys(house, caller, ("4", "5", "5", "6", "6"))
    caller.say("this is imminent")
    house.passes(2)
    caller.hang_up()
    house.works()
    contact = house.all_contacts()[0]
    assert (contact.level, contact.state) == (Level.IMMINENT, State.WAITING)


def test_a_listener_who_does_not_take_their_own_ring_does_not_make_the_other_one_ring(house: PhoneHouse) -> None:
    contact = seeker(house.helpline, region=Region.HONG_KONG).contact
    wish = Wish(CALLER, safe_to_call=True, safe_to_text=False, safe_to_leave_message=False)
    callback.ask(house.helpline, contact, wish)
    house.listener("lin", LIN).will("busy")
    respond.claim(house.helpline, house.people["lin"], contact.id)
    on_the_line.act(house.helpline, house.people["lin"], contact.id, CallAct.CALL)
    house.passes(60)
    assert not house.world.phone(CALLER).heard
    assert not house.world.phone(CALLER).ringing
    assert not [leg for leg in house.legs_of(contact.id) if leg.open]
    assert house.contact(contact.id).state in {State.WAITING, State.OFFERED}
