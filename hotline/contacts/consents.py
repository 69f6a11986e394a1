"""Keeps what a person agreed to and to what words, line by line; the newest line of each kind counts, none means no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts.tables import consents, contacts
from hotline.domain.contact import ConsentKind


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's word. ``version`` is that of the sentences it was asked with; ``by`` who asked."""

    kind: ConsentKind
    given: bool
    version: str
    by: str
    at: datetime


def add(conn: Connection, contact_id: str, consent: Consent) -> None:
    """Write one answer; the caller holds the contact's row."""
    row = {name: getattr(consent, name) for name in Consent.__dataclass_fields__}
    written = sa.select(sa.func.count()).select_from(consents).where(consents.c.contact_id == contact_id)
    number = conn.execute(written).scalar_one() + 1
    conn.execute(sa.insert(consents).values(contact_id=contact_id, number=number, **row))


def newest(conn: Connection, contact_id: str) -> dict[ConsentKind, Consent]:
    """The newest answer of each kind; what nobody asked is not in it."""
    rows = conn.execute(
        sa.select(consents).where(consents.c.contact_id == contact_id).order_by(consents.c.number),
    )
    found = [Consent(ConsentKind(row.kind), row.given, row.version, row.by, row.at) for row in rows]
    return {one.kind: one for one in found}


def word_on(conn: Connection, kind: ConsentKind, contact_ids: Sequence[str]) -> dict[str, bool]:
    """Each contact's newest word on one kind; who was not asked is not in it."""
    rows = conn.execute(
        sa.select(consents.c.contact_id, consents.c.given)
        .where(consents.c.kind == kind, consents.c.contact_id.in_(contact_ids))
        .order_by(consents.c.number),
    )
    return {row.contact_id: row.given for row in rows}


def taken_back_later(conn: Connection, kind: ConsentKind, contact_ids: Sequence[str]) -> set[str]:
    """Those of these contacts whose person came back and then said no; a person's no counts for all they wrote."""
    first_of, found = {one: one for one in contact_ids}, set()
    while first_of:
        rows = conn.execute(
            sa.select(contacts.c.id, contacts.c.follows_contact_id).where(
                contacts.c.follows_contact_id.in_(list(first_of))
            )
        )
        first_of = {row.id: first_of[row.follows_contact_id] for row in rows}
        found |= {first_of[one] for one, given in word_on(conn, kind, list(first_of)).items() if not given}
    return found
