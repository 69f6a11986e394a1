"""Stories of who telephones while their listener writes and takes no calls: the chat stays, and somebody talks."""

from collections.abc import Callable

import pytest
from support.people import on_duty, seeker
from support.phone_stories import CHEN, kinds_of, log_of, own_offer, rooms, said, supervisor, takes
from support.phones import CALLER, LINE, PhoneHouse
from support.time import kinds

from hotline.domain.contact import Channel, Region, Role, State
from hotline.domain.ids import new_id
from hotline.flow import callback, company, converse, offer, respond
from hotline.flow.callback import Wish
from hotline.routing import company as beside
from hotline.routing import offers
from hotline.routing.ranking import Reason
from hotline.routing.replies import Decline


def writer(house: PhoneHouse) -> None:
    """Somebody on duty without a telephone."""
    house.people["wu"] = on_duty(house.helpline, "wu", Role.VOLUNTEER)


def by_text(house: PhoneHouse) -> str:
    house.world.text(CALLER, LINE, "can I talk to somebody")
    writer(house)
    house.works()
    return respond.claim_next(house.helpline, house.people["wu"])


def by_page(house: PhoneHouse) -> str:
    contact = seeker(house.helpline, region=Region.HONG_KONG).contact
    callback.ask(
        house.helpline, contact, Wish(CALLER, safe_to_call=True, safe_to_text=False, safe_to_leave_message=False)
    )
    writer(house)
    house.works()
    return respond.claim_next(house.helpline, house.people["wu"])


def writes(house: PhoneHouse, contact_id: str, text: str) -> None:
    converse.post_as_listener(house.helpline, house.people["wu"], contact_id, text=text, client_id=new_id())
    house.works()


def why_asked(house: PhoneHouse, name: str) -> tuple[Reason, ...]:
    with house.helpline.database.read() as conn:
        found = offers.open_of(conn, house.people[name].id)
    return () if found is None else found.reasons


@pytest.mark.parametrize("begins", [by_text, by_page])
def test_somebody_with_a_telephone_comes_to_the_line_and_the_chat_goes_on(
    house: PhoneHouse, begins: Callable[[PhoneHouse], str]
) -> None:
    contact_id = begins(house)
    chen = house.listener("chen", CHEN)
    caller = house.calls()
    house.until(lambda: chen.ringing)
    assert house.contact_of(caller).id == contact_id
    assert house.contact(contact_id).owner_id == house.people["wu"].id
    assert why_asked(house, "chen")[0] is Reason.ON_THE_LINE
    takes(house, chen, caller)
    assert house.contact(contact_id).owner_id == house.people["chen"].id
    assert rooms(house, contact_id) == sorted([CALLER, CHEN])
    writes(house, contact_id, "I am still here with you")
    with house.helpline.database.read() as conn:
        assert beside.beside(conn, contact_id) == [house.people["wu"].id]
    assert "step_return_to_queue" not in kinds_of(house, contact_id)
    assert not kinds(house.helpline)


@pytest.mark.parametrize("begins", [by_text, by_page])
def test_where_nobody_takes_calls_the_caller_hears_it_and_a_supervisor_is_called(
    house: PhoneHouse, begins: Callable[[PhoneHouse], str]
) -> None:
    contact_id = begins(house)
    caller = house.calls()
    house.waits(caller, "waiting", 90)
    house.until(lambda: "asking somebody who can" in said(caller))
    assert kinds(house.helpline) == ["call_alone"]
    assert [line.details.get("alarm") for line in log_of(house, contact_id)].count("call_alone") == 1
    writes(house, contact_id, "I read you, somebody is being called")
    caller.hang_up()
    house.passes(10)
    assert kinds(house.helpline) == []
    contact = house.contact(contact_id)
    assert (contact.state, contact.owner_id) == (State.IN_CONVERSATION, house.people["wu"].id)
    assert contact.reply_by is (Channel.SMS if begins is by_text else Channel.WEB)
    sent = [one.body for one in house.world.texts_to(CALLER)]
    assert ("I read you, somebody is being called" in sent) is (begins is by_text)


def test_who_says_no_is_not_asked_again_and_a_supervisor_comes_to_the_line(house: PhoneHouse) -> None:
    contact_id = by_text(house)
    chen = house.listener("chen", CHEN)
    caller = house.calls()
    house.until(lambda: chen.ringing)
    offer.decline(house.helpline, house.people["chen"], own_offer(house, "chen").id, Decline.NOT_READY)
    house.passes(10)
    assert not chen.ringing
    assert "call_alone" in kinds(house.helpline)
    wong, phone = supervisor(house)
    respond.go(house.helpline, wong, on_duty=False)
    company.join(house.helpline, wong, contact_id)
    house.until(lambda: phone.ringing)
    phone.answer(press="1")
    house.until(lambda: caller.in_conference)
    assert kinds(house.helpline) == []
    assert house.contact(contact_id).owner_id == house.people["wu"].id


def test_who_texted_and_hangs_up_in_line_still_has_their_answer_by_text(house: PhoneHouse) -> None:
    house.world.text(CALLER, LINE, "can I talk to somebody")
    caller = house.calls()
    house.waits(caller, "waiting", 90)
    caller.hang_up()
    house.passes(10)
    writer(house)
    contact_id = respond.claim_next(house.helpline, house.people["wu"])
    writes(house, contact_id, "I am here, we can write")
    assert "I am here, we can write" in [one.body for one in house.world.texts_to(CALLER)]
    assert len(house.all_contacts()) == 1
