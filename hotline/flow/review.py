"""Opening what is not one's own, and reading the log; every such look is itself written down with its purpose."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy.engine import Connection

from hotline.contacts import store as contacts
from hotline.domain.contact import Level, Role, State
from hotline.domain.errors import Conflict, Erased, NotAllowed, NotFound, SealBroken
from hotline.domain.records import Contact, Person
from hotline.flow import assess
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import log
from hotline.interventions.log import Fault, LogLine
from hotline.routing import company, shadowings

LOOKING = frozenset({Role.SUPERVISOR, Role.AUDITOR})
"""Who may open what is not theirs."""
LOOK_COUNTS_FOR = timedelta(minutes=10)
"""Looks of one person within this time are one look."""


def open_contact(
    helpline: Helpline, person: Person, contact_id: str, *, purpose: str, learners: bool = True
) -> Contact:
    """The contact, if this person may see it: its listener, who is beside or reads along, supervisors, auditors.

    Looking at what is not one's own, or is closed, is logged with its purpose.

    Anybody else is told that it does not exist; so is who reads along in training where ``learners`` are not meant.
    """
    with helpline.database.read() as conn:
        contact = contacts.get_contact(conn, contact_id)
        mine = _is_theirs(conn, person, contact)
        if mine and contact.state is not State.CLOSED:
            return contact
        if not mine and not LOOKING & person.roles:
            if not learners or contact_id not in shadowings.read_by(conn, person.id):
                raise NotFound("no such contact")
            purpose = "shadowing"
        since = helpline.clock.now() - LOOK_COUNTS_FOR
        recent = log.has_recent(conn, contact_id, actor=person.id, kind="viewed", since=since)
    if not recent:
        with UnitOfWork(helpline) as unit:
            unit.log(contact_id, "viewed", person.id, purpose=purpose)
            unit.commit()
    return contact


def note_hearing(helpline: Helpline, person: Person, contact_id: str) -> None:
    """Write that this person listens to a recording; a browser fetches it in pieces, which are one hearing."""
    since = helpline.clock.now() - LOOK_COUNTS_FOR
    with helpline.database.read() as conn:
        recent = log.has_recent(conn, contact_id, actor=person.id, kind="recording_played", since=since)
    if not recent:
        with UnitOfWork(helpline) as unit:
            unit.log(contact_id, "recording_played", person.id)
            unit.commit()


def check_may_look(helpline: Helpline, person: Person, contact_ids: Iterable[str]) -> None:
    """Raises ``NotFound`` when this person may not see one of these contacts any more; logs nothing."""
    with helpline.database.read() as conn:
        along = shadowings.read_by(conn, person.id)
        for contact in contacts.get_contacts(conn, list(contact_ids)).values():
            if not (LOOKING & person.roles or contact.id in along or _is_theirs(conn, person, contact)):
                raise NotFound("no such contact")


def _is_theirs(conn: Connection, person: Person, contact: Contact) -> bool:
    return person.id == contact.owner_id or person.id in company.beside(conn, contact.id)


def judge_afterwards(helpline: Helpline, person: Person, contact_id: str, level: Level, reason: str) -> None:
    """A supervisor's judgement of a closed contact, in hindsight; it measures the triage and changes nothing else."""
    if Role.SUPERVISOR not in person.roles:
        raise NotAllowed("a supervisor judges closed contacts")
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state is not State.CLOSED:
            raise Conflict("the contact is still open: change its level instead")
        if contact.erased_at is not None:
            raise Erased("nobody can read any more what this would be judged by")
        assess.note_judgement(unit, contact, level, by=person.id, reason=reason.strip()[:2000], how="review")
        unit.log(contact.id, "level_reviewed", person.id, level=level, reason=reason.strip()[:2000])
        unit.tell_all(contact.id, "state")
        unit.commit()


def read_log(helpline: Helpline, contact_id: str) -> tuple[list[LogLine], Fault | None]:
    """A contact's log in clear, oldest first, and the first fault of its chain (``None`` when it holds)."""
    with helpline.database.read() as conn:
        lines = log.read(conn, helpline.keys, contact_id)
        return lines, log.verify_contact(conn, helpline.keys, contact_id)


def wrote_about_asking(unit: UnitOfWork, contact: Contact) -> str | None:
    """What a person last wrote about asking in plain words, apart from the questions; ``None`` when nobody did.

    A log that does not open keeps no answer from being noted: then what stands is taken for written.
    """
    try:
        lines = log.read(unit.conn, unit.keys, contact.id)
    except SealBroken:
        return contact.asked_directly
    said = [str(line.details["answer"]) for line in lines if line.kind == "asked_directly" and not line.erased]
    return said[-1] if said else None


def how_many_erased(helpline: Helpline) -> int:
    """Of how many contacts the words are gone while their chain goes on."""
    with helpline.database.read() as conn:
        return log.how_many_erased(conn)


def verify_everything(helpline: Helpline, witnessed: list[dict[str, Any]]) -> list[Fault]:
    """Every place where the log does not hold; ``witnessed`` are anchor lines kept outside the database."""
    with helpline.database.read() as conn:
        return list(log.verify(conn, helpline.keys, witnessed))
