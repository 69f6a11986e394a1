"""A call back that is not wanted any more, or not answered: nobody is called in vain, danger is heard."""

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import now_is, on_duty, person, seeker
from support.web import browser_of, form_token, staff

from hotline.contacts import callbacks
from hotline.contacts import store as contacts
from hotline.domain.contact import Region, Role, State
from hotline.domain.errors import NotFound
from hotline.domain.records import Person
from hotline.flow import callback, converse, reading_along, respond
from hotline.flow.callback import CallResult, Wish
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opened
from hotline.reports.live_board import alarms
from hotline.reports.queue_view import Reader
from hotline.routing import shadowings
from hotline.routing.policy import Stage

WISH = Wish("91234567", safe_to_call=True, safe_to_text=False, safe_to_leave_message=False)


def kinds(house: Helpline) -> list[str]:
    with house.database.read() as conn:
        found = alarms(Reader(conn, house.keys, house.assessor, "en", house.clock.now()))
    return sorted(one["kind"] for one in found)


def called(house: Helpline, text: str) -> tuple[Person, Opened]:
    opened = seeker(house, text, region=Region.HONG_KONG)
    callback.ask(house, opened.contact, WISH)
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    respond.claim_next(house, lin)
    return lin, opened


def test_a_person_in_danger_who_does_not_answer_the_phone_rings_at_once(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, opened = called(house, "imminent danger")
    callback.note_call(house, lin, opened.contact.id, CallResult.NOBODY)
    assert now_is(house, opened).state is State.CALLBACK_DUE
    assert "urgent_abandoned" in kinds(house)


def test_who_ended_is_called_no_more(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = helpline_on_both
    lin, opened = called(house, "a hard day")
    callback.note_call(house, lin, opened.contact.id, CallResult.NOBODY)
    converse.end_as_seeker(house, now_is(house, opened))
    assert now_is(house, opened).state is State.ABANDONED
    clock.advance(seconds=house.routing.callback_retry_seconds)
    callback.bring_back_due(house)
    assert now_is(house, opened).state is State.ABANDONED
    with house.database.read() as conn:
        assert callbacks.of_contacts(conn, [opened.contact.id]) == {}


def test_a_number_taken_back_is_destroyed_at_once(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, opened = called(house, "a hard day")
    callback.withdraw(house, now_is(house, opened))
    with house.database.read() as conn:
        assert contacts.open_identity(conn, house.keys, opened.contact.id, "callback") is None
    with pytest.raises(NotFound):
        callback.number_of(house, lin, opened.contact.id)


def test_nobody_reads_along_when_the_person_is_called_later(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    lin, opened = called(house, "a hard day")
    wong, mo = person(house, "Wong", Role.SUPERVISOR), person(house, "Mo", Role.VOLUNTEER, stage=Stage.TRAINEE)
    reading_along.allow(house, wong, opened.contact.id, mo.id)
    reading_along.answer(house, lin, opened.contact.id, agree=True)
    callback.note_call(house, lin, opened.contact.id, CallResult.NOBODY)
    with house.database.read() as conn:
        assert shadowings.open_in(conn, opened.contact.id) is None


def test_who_notes_that_nobody_answered_is_back_at_their_desk(app: Flask, helpline: Helpline) -> None:
    chen = staff(app, helpline, "Chen", Role.VOLUNTEER)
    assert chen.who is not None
    opened = seeker(helpline, region=Region.HONG_KONG)
    callback.ask(helpline, opened.contact, WISH)
    assert respond.claim_next(helpline, chen.who) == opened.contact.id
    page = browser_of(app, chen)
    token = form_token(page.get("/staff/desk").text)
    given = {"csrf_token": token, "result": "nobody"}
    answer = page.post(f"/staff/contacts/{opened.contact.id}/called", data=given)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/desk")
