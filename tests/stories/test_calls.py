"""Stories of calls, told with the provider's double: every leg, every hang-up, every race."""

import pytest
from support.phone_stories import CHEN, LIN, connected
from support.phones import PhoneHouse

from hotline.domain.contact import Level, Role, State
from hotline.flow import intervene


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


@pytest.mark.parametrize(("key", "language", "words"), [("2", "zh-Hans", "谢谢"), ("3", "zh-Hant", "多謝")])
def test_each_language_is_chosen_by_a_key_and_spoken_from_then_on(
    house: PhoneHouse, key: str, language: str, words: str
) -> None:
    house.listener("lin", LIN)
    caller = house.calls()
    caller.press(key)
    house.waits(caller, "asking")
    caller.say("imminent")
    house.passes(1)
    assert house.contact_of(caller).language == language
    assert house.contact_of(caller).level is Level.IMMINENT
    assert any(heard.language in {"cmn-CN", "yue-CN"} for heard in caller.heard)
    del words


def test_silence_is_an_answer_and_counts_as_elevated(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = house.calls()
    house.waits(caller, "waiting")
    house.passes(1)
    contact = house.contact_of(caller)
    assert (contact.level, contact.state) == (Level.ELEVATED, State.OFFERED)
    assert len(lin.ringing) == 1


def test_nobody_answers_and_the_next_one_is_rung(house: PhoneHouse) -> None:
    house.listener("lin", LIN).will("no_answer")
    chen = house.listener("chen", CHEN)
    caller = house.calls()
    house.waits(caller, "waiting")
    for _ in range(60):
        house.passes(1)
        if chen.ringing:
            break
    chen.answer(press="1")
    house.passes(6)
    assert caller.in_conference


@pytest.mark.parametrize("how", ["busy", "fail", "voicemail"])
def test_a_line_that_cannot_be_reached_moves_on_at_once(house: PhoneHouse, how: str) -> None:
    lin = house.listener("lin", LIN).will(how, after=1)
    chen = house.listener("chen", CHEN)
    caller = house.calls()
    house.waits(caller, "waiting")
    for _ in range(40):
        house.passes(1)
        if chen.ringing:
            break
    else:
        raise AssertionError((house.legs_of(house.contact_of(caller).id), caller.words))
    chen.answer(press="1")
    house.passes(6)
    contact = house.contact_of(caller)
    assert caller.in_conference
    assert contact.owner_id == house.people["chen"].id
    assert not lin.talking


def test_two_press_one_in_the_same_moment_and_one_of_them_is_told_who_was_first(house: PhoneHouse) -> None:
    lin, chen = house.listener("lin", LIN, Role.CLINICIAN), house.listener("chen", CHEN, Role.CLINICIAN)
    caller = house.calls()
    caller.press("1")
    house.works()
    assert len(lin.ringing) == len(chen.ringing) == 1
    first, second = lin.answer(), chen.answer()
    with house.world.together():
        first.press("1")
        second.press("1")
    house.passes(8)
    talking = [one for one in (first, second) if one.in_conference]
    lost = [one for one in (first, second) if not one.in_conference]
    assert len(talking) == 1
    assert "Somebody else has taken the call" in lost[0].last
    assert lost[0].status == "completed"
    assert caller.in_conference


def test_a_caller_who_hangs_up_in_the_greeting_has_left(house: PhoneHouse) -> None:
    caller = house.calls()
    caller.hang_up()
    house.works()
    assert house.all_contacts()[0].state is State.ABANDONED


def test_a_caller_who_hangs_up_in_line_frees_who_was_rung(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = house.calls()
    house.waits(caller, "waiting")
    house.passes(1)
    assert lin.ringing
    caller.hang_up()
    house.passes(2)
    assert not lin.ringing
    assert house.all_contacts()[0].state is State.ABANDONED


def test_who_said_that_it_is_safe_is_called_back_and_keeps_their_place(house: PhoneHouse) -> None:
    caller = house.calls()
    house.waits(caller, "waiting")
    caller.press("5")
    house.works()
    caller.hang_up()
    house.works()
    contact = house.all_contacts()[0]
    assert contact.state in {State.WAITING, State.OFFERED}
    seeker = house.world.phone("+85291234567")
    lin = house.listener("lin", LIN)
    house.passes(2)
    assert house.contact(contact.id).state is State.OFFERED
    del seeker, lin


def test_the_caller_is_cut_off_and_rung_again_by_their_listener(house: PhoneHouse) -> None:
    phone = house.listener("lin", LIN)
    caller = house.calls()
    house.waits(caller, "waiting")
    caller.press("5")
    house.works()
    phone.answer(press="1")
    house.passes(6)
    assert caller.in_conference
    contact = house.contact_of(caller)
    caller.hang_up()
    house.passes(3)
    assert "The caller's line is not connected now" in " ".join(heard.text for heard in phone.heard)
    phone.press("1")
    house.passes(3)
    back = house.world.phone("+85291234567").answer()
    house.passes(8)
    assert "If it was you, press 1" in back.last
    back.press("1")
    house.passes(6)
    assert back.in_conference == f"contact-{contact.id}"
    assert house.contact(contact.id).owner_id == house.people["lin"].id


def test_a_listener_who_drops_is_rung_again_and_the_caller_is_told(house: PhoneHouse) -> None:
    caller, phone, contact_id = connected(house)
    phone.hang_up()
    house.passes(2)
    assert "connection to your listener was lost" in " ".join(caller.words)
    house.passes(6)
    assert phone.ringing
    phone.answer(press="1")
    house.passes(6)
    assert caller.in_conference
    assert house.contact(contact_id).owner_id == house.people["lin"].id


def test_a_listener_who_stays_away_gives_the_caller_back_to_the_queue(house: PhoneHouse) -> None:
    caller, phone, contact_id = connected(house)
    chen = house.listener("chen", CHEN)
    phone.will("busy")
    phone.hang_up()
    for _ in range(40):
        house.passes(1)
        if chen.ringing:
            break
    chen.answer(press="1")
    house.passes(6)
    assert caller.in_conference
    assert house.contact(contact_id).owner_id == house.people["chen"].id


def test_the_same_person_who_calls_again_is_heard_in_the_same_contact(house: PhoneHouse) -> None:
    caller, phone, contact_id = connected(house)
    caller.hang_up()
    house.passes(1)
    house.passes(15)
    again = house.calls()
    assert house.contact_of(again).id == contact_id
    assert len(phone.ringing) == 1
    phone.answer(press="1")
    house.waits(again, "talking", 40)
    house.passes(5)
    assert again.in_conference


def test_the_listener_ends_and_the_caller_hears_a_goodbye(house: PhoneHouse) -> None:
    caller, phone, contact_id = connected(house)
    intervene.wrap_up(house.helpline, house.people["lin"], contact_id)
    house.passes(20)
    assert "This conversation has ended" in " ".join(caller.words)
    assert (caller.status, phone.talking) == ("completed", [])


def test_a_callback_is_asked_by_keys_with_what_is_safe(house: PhoneHouse) -> None:
    caller = house.calls()
    house.waits(caller, "waiting")
    for key, stage in (
        ("2", "number"),
        ("5", "safe_call"),
        ("5", "safe_text"),
        ("6", "safe_message"),
        ("6", "waiting"),
    ):
        caller.press(key)
        house.works()
        assert house.leg_of(caller).stage == stage, caller.words[-2:]
    caller.listen()
    assert "We will call you" in " ".join(caller.words)
    caller.hang_up()
    house.works()
    assert house.all_contacts()[0].state is State.WAITING


def test_an_anonymous_caller_is_heard_and_types_a_number_for_a_call_back(house: PhoneHouse) -> None:
    caller = house.calls(from_="+266696687")
    house.waits(caller, "waiting")
    assert "is it safe for us to call you back on this number" not in " ".join(caller.words)
    caller.press("2")
    house.works()
    caller.press("91234567#")
    house.works()
    assert house.leg_of(caller).stage == "safe_call"


def test_a_message_is_left_when_nobody_is_there(house: PhoneHouse) -> None:
    caller = house.calls()
    house.waits(caller, "waiting")
    house.passes(2)
    assert "No listener is on duty" in " ".join(caller.words)
    for key in "4566":
        caller.press(key)
        house.works()
    caller.listen()
    caller.say("please call me, my mother is ill")
    house.works()
    caller.hang_up()
    house.works()
    contact = house.all_contacts()[0]
    assert (contact.state, house.texts(contact.id)) == (State.WAITING, ["please call me, my mother is ill"])
