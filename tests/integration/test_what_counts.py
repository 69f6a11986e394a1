"""What counts in the figures about the triage: contacts, not messages; answers, not silences; names for the few."""

import threading
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from support.fakes import FakeAssessor
from support.people import on_duty, seeker
from support.quality import at, copies, judged, score_of
from support.web import browser_of, staff

from hotline.contacts.tables import contacts, messages
from hotline.domain.contact import Language, Level, Outcome, Role
from hotline.domain.risk import Judgement
from hotline.flow import arrive, intervene, respond
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.unit import UnitOfWork
from hotline.jobs.turns import SHADOW, Turns
from hotline.reports import quality_view
from hotline.reports.queue_view import Reader
from hotline.storage.sealed import data_keys
from hotline.triage import shadows
from hotline.triage.tables import shadow_assessments


def test_a_contact_with_many_messages_has_one_score(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    now, first = house.clock.now(), seeker(house, "hello").contact.id
    with UnitOfWork(house) as unit:
        one, other = copies(unit.conn, first, 2)
        for contact_id, risk, coverage in ((one, 0.25, 0.5), (one, 0.75, 1.0), (other, 0.5, 0.5)):
            judgement = Judgement(Level.ROUTINE, risk, 0.0, model="fake", policy="p", coverage=coverage)
            score_of(unit, contact_id, judgement, at=now - timedelta(days=1))
        unit.commit()
    stretch = {"since": now - timedelta(days=2), "until": now}
    with house.database.read() as conn:
        assert sorted(shadows.scores(conn, "risk", **stretch)["en"]) == [0.5, 0.75]
        assert sorted(shadows.scores(conn, "coverage", **stretch)["en"]) == [0.5, 0.75]


def test_a_machine_that_did_not_answer_has_found_nothing(helpline_on_both: Helpline, assessor: FakeAssessor) -> None:
    house = helpline_on_both
    lin = on_duty(house, "Lin", Role.CLINICIAN)
    judged(house, lin, machine=Level.ROUTINE, people=Level.ROUTINE, language=Language.EN)
    respond.go(house, lin, on_duty=True)
    silent = seeker(house, None)
    arrive.think(house, silent.contact.id)
    respond.claim(house, lin, silent.contact.id)
    intervene.close(house, lin, silent.contact.id, ClosingForm(Outcome.SUPPORTED, level=Level.ELEVATED))
    assessor.failing = True
    seeker(house, "nobody reads this")
    with house.database.read() as conn:
        found = quality_view.report(Reader(conn, house.keys, assessor, "en", house.clock.now()), house.quality, 28)
    assert (found["judged"], found["arrived"], found["unanswered"]) == (1, 1, 2)
    week = found["weeks"][-1]
    assert (week["number"], week["unanswered"], week["flagged"]) == (1, 2, 0)


def test_the_page_too_names_contacts_only_to_those_who_may_open_them(app: Flask, helpline: Helpline) -> None:
    last_week = at(helpline, helpline.clock.now() - timedelta(days=3))
    lin = on_duty(last_week, "Lin", Role.CLINICIAN)
    contact_id = judged(last_week, lin, machine=Level.ROUTINE, people=Level.ROUTINE, language=Language.EN)
    with helpline.database.read() as conn:
        name = conn.execute(sa.select(contacts.c.pseudonym).where(contacts.c.id == contact_id)).scalar_one()
    for role, sees in ((Role.SUPERVISOR, True), (Role.CLINICIAN, False)):
        browser = browser_of(app, staff(app, helpline, role.value, role))
        browser.set_cookie("hl_lang", "en")
        page = browser.get("/staff/quality").text
        assert (name in page) == sees
        assert ("named only to supervisors" in page) != sees


def test_words_that_do_not_open_keep_no_later_ones_waiting(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    altered, erased, sound = (seeker(house, text).contact.id for text in ("altered", "erased", "sound"))
    with UnitOfWork(house) as unit:
        unit.conn.execute(sa.update(messages).where(messages.c.contact_id == altered).values(body=b"\x01" + bytes(40)))
        unit.keys.destroy_scope(unit.conn, erased, unit.now)
        assert unit.conn.execute(sa.select(data_keys.c.wrapped).where(data_keys.c.scope == erased)).scalar() is None
        unit.commit()
    candidate = FakeAssessor()
    scorer = Turns(house, SHADOW, candidate, threading.Event())
    assert (scorer.turn(), scorer.turn()) == (3, 0)
    assert candidate.asked == [["sound"]]
    with house.database.read() as conn:
        kept = {row.contact_id: row.failure for row in conn.execute(sa.select(shadow_assessments))}
    assert kept == {altered: "not read: SealBroken", erased: "not read: SealBroken", sound: None}
