"""Stories of the wait: who is rung for whom, who is not, and what becomes of a race."""

from datetime import timedelta

import pytest
from support.people import seeker
from support.phone_stories import (
    CHEN,
    LIN,
    OTHER_CALLERS,
    WONG,
    connected,
    in_line,
    kinds_of,
    own_offer,
    rang,
    said,
    supervisor,
    takes,
)
from support.phones import PhoneHouse
from support.rota import shift

from hotline.domain.contact import Outcome, Role, State
from hotline.domain.errors import AtCapacity, NoTelephone
from hotline.flow import about_whom, intervene, offer, respond, sign_in
from hotline.flow.intervene import ClosingForm
from hotline.routing.replies import Decline


def finish(house: PhoneHouse, name: str, contact_id: str) -> None:
    intervene.close(house.helpline, house.people[name], contact_id, ClosingForm(Outcome.SUPPORTED))


@pytest.mark.parametrize("number", [2, 3])
def test_however_many_press_one_in_the_same_instant_one_has_the_caller(house_on_both: PhoneHouse, number: int) -> None:
    house = house_on_both
    phones = [
        house.listener(name, phone, Role.CLINICIAN)
        for name, phone in (("lin", LIN), ("chen", CHEN), ("yu", "+85264444444"))[:number]
    ]
    caller = house.calls()
    caller.press("1")
    house.passes(2)
    assert rang(phones) == phones
    handsets = [phone.answer() for phone in phones]
    with house.world.together():
        for handset in handsets:
            handset.press("1")
    house.passes(10)
    talking = [one for one in handsets if one.in_conference]
    assert len(talking) == 1
    assert all("Somebody else has taken the call" in one.last for one in handsets if one not in talking)
    assert [one.status for one in handsets].count("completed") == number - 1
    assert caller.in_conference
    assert kinds_of(house, house.contact_of(caller).id).count("helper_on_the_line") == 1


@pytest.mark.parametrize("caller_first", [True, False])
def test_a_caller_who_hangs_up_exactly_while_a_listener_presses_one_strands_nobody(
    house_on_both: PhoneHouse, *, caller_first: bool
) -> None:
    house = house_on_both
    lin = house.listener("lin", LIN)
    caller = in_line(house)
    house.until(lambda: lin.ringing)
    handset = lin.answer()
    with house.world.together():
        if caller_first:
            caller.hang_up()
            handset.press("1")
        else:
            handset.press("1")
            caller.hang_up()
    house.passes(20)
    contact = house.all_contacts()[0]
    assert contact.state in {State.ABANDONED, State.IN_CONVERSATION}
    assert handset.status == "completed", (
        said(handset),
        house.world.errors,
        house.legs_of(contact.id),
        handset.call.activity,
    )
    assert "not connected now" in said(handset) or "no longer waiting" in said(handset)
    assert not [leg for leg in house.legs_of(contact.id) if leg.open]


def test_four_callers_and_two_listeners_all_talk_in_the_end(house: PhoneHouse) -> None:
    phones = {"lin": house.listener("lin", LIN), "chen": house.listener("chen", CHEN)}
    callers = [in_line(house, number=number) for number in OTHER_CALLERS]
    talked: list[str] = []
    for _ in range(8):  # a ring may end in the instant in which it is answered; then it comes again
        if len(talked) < len(callers):
            house.until(lambda: rang(phones.values()), 150)
        for name, phone in phones.items():
            if phone.ringing:
                phone.answer(press="1")
                house.passes(8)
                for now in [one for one in callers if one.in_conference and one.sid not in talked]:
                    talked.append(now.sid)
                    finish(house, name, house.contact_of(now).id)
                house.passes(3)
    assert sorted(talked) == sorted(one.sid for one in callers)


def test_the_position_that_is_told_goes_down(house: PhoneHouse) -> None:
    _, _, first = connected(house)
    second, third = (in_line(house, number=number) for number in OTHER_CALLERS[:2])
    house.passes(5)
    assert "You are number 2 in line" in said(third), said(third)
    finish(house, "lin", first)
    lin = house.world.phone(LIN)
    takes(house, lin, second)
    house.passes(90)
    told = said(third)
    later = told[told.index("You are number 2 in line") :]
    assert "You are number 1 in line" in later or "You are next" in later


