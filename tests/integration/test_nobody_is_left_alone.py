"""Dangers a fresh pair of eyes found: each once left somebody alone, and must not again."""

import pytest
from support.fakes import FakeClock
from support.people import now_is, on_duty, person, says, seeker
from support.time import kinds, let_pass

from hotline.contacts import store as contacts
from hotline.domain.contact import Language, Level, Role, State
from hotline.domain.errors import Conflict, SecondPersonNeeded
from hotline.flow import assess, converse, escalate, intervene, respond, vanish
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm, Outcome
from hotline.flow.unit import UnitOfWork
from hotline.jobs import sweep
from hotline.routing import store as routing
from hotline.volunteers import store as volunteers


def test_a_seeker_who_keeps_writing_does_not_silence_the_alarm(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    opened = seeker(house, "high risk")
    respond.claim_next(house, lin)
    for _ in range(3):
        let_pass(house, clock, 25)
        says(house, opened, "is anybody there")
    assert "listener_silent" in kinds(house)


def test_a_second_claim_starts_the_listeners_clock_anew(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    opened = seeker(house, "high risk")
    respond.claim_next(house, lin)
    clock.advance(seconds=40)
    respond.release(house, lin, opened.contact.id)
    clock.advance(seconds=30)
    mei = on_duty(house, "Mei", Role.CLINICIAN)
    respond.claim(house, mei, opened.contact.id)
    let_pass(house, clock, 5)
    assert "listener_silent" not in kinds(house)


def test_an_old_wish_to_lower_does_not_beat_newer_danger(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house, "high risk")
    respond.claim_next(house, lin)
    with pytest.raises(SecondPersonNeeded):
        assess.set_level(house, lin, opened.contact.id, Level.ROUTINE, "calmer")
    says(house, opened, "imminent")
    with pytest.raises(Conflict):
        assess.countersign(house, wong, opened.contact.id, agree=True)
    assert now_is(house, opened).level is Level.IMMINENT


def test_every_rise_to_a_new_peak_alarms(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house)
    respond.claim_next(house, lin)
    for text in ("high", "imminent"):
        says(house, opened, text)
        with house.database.read() as conn:
            fresh = [one for one in routing.open_alarms(conn) if one.acknowledged_at is None]
        assert [one.kind.value for one in fresh] == ["risk_rising"]
        escalate.acknowledge(house, wong, fresh[0].id)


def test_a_kind_word_does_not_undo_what_two_people_decided(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, wong = on_duty(house, "Lin", Role.CLINICIAN), person(house, "Wong", Role.SUPERVISOR)
    opened = seeker(house, "high risk")
    respond.claim_next(house, lin)
    with pytest.raises(SecondPersonNeeded):
        assess.set_level(house, lin, opened.contact.id, Level.ROUTINE, "asked, denied")
    assess.countersign(house, wong, opened.contact.id, agree=True)
    says(house, opened, "thank you")
    assert now_is(house, opened).level is Level.ROUTINE
    says(house, opened, "imminent")
    assert now_is(house, opened).level is Level.IMMINENT


def test_words_after_the_listener_went_home_wait_for_somebody_else(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house)
    respond.claim_next(house, lin)
    intervene.wrap_up(house, lin, opened.contact.id)
    respond.go(house, lin, on_duty=False)
    says(house, opened, "I had not finished")
    contact = now_is(house, opened)
    assert (contact.state, contact.owner_id) == (State.WAITING, None)


def test_a_conversation_whose_listener_is_off_duty_is_found(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house)
    respond.claim_next(house, lin)
    with UnitOfWork(house) as unit:
        volunteers.set_duty(unit.conn, lin.id, unit.now, on_duty=False)
        unit.commit()
    assert vanish.let_go_of_vanished(house) == 1
    assert now_is(house, opened).state is State.WAITING


def test_the_silence_watch_begins_again_when_a_closed_form_reopens(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    opened = seeker(house, "high risk")
    respond.claim_next(house, lin)
    converse.post_as_listener(house, lin, opened.contact.id, text="here", client_id="l" * 8)
    intervene.wrap_up(house, lin, opened.contact.id)
    let_pass(house, clock, 30)
    says(house, opened, "I cannot go on")
    let_pass(house, clock, 61)
    assert "listener_silent" in kinds(house)


def test_words_into_a_closed_contact_go_on_counting(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house)
    contact_id = respond.claim_next(house, lin)
    intervene.close(house, lin, contact_id, ClosingForm(Outcome.SUPPORTED))
    last = now_is(house, opened).last_number
    follower = says(house, opened, "wait")
    with house.database.read() as conn:
        numbers = [one.number for one in contacts.read_messages(conn, house.keys, follower.id)]
    assert min(numbers) > last


def test_the_last_listener_who_leaves_is_an_alarm(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    seeker(house)
    assert kinds(house) == []
    respond.go(house, lin, on_duty=False)
    sweep.sweep_all(house)
    sweep.sweep_all(house)
    assert kinds(house) == ["nobody_on_duty"]


def test_somebody_who_speaks_another_language_is_nobody(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    with UnitOfWork(house) as unit:
        volunteers.update_person(unit.conn, lin.id, languages=[Language.ZH_HANS.value])
        unit.commit()
    opened = seeker(house)
    assert kinds(house) == ["nobody_on_duty"]
    lin = volunteers_now(house, lin.id)
    with pytest.raises(respond.NobodyWaiting):
        respond.claim_next(house, lin)
    let_pass(house, clock, 601)
    respond.go(house, lin, on_duty=True)
    assert respond.claim_next(house, lin) == opened.contact.id


def volunteers_now(house: Helpline, person_id: str) -> volunteers.Person:
    with house.database.read() as conn:
        return volunteers.get_person(conn, person_id)


def test_a_left_contact_keeps_no_address_and_is_put_away(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    opened = seeker(house, network_address="192.0.2.9")
    converse.end_as_seeker(house, now_is(house, opened))
    clock.advance(hours=25)
    sweep.sweep_all(house)
    with house.database.read() as conn:
        assert contacts.open_identity(conn, house.keys, opened.contact.id, "address") is None
    assert now_is(house, opened).state is State.CLOSED


def test_a_missing_closing_form_is_an_alarm(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house)
    respond.claim_next(house, lin)
    intervene.wrap_up(house, lin, opened.contact.id)
    clock.advance(minutes=61)
    sweep.sweep_all(house)
    assert "closing_owed" in kinds(house)


def test_the_sealed_address_follows_into_the_next_contact(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    opened = seeker(house, network_address="192.0.2.9")
    contact_id = respond.claim_next(house, lin)
    intervene.close(house, lin, contact_id, ClosingForm(Outcome.SUPPORTED))
    follower = says(house, opened, "I took all of it")
    with house.database.read() as conn:
        assert contacts.open_identity(conn, house.keys, follower.id, "address") == "192.0.2.9"
