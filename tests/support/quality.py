"""Conversations that people judged, for the tests of the quality report: the machine finds the level's name in them."""

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from support.fakes import FakeAssessor, FakeClock
from support.people import on_duty
from support.rota import rested

from hotline.contacts.tables import contacts
from hotline.domain.contact import Language, Level, Outcome, Role
from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.domain.risk import Judgement
from hotline.flow import arrive, intervene, respond
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import ClosingForm
from hotline.flow.receive import Opening
from hotline.flow.unit import UnitOfWork
from hotline.triage.tables import assessments

ROUNDS = (
    (Level.IMMINENT, Level.IMMINENT),
    (Level.HIGH, Level.HIGH),
    (Level.ELEVATED, Level.HIGH),
    (Level.ELEVATED, Level.ELEVATED),
    (Level.ELEVATED, Level.ROUTINE),
    (Level.ROUTINE, Level.ELEVATED),
    (Level.ROUTINE, Level.ROUTINE),
    (Level.ROUTINE, Level.ROUTINE),
    (Level.INFORMATION, Level.INFORMATION),
)
"""(machine, people): seven of nine agree that there is risk or none, one risk is missed and one is imagined."""


def at(helpline: Helpline, moment: datetime) -> Helpline:
    """The same helpline at another time, with a machine that reads the level from the text."""
    return replace(helpline, clock=FakeClock(moment), assessor=FakeAssessor())


def judged(helpline: Helpline, listener: Person, *, machine: Level, people: Level, language: Language) -> str:
    """One contact from first word to close, with a person's level in the closing form; gives its id."""
    opening = Opening(language=language, text=f"this reads {machine.value}", client_message_id=new_id())
    contact_id = arrive.arrive(helpline, opening).contact.id
    respond.beat(helpline, listener)
    respond.claim(helpline, listener, contact_id)
    intervene.close(helpline, listener, contact_id, ClosingForm(outcome=Outcome.SUPPORTED, level=people))
    rested(helpline, listener)
    return contact_id


def many_judged(helpline: Helpline, *, rounds: int = 4, name: str = "Judge") -> list[str]:
    """``rounds`` of :data:`ROUNDS`, each in one language and a few days before the other; gives the contacts' ids."""
    found = []
    now = helpline.clock.now()
    listener = on_duty(helpline, name, Role.CLINICIAN, Role.SUPERVISOR)
    for number in range(rounds):
        house = at(helpline, now - timedelta(days=4 * number + 1))
        respond.go(house, listener, on_duty=True)
        language = list(Language)[number % 3]
        found += [judged(house, listener, machine=said, people=meant, language=language) for said, meant in ROUNDS]
    respond.go(helpline, listener, on_duty=False)
    return found


def copies(conn: Connection, contact_id: str, number: int) -> list[str]:
    """So many more contacts like this one, without words or keys of their own; gives their ids."""
    row = conn.execute(sa.select(contacts).where(contacts.c.id == contact_id)).one()._mapping
    found = [new_id() for _ in range(number)]
    conn.execute(sa.insert(contacts), [{**row, "id": one} for one in found])
    return found


def score_of(unit: UnitOfWork, contact_id: str, judgement: Judgement, *, at: datetime) -> None:
    """A machine's judgement of a contact, with nothing sealed beside it."""
    said = {"level": judgement.level, "risk": judgement.risk, "coverage": judgement.coverage, "model": judgement.model}
    when = {"at": at, "expires_at": at}
    about = {"id": new_id(), "contact_id": contact_id, "message_number": 1, "made_by": "machine", "policy": "p"}
    unit.conn.execute(sa.insert(assessments).values(**about, **said, **when, details=b""))