def test_a_listener_without_a_telephone_is_never_rung_and_cannot_take_a_caller(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    with_desk_only = house.people["lin"]
    sign_in.set_phone(house.helpline, with_desk_only, "")
    caller = in_line(house)
    house.passes(60)
    assert not lin.heard
    assert house.contact_of(caller).state is State.WAITING
    with pytest.raises(NoTelephone):
        respond.claim(house.helpline, with_desk_only, house.contact_of(caller).id)


def test_who_holds_a_chat_is_not_rung_and_a_call_leaves_no_room_for_a_chat(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    chat = seeker(house.helpline).contact
    house.works()
    respond.accept(house.helpline, house.people["lin"], own_offer(house, "lin").id)
    chen = house.listener("chen", CHEN)
    caller = in_line(house)
    house.passes(5)
    assert rang([lin, chen]) == [chen]
    takes(house, chen, caller)
    second = seeker(house.helpline).contact
    house.works()
    with pytest.raises(AtCapacity):
        respond.claim(house.helpline, house.people["chen"], second.id)
    assert house.contact(chat.id).owner_id == house.people["lin"].id


def test_nobody_off_duty_is_rung_and_whoever_goes_stops_being_rung(house: PhoneHouse) -> None:
    lin, chen = house.listener("lin", LIN), house.listener("chen", CHEN)
    respond.go(house.helpline, house.people["chen"], on_duty=False)
    in_line(house)
    house.until(lambda: lin.ringing)
    respond.go(house.helpline, house.people["lin"], on_duty=False)
    house.passes(3)
    assert not lin.ringing
    house.passes(60)
    assert not chen.heard
    assert not chen.ringing


def test_a_no_at_the_desk_stops_the_ring_and_the_next_one_is_rung(house: PhoneHouse) -> None:
    lin, chen = house.listener("lin", LIN), house.listener("chen", CHEN)
    caller = in_line(house)
    house.until(lambda: rang([lin, chen]))
    (first,) = rang([lin, chen])
    name, other = ("lin", chen) if first is lin else ("chen", lin)
    offer.decline(house.helpline, house.people[name], own_offer(house, name).id, Decline.NOT_READY)
    house.until(lambda: other.ringing, 15)
    assert not first.ringing
    takes(house, other, caller)


def test_a_yes_at_the_desk_keeps_the_telephone_ringing_until_key_one(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = in_line(house)
    house.until(lambda: lin.ringing)
    respond.accept(house.helpline, house.people["lin"], own_offer(house, "lin").id)
    house.until(lambda: "We are calling your listener" in said(caller))
    assert len(lin.ringing) == 1
    takes(house, lin, caller)


def test_whoever_takes_the_next_at_the_desk_is_rung(house: PhoneHouse) -> None:
    caller = in_line(house)
    lin = house.listener("lin", LIN)
    assert respond.claim_next(house.helpline, house.people["lin"]) == house.contact_of(caller).id
    takes(house, lin, caller)


def test_a_ring_that_is_refused_by_hand_is_a_ring_elsewhere(house: PhoneHouse) -> None:
    lin, chen = house.listener("lin", LIN), house.listener("chen", CHEN)
    caller = in_line(house)
    house.until(lambda: rang([lin, chen]))
    (first,) = rang([lin, chen])
    first.decline()
    other = chen if first is lin else lin
    house.until(lambda: other.ringing, 10)
    takes(house, other, caller)


def test_only_a_supervisor_is_there_and_takes_a_caller(house: PhoneHouse) -> None:
    wong = house.listener("wong", WONG, Role.SUPERVISOR)
    caller = in_line(house)
    contact_id = house.contact_of(caller).id
    respond.claim(house.helpline, house.people["wong"], contact_id)
    takes(house, wong, caller)
    assert house.contact(contact_id).owner_id == house.people["wong"].id


def test_who_calls_about_somebody_else_says_so_by_key_seven_and_the_desk_shows_it(house: PhoneHouse) -> None:
    lin = house.listener("lin", LIN)
    caller = in_line(house, "my son does not come out of his room")
    house.passes(15)
    assert "somebody else, press 7" in said(caller)
    caller.press("7")
    house.passes(15)
    contact = house.contact_of(caller)
    assert contact.third_party
    assert "Thank you for looking out for them" in said(caller)
    takes(house, lin, caller)
    about_whom.note(house.helpline, house.people["lin"], contact.id, other=False)
    assert not house.contact(contact.id).third_party
    assert [kind for kind in kinds_of(house, contact.id) if "about" in kind] == [
        "about_somebody_else",
        "about_themselves",
    ]


def test_who_calls_while_nobody_is_here_hears_when_somebody_is_expected(house: PhoneHouse) -> None:
    boss, _ = supervisor(house)
    shift(house.helpline, boss, boss, house.helpline.clock.now() + timedelta(hours=3))
    respond.go(house.helpline, boss, on_duty=False)
    caller = in_line(house)
    house.passes(40)
    assert "No listener is on duty" in said(caller)
    assert "A listener is expected in about 3 hours" in said(caller)


@pytest.mark.parametrize(("words", "seconds"), [("I had a hard day", 17), ("this is imminent", 8)])
def test_who_picks_up_at_the_last_moment_has_time_to_press_one(house: PhoneHouse, words: str, seconds: int) -> None:
    lin = house.listener("lin", LIN, Role.CLINICIAN)
    caller = in_line(house, words)
    house.until(lambda: lin.ringing)
    house.passes(seconds)
    handset = lin.answer()
    house.passes(6)
    handset.press("1")
    house.until(lambda: caller.in_conference, 15)
    assert "offer_missed" not in kinds_of(house, house.contact_of(caller).id)


def test_who_picks_up_and_presses_nothing_keeps_the_caller_from_the_next_one_for_half_a_minute_at_most(
    house: PhoneHouse,
) -> None:
    lin, chen = house.listener("lin", LIN), house.listener("chen", CHEN)
    caller = in_line(house)
    house.until(lambda: rang([lin, chen]))
    (first,) = rang([lin, chen])
    house.passes(15)
    first.answer()
    house.until(lambda: rang([lin, chen]), 32)
    takes(house, *rang([lin, chen]), caller)
