"""After an erasure no page breaks, nothing is asked about it any more, and nobody else's words about it are left."""

import pytest
import sqlalchemy as sa
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person, seeker
from support.retention import erased_at_once, no_chance, over, stands, talked_over
from support.web import browser_of, staff

from hotline.contacts import erasures, holds, legs
from hotline.contacts import store as contacts
from hotline.domain.contact import Level, Outcome, Role
from hotline.domain.errors import SecondPersonNeeded
from hotline.domain.ids import new_id
from hotline.domain.phone import LegState, Party
from hotline.domain.records import Person
from hotline.flow import assess, case_review, enrol, intervene, respond, retention, review
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.unit import UnitOfWork
from hotline.interventions import reviews
from hotline.jobs import sweep
from hotline.triage import store as triage
from hotline.triage.store import LevelRequest
from hotline.volunteers.tables import care


def wished_lower(house: Helpline, chen: Person) -> str:
    """An urgent contact that closed while a wish to lower it waited."""
    opened = seeker(house, "high risk")
    respond.claim_next(house, chen)
    with pytest.raises(SecondPersonNeeded):
        assess.set_level(house, chen, opened.contact.id, Level.ROUTINE, "calmer now")
    intervene.close(house, chen, opened.contact.id, ClosingForm(Outcome.SUPPORTED))
    return opened.contact.id


def test_a_wish_to_lower_ends_with_the_contact(helpline: Helpline) -> None:
    contact_id = wished_lower(no_chance(helpline), on_duty(helpline, "Chen", Role.CLINICIAN))
    with helpline.database.read() as conn:
        assert triage.open_request(conn, helpline.keys, contact_id) is None


def test_a_page_opens_although_a_wish_to_lower_was_never_answered(app: Flask, helpline: Helpline) -> None:
    """Contacts that closed before wishes ended with them still carry one."""
    house = no_chance(helpline)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    with UnitOfWork(house) as unit:
        wish = LevelRequest(new_id(), Level.ROUTINE, "calmer", "x" * 32, asked_as_supervisor=False, asked_at=unit.now)
        triage.ask_lowering(unit.conn, unit.keys, contact_id, wish)
        unit.commit()
    erased_at_once(house, contact_id)
    browser = browser_of(app, staff(app, helpline, "Mei", Role.SUPERVISOR))
    assert browser.get(f"/staff/contacts/{contact_id}").status_code == 200


def test_of_a_call_stays_that_it_was_and_how_long(helpline: Helpline) -> None:
    """Neither the provider's name for it nor what the caller answered."""
    house = no_chance(helpline)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    told = {"memory": {"call": True}, "safe_again": True, "state": LegState.ENDED, "ended_at": house.clock.now()}
    about = {"contact_id": contact_id, "party": Party.SEEKER, "line": "", "now": house.clock.now()}
    with UnitOfWork(house) as unit:
        leg = legs.add(unit.conn, sid="CA" + "a" * 32, **about, **told)
        unit.commit()
    erased_at_once(house, contact_id)
    with house.database.read() as conn:
        left = legs.get(conn, leg.id)
    assert (left.sid, left.memory, left.safe_again) == (None, {}, None)
    assert (left.at, left.ended_at, left.inbound) == (leg.at, leg.ended_at, True)


def test_what_was_said_in_a_talk_about_it_goes_too(helpline: Helpline) -> None:
    house, chen = no_chance(helpline), on_duty(helpline, "Chen", Role.CLINICIAN)
    contact_id = over(house, chen).contact.id
    talk = talked_over(house, chen, contact_id)
    erased_at_once(house, contact_id)
    with house.database.read() as conn:
        left = conn.execute(sa.select(care).where(care.c.id == talk)).one()
    assert (left.note, left.ended_at is not None) == (None, True)


def test_no_review_is_asked_of_an_erased_contact(helpline: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline)
    gone, kept = [over(house, on_duty(house, name, Role.VOLUNTEER)).contact.id for name in ("Lin", "Mei")]
    erased_at_once(house, gone)
    clock.advance(hours=24 * 7)
    sweep.draw_sample(house)
    assert case_review.ask_weekly(house, [gone]) == 0
    with house.database.read() as conn:
        assert [one.contact_id for one in reviews.of_contacts(conn, [gone, kept])] == [kept]


def test_only_who_decides_about_holds_reads_why_and_by_whom(app: Flask, helpline: Helpline) -> None:
    house, wong = no_chance(helpline), person(helpline, "Wong", Role.SUPERVISOR)
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    contact_id = over(house, on_duty(house, "Mei", Role.VOLUNTEER)).contact.id
    (theirs,) = [one for one in enrol.list_people(house) if one.alias == "Lin"]
    with UnitOfWork(house) as unit:
        contacts.update_contact(unit.conn, contact_id, owner_id=theirs.id)
        unit.commit()
    retention.place_hold(house, wong, contact_id, "COURT-reason")
    path = f"/contacts/{contact_id}"
    assert lin.get(path).json["legal_hold"] is None
    assert "COURT-reason" not in lin.get(f"{path}/log").text
    for role in (Role.SUPERVISOR, Role.AUDITOR):
        assert staff(app, helpline, role.value, role).get(path).json["legal_hold"]["reason"] == "COURT-reason"
    with house.database.read() as conn:
        assert [one.reason for one in holds.in_force(conn, house.keys)] == ["COURT-reason"]


def test_no_later_contact_leads_to_what_lost_its_codename(helpline: Helpline) -> None:
    house, lin = no_chance(helpline), on_duty(helpline, "Lin", Role.VOLUNTEER)
    first, later = over(house, lin).contact.id, over(house, lin).contact.id
    with UnitOfWork(house) as unit:
        contacts.update_contact(unit.conn, later, follows_contact_id=first)
        erasures.unlink(unit.conn, first, unit.now)
        unit.commit()
    assert stands(house, later).follows_contact_id is None
    assert review.verify_everything(house, []) == []
