"""Stories of two people who talk: what is heard, what breaks, and what goes on meanwhile."""

import pytest
from support.people import seeker
from support.phone_stories import CHEN, LIN, connected, in_line, kinds_of, own_offer, page_of, rooms, said, takes
from support.phones import CALLER, LINE, PhoneHouse
from support.time import kinds

from hotline.domain.contact import Level, Region, Role, State
from hotline.domain.errors import Conflict, NotAllowed
from hotline.flow import assess, converse, intervene, on_the_line, respond, vanish
from hotline.flow.on_the_line import CallAct
from hotline.jobs import sweep
from hotline.volunteers import store as volunteers


def act(house: PhoneHouse, contact_id: str, what: CallAct, name: str = "lin") -> None:
    on_the_line.act(house.helpline, house.people[name], contact_id, what)
    house.passes(3)


def test_what_one_says_the_other_hears(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    caller.say("are you there")
    lin.say("yes I am")
    assert "are you there" in said(lin)
    assert "yes I am" in said(caller)
    assert "lin is here with you now" in said(caller)
    assert house.texts(contact_id) == ["I had a hard day"]


def test_held_the_caller_hears_that_the_listener_comes_back_and_then_them(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    act(house, contact_id, CallAct.HOLD)
    assert "Your listener will be back with you" in said(caller)
    lin.say("I only ask a colleague")
    assert "I only ask a colleague" not in said(caller)
    act(house, contact_id, CallAct.RESUME)
    lin.say("here I am again")
    assert "here I am again" in said(caller)
    assert kinds_of(house, contact_id)[-2:] == ["call_hold", "call_resume"]


def test_who_was_held_when_the_listener_dropped_is_not_held_any_more(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    act(house, contact_id, CallAct.HOLD)
    lin.hang_up()
    house.passes(2)
    takes(house, lin, caller)
    lin.say("sorry for that")
    assert "sorry for that" in said(caller)
    assert house.leg_of(caller).hold is False


@pytest.mark.parametrize("urgent", [True, False])
def test_a_caller_who_is_cut_off_and_may_not_be_rung_leaves_a_listener_who_is_told(
    house: PhoneHouse, *, urgent: bool
) -> None:
    if urgent:
        caller, lin, contact_id = connected(house, "this is imminent")
    else:
        caller, lin, contact_id = connected(house)
    caller.hang_up()
    house.passes(12)
    assert "The caller's line is not connected now" in said(lin)
    assert "press 1" not in said(lin).rpartition("not connected")[2]
    assert not lin.talking
    assert house.contact(contact_id).state is State.IN_CONVERSATION
    assert ("call_lost" in kinds(house.helpline)) is urgent
    with pytest.raises(NotAllowed):
        act(house, contact_id, CallAct.CALL)


def test_who_rings_again_is_asked_nothing_once_their_listener_is_on_the_line(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    caller.hang_up()
    house.works()
    again = house.calls()
    takes(house, lin, again)
    assert house.contact_of(again).id == contact_id
    assert "what brings you" not in said(again)
    assert "lin is here with you now" in said(again)


def test_the_listener_hangs_up_for_both_and_closes(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    act(house, contact_id, CallAct.HANG_UP)
    house.until(lambda: caller.status == "completed")
    assert "This conversation has ended" in said(caller)
    assert "9 9 9" in said(caller).rpartition("This conversation has ended")[2]
    intervene.wrap_up(house.helpline, house.people["lin"], contact_id)
    house.passes(15)
    assert not lin.talking
    assert not [leg for leg in house.legs_of(contact_id) if leg.open]


@pytest.mark.parametrize("when", ["held", "alone", "listener_drops"])
def test_whoever_is_hung_up_on_hears_the_goodbye_wherever_they_stand(house: PhoneHouse, when: str) -> None:
    caller, lin, contact_id = connected(house, "this is imminent")
    if when == "held":
        act(house, contact_id, CallAct.HOLD)
    elif when == "alone":
        lin.hang_up()
        house.passes(3)
    act(house, contact_id, CallAct.HANG_UP)
    assert 'value="hold"' not in (page := page_of(house, contact_id))
    assert "hears the goodbye" in page
    if when == "listener_drops" and lin.talking:
        lin.hang_up()
    house.until(lambda: caller.status == "completed")
    assert "This conversation has ended" in said(caller)
    assert "9 9 9" in said(caller).rpartition("This conversation has ended")[2]
    house.passes(15)
    assert not lin.ringing
    assert house.contact(contact_id).state is State.IN_CONVERSATION


def test_a_listener_who_leaves_by_the_desk_is_rung_again_because_the_caller_is_still_theirs(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    on_the_line.leave_line(house.helpline, house.people["lin"], contact_id)
    house.passes(3)
    assert not lin.talking
    takes(house, lin, caller)


def test_a_listener_whose_telephone_is_on_the_call_is_not_rung_twice(house: PhoneHouse) -> None:
    _, _, contact_id = connected(house)
    with pytest.raises(Conflict):
        act(house, contact_id, CallAct.RING_ME)


def test_an_hour_on_the_telephone_raises_no_alarm_about_silence(house: PhoneHouse) -> None:
    _, _, contact_id = connected(house, "this is imminent")
    before = set(kinds(house.helpline))
    for _ in range(20):
        house.passes(3)
        house.clock.advance(seconds=57)
        house.works()
        sweep.vanished_seekers(house.helpline)
        vanish.silent_listeners(house.helpline)
        vanish.let_go_of_vanished(house.helpline)
    assert set(kinds(house.helpline)) <= before | {"risk_rising"}
    assert house.contact(contact_id).state is State.IN_CONVERSATION


def test_the_line_keeps_a_listener_here_whose_desk_sleeps(house: PhoneHouse) -> None:
    _, lin, contact_id = connected(house)
    house.asleep.add("lin")
    for _ in range(6):
        house.passes(20)
        vanish.let_go_of_vanished(house.helpline)
    contact = house.contact(contact_id)
    assert (contact.state, contact.owner_id) == (State.IN_CONVERSATION, house.people["lin"].id)
    lin.hang_up()
    lin.will("no_answer")
    house.passes(100)
    vanish.let_go_of_vanished(house.helpline)
    with house.helpline.database.read() as conn:
        duty = volunteers.duty_of(conn, house.people["lin"].id)
    assert duty is not None
    assert not duty.on_duty


def test_a_shift_that_ends_in_the_middle_ends_after_the_call(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    with pytest.raises(Conflict):
        respond.go(house.helpline, house.people["lin"], on_duty=False)
    assert caller.in_conference
    intervene.wrap_up(house.helpline, house.people["lin"], contact_id)
    house.passes(20)
    respond.go(house.helpline, house.people["lin"], on_duty=False)
    in_line(house, number="+85291230001")
    house.passes(20)
    assert not lin.ringing


def test_texts_during_a_call_are_of_the_same_contact_and_listener(house: PhoneHouse) -> None:
    caller, _, contact_id = connected(house)
    house.world.text(CALLER, LINE, "I can not say this aloud")
    house.passes(2)
    assert house.texts(contact_id) == ["I had a hard day", "I can not say this aloud"]
    assert len(house.all_contacts()) == 1
    assert caller.in_conference
    assert house.contact(contact_id).owner_id == house.people["lin"].id


def test_who_writes_and_then_calls_by_the_number_they_left_stays_with_their_listener(house: PhoneHouse) -> None:
    house.world.text(CALLER, LINE, "can I talk to somebody")
    house.works()
    lin = house.listener("lin", LIN)
    contact = house.all_contacts()[0]
    respond.claim_next(house.helpline, house.people["lin"])
    caller = house.calls()
    takes(house, lin, caller)
    assert house.contact_of(caller).id == contact.id
    assert house.contact(contact.id).owner_id == house.people["lin"].id


def test_another_number_is_another_contact(house: PhoneHouse) -> None:
    _, _, contact_id = connected(house)
    other = in_line(house, number="+85291230001")
    assert house.contact_of(other).id != contact_id


def test_risk_that_rises_in_a_call_gives_the_listeners_other_chat_to_somebody_else(house: PhoneHouse) -> None:
    house.world.text(CALLER, LINE, "can I talk to somebody")
    chat = seeker(house.helpline, region=Region.HONG_KONG).contact
    lin = house.listener("lin", LIN)
    for _ in range(2):
        respond.claim_next(house.helpline, house.people["lin"])
    caller = house.calls()
    contact_id = takes(house, lin, caller)
    house.listener("chen", CHEN, Role.CLINICIAN)
    assess.set_level(house.helpline, house.people["lin"], contact_id, Level.HIGH, "said a plan")
    house.passes(5)
    assert own_offer(house, "chen").contact_id == chat.id
    assert "risk_rising" in kinds(house.helpline)
    assert rooms(house, contact_id) == sorted([CALLER, LIN])


def test_words_in_the_chat_page_of_who_is_on_the_line_reach_the_desk(house: PhoneHouse) -> None:
    _, _, contact_id = connected(house)
    contact = house.contact(contact_id)
    converse.post_as_seeker(house.helpline, contact, text="my address", client_id="one-more-word")
    assert house.texts(contact_id)[-1] == "my address"
