"""Stories of a colleague who is asked to take a call over: warm and cold, and whoever says no, drops or has no room."""

import pytest
from support.people import seeker
from support.phone_stories import (
    CHEN,
    LIN,
    connected,
    log_of,
    number_of,
    own_offer,
    page_of,
    rooms,
    said,
    supervisor,
    takes,
)
from support.phones import CALLER, PhoneHouse

from hotline.domain.contact import State
from hotline.domain.errors import AtCapacity
from hotline.flow import company, handover, offer, on_the_line, respond
from hotline.flow.unit import UnitOfWork
from hotline.reports import company_view
from hotline.reports.queue_view import Reader
from hotline.routing import offers
from hotline.routing.ranking import Reason
from hotline.routing.replies import Decline


def release(house: PhoneHouse, contact_id: str, name: str = "lin") -> None:
    respond.release(house.helpline, house.people[name], contact_id, "they wait for a friend")


def asks(house: PhoneHouse, contact_id: str, name: str = "chen") -> None:
    """The listener asks a colleague to take over."""
    to = house.people[name].id
    handover.ask_colleague(house.helpline, house.people["lin"], contact_id, to, "they wait for a friend")
    house.passes(2)


def test_who_is_given_back_hears_why_and_keeps_their_place_for_the_next(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    chen = house.listener("chen", CHEN)
    release(house, contact_id)
    house.passes(4)
    assert "asking a colleague to go on with you" in said(caller)
    assert "connection to your listener was lost" not in said(caller)
    assert not lin.talking
    takes(house, chen, caller)
    assert house.contact(contact_id).owner_id == house.people["chen"].id
    assert "chen is here with you now" in said(caller)


def test_a_colleague_who_says_yes_is_in_before_the_first_one_leaves(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    chen = house.listener("chen", CHEN)
    asks(house, contact_id)
    assert chen.ringing
    chen.answer(press="1")
    house.passes(3)
    assert rooms(house, contact_id) == sorted([CALLER, LIN, CHEN])
    lin.say("this is chen, I told them")
    assert "this is chen, I told them" in said(caller)
    assert "this is chen, I told them" in said(chen)
    company.leave(house.helpline, house.people["lin"], contact_id)
    house.passes(4)
    assert rooms(house, contact_id) == sorted([CALLER, CHEN])
    assert (house.contact(contact_id).owner_id, lin.talking) == (house.people["chen"].id, [])
    assert "lost" not in said(caller)


@pytest.mark.parametrize("how", ["declines", "does_not_answer", "is_a_box"])
def test_a_colleague_who_does_not_come_changes_nothing_for_the_caller(house: PhoneHouse, how: str) -> None:
    caller, _, contact_id = connected(house)
    chen = house.listener("chen", CHEN)
    if how == "is_a_box":
        chen.will("voicemail", after=2)
    asks(house, contact_id)
    if how == "declines":
        offer.decline(house.helpline, house.people["chen"], own_offer(house, "chen").id, Decline.KNOWN)
    house.passes(75)
    assert not chen.ringing
    assert rooms(house, contact_id) == sorted([CALLER, LIN])
    assert house.contact(contact_id).owner_id == house.people["lin"].id
    assert "lost" not in said(caller)


def test_a_caller_who_drops_before_the_colleagues_yes_stops_the_ring(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    chen = house.listener("chen", CHEN)
    asks(house, contact_id)
    assert chen.ringing
    caller.hang_up()
    house.passes(12)
    assert "not connected now" in said(lin)
    chen.answer(press="1") if chen.ringing else None
    house.passes(15)
    assert not [leg for leg in house.legs_of(contact_id) if leg.open]
    assert house.contact(contact_id).state is State.IN_CONVERSATION


def test_a_caller_who_drops_after_the_colleagues_yes_leaves_two_who_are_told(house: PhoneHouse) -> None:
    caller, lin, contact_id = connected(house)
    chen = house.listener("chen", CHEN)
    asks(house, contact_id)
    chen.answer(press="1")
    house.passes(3)
    caller.hang_up()
    house.passes(15)
    assert "not connected now" in said(lin)
    assert "not connected now" in said(chen)
    assert not [leg for leg in house.legs_of(contact_id) if leg.open]
    assert house.contact(contact_id).owner_id == house.people["chen"].id


def test_the_callers_number_stays_theirs_through_transfers_and_the_log_says_who_was_dialled(house: PhoneHouse) -> None:
    caller, _, contact_id = connected(house)
    chen = house.listener("chen", CHEN)
    asks(house, contact_id)
    chen.answer(press="1")
    house.passes(3)
    release(house, contact_id, "chen")
    house.passes(3)
    assert number_of(house, contact_id) == CALLER
    dialled = [line.actor for line in log_of(house, contact_id) if line.kind == "number_dialled"]
    assert dialled[:2] == [house.people["lin"].id, house.people["chen"].id]
    shown = {call.call.from_ for call in house.world.calls() if call.call.direction == "outbound-api"}
    assert CALLER not in shown
    del caller


def writes_with(house: PhoneHouse, name: str) -> str:
    """Somebody writes with this listener from now on; gives the contact's id."""
    seeker(house.helpline, "something routine")
    person = house.people[name]
    offer.match(house.helpline)
    return respond.accept(house.helpline, person, own_offer(house, name).id)


def test_who_has_another_conversation_is_not_listed_to_take_over_a_call(house: PhoneHouse) -> None:
    _, _, contact_id = connected(house)
    house.listener("chen", CHEN)
    with house.helpline.database.read() as conn:
        listed = handover.whom_to_ask(house.helpline, conn, house.contact(contact_id))
    assert [one.alias for one in listed] == ["chen"]
    writes_with(house, "chen")
    with house.helpline.database.read() as conn:
        assert handover.whom_to_ask(house.helpline, conn, house.contact(contact_id)) == []
    with pytest.raises(AtCapacity):
        asks(house, contact_id)


def test_a_colleague_hears_that_they_are_asked_to_take_over_and_why_they_cannot(house: PhoneHouse) -> None:
    _, _, contact_id = connected(house)
    chen = house.listener("chen", CHEN)
    writes_with(house, "chen")
    with UnitOfWork(house.helpline) as unit:
        by = house.people["lin"].id
        offer.make(unit, house.contact(contact_id), house.people["chen"].id, [Reason.HANDED_OVER], by=by)
        unit.commit()
    house.until(lambda: chen.ringing)
    handset = chen.answer()
    house.passes(2)
    assert "A colleague's call needs somebody else" in said(chen)
    handset.press("1")
    house.passes(3)
    assert "You hold another conversation" in said(chen)
    with house.helpline.database.read() as conn:
        ended = offers.of_contacts(conn, [contact_id])[contact_id][-1]
        seen = Reader(conn, house.helpline.keys, house.helpline.assessor, "en", house.clock.now())
        told = company_view.company_of(seen, house.contact(contact_id), house.people["lin"])
    assert (ended.state, ended.why) == ("withdrawn", "no_room")
    assert told["not_taken_over"]["alias"] == "chen"
    assert house.contact(contact_id).owner_id == house.people["lin"].id


def test_only_who_is_not_alone_with_the_caller_may_leave_by_themselves(house: PhoneHouse) -> None:
    _, lin, contact_id = connected(house)
    wong, phone = supervisor(house)
    assert "leave-line" not in page_of(house, contact_id)
    company.join(house.helpline, wong, contact_id)
    house.passes(2)
    phone.answer(press="1")
    house.passes(2)
    assert "leave-line" not in page_of(house, contact_id)
    assert "leave-line" in page_of(house, contact_id, name="wong")
    on_the_line.leave_line(house.helpline, wong, contact_id)
    house.passes(20)
    assert rooms(house, contact_id) == sorted([CALLER, LIN])
    assert not phone.ringing
    assert lin.talking
