"""Stories a fresh reader found: who is on the line is never outside the queue, danger is never late, no means no."""

import pytest
from support.phone_stories import LIN, connected, in_line
from support.phones import CALLER, PhoneHouse

from hotline.contacts import callbacks, legs
from hotline.domain.contact import Level, Outcome, State
from hotline.domain.phone import Ended, Party, Stage
from hotline.flow import intervene, on_the_line, phone, respond
from hotline.flow.intervene import ClosingForm
from hotline.flow.phone import Said
from hotline.jobs import sweep
from hotline.lab.telephone.people import Handset


def keys(house: PhoneHouse, caller: Handset, pressed: str) -> None:
    for key in pressed:
        caller.press(key)
        house.works()


def may_be_rung(house: PhoneHouse, contact_id: str) -> bool:
    with house.helpline.database.read() as conn:
        return legs.may_be_rung(conn, contact_id)


def wished(house: PhoneHouse, contact_id: str) -> bool:
    with house.helpline.database.read() as conn:
        return contact_id in callbacks.of_contacts(conn, [contact_id])


def test_who_calls_while_we_call_them_stands_in_line(house: PhoneHouse) -> None:
    caller = in_line(house)
    keys(house, caller, "25556")
    caller.hang_up()
    house.works()
    contact_id = house.all_contacts()[0].id
    lin = house.listener("lin", LIN)
    house.passes(2)
    respond.claim_next(house.helpline, house.people["lin"])
    on_the_line.call(house.helpline, house.people["lin"], contact_id)
    house.until(lambda: lin.ringing)
    house.world.phone(CALLER).will("busy")
    again = house.calls()
    lin.answer(press="1")
    house.until(lambda: again.in_conference)
    assert house.contact_of(again).id == contact_id
    assert house.contact(contact_id).state is State.IN_CONVERSATION
    assert [leg.why for leg in house.legs_of(contact_id) if leg.party is Party.SEEKER and not leg.inbound] == [
        Ended.CANCELED
    ]


def test_a_message_left_is_still_there_when_an_hour_has_passed(house: PhoneHouse) -> None:
    caller = house.calls()
    house.waits(caller, "waiting")
    keys(house, caller, "4566")
    caller.listen()
    caller.say("please call, my mother is ill")
    house.works()
    caller.hang_up()
    house.works()
    house.clock.advance(hours=1)
    sweep.vanished_seekers(house.helpline)
    assert house.all_contacts()[0].state in {State.WAITING, State.OFFERED}


def test_danger_told_after_the_end_of_the_call_brings_a_human(house: PhoneHouse) -> None:
    caller = in_line(house)
    leg = house.leg_of(caller)
    caller.hang_up()
    house.works()
    phone.answer(house.helpline, leg.id, Stage.WAITING, leg.round, Said(digits="1"))
    contact = house.all_contacts()[0]
    assert (contact.level, contact.state) == (Level.IMMINENT, State.WAITING)


def test_danger_in_a_contact_that_was_closed_meanwhile_opens_one_that_follows(house: PhoneHouse) -> None:
    caller, _, contact_id = connected(house)
    leg = house.leg_of(caller)
    intervene.close(house.helpline, house.people["lin"], contact_id, ClosingForm(outcome=Outcome.SUPPORTED))
    phone.answer(house.helpline, leg.id, Stage.WAITING, leg.round, Said(digits="1"))
    follows = house.all_contacts()[-1]
    assert (follows.follows_contact_id, follows.level) == (contact_id, Level.IMMINENT)
    assert house.leg_of(caller).contact_id == follows.id


@pytest.mark.parametrize("pressed", ["52566", "255562566", "255566", "52565"])
def test_the_newest_word_about_being_called_counts(house: PhoneHouse, pressed: str) -> None:
    """5 or 6: rung again or not; 2-5-…: a wish for the own number with what is safe there (5 yes, 6 no)."""
    house.listener("lin", LIN)
    caller = in_line(house)
    keys(house, caller, pressed)
    contact_id = house.contact_of(caller).id
    assert not may_be_rung(house, contact_id)
    caller.hang_up()
    house.works()
    assert not may_be_rung(house, contact_id)


def test_two_sentences_in_one_round_are_two(house: PhoneHouse) -> None:
    caller = in_line(house)
    leg = house.leg_of(caller)
    for words in ("I am so tired", "I have taken something"):
        phone.answer(house.helpline, leg.id, Stage.WAITING, leg.round, Said(speech=words))
    assert house.texts(leg.contact_id)[-2:] == ["I am so tired", "I have taken something"]


@pytest.mark.parametrize("number", ["+1234", "5551234", "+0123456"])
def test_a_number_nobody_can_read_is_a_withheld_one(house: PhoneHouse, number: str) -> None:
    house.world.dial(number, "+85230001000")
    house.works()
    assert len(house.all_contacts()) == 1
