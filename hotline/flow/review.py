"""Opening what is not one's own, and reading the log; every such look is itself written down with its purpose."""

from datetime import timedelta
from typing import Any

from hotline.contacts import store as contacts
from hotline.domain.contact import Role, State
from hotline.domain.errors import NotFound
from hotline.domain.records import Contact, Person
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import log
from hotline.interventions.log import Fault, LogLine

LOOK_COUNTS_FOR = timedelta(minutes=10)
"""Looks of one person within this time are one look."""


def open_contact(helpline: Helpline, person: Person, contact_id: str, *, purpose: str) -> Contact:
    """The contact, if this person may see it: its listener, supervisors and auditors.

    Looking at what is not one's own, or is closed, is logged with its purpose.

    Anybody else is told that it does not exist.
    """
    with helpline.database.read() as conn:
        contact = contacts.get_contact(conn, contact_id)
        mine = contact.owner_id == person.id
        if mine and contact.state is not State.CLOSED:
            return contact
        if not mine and not {Role.SUPERVISOR, Role.AUDITOR} & person.roles:
            raise NotFound("no such contact")
        since = helpline.clock.now() - LOOK_COUNTS_FOR
        recent = log.has_recent(conn, contact_id, actor=person.id, kind="viewed", since=since)
    if not recent:
        with UnitOfWork(helpline) as unit:
            unit.log(contact_id, "viewed", person.id, purpose=purpose)
            unit.commit()
    return contact


def read_log(helpline: Helpline, contact_id: str) -> tuple[list[LogLine], Fault | None]:
    """A contact's log in clear, oldest first, and the first fault of its chain (``None`` when it holds)."""
    with helpline.database.read() as conn:
        lines = log.read(conn, helpline.keys, contact_id)
        return lines, log.verify_contact(conn, helpline.keys, contact_id)


def verify_everything(helpline: Helpline, witnessed: list[dict[str, Any]]) -> list[Fault]:
    """Every place where the log does not hold; ``witnessed`` are anchor lines kept outside the database."""
    with helpline.database.read() as conn:
        return list(log.verify(conn, helpline.keys, witnessed))
