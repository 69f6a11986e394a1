"""Keeps what a person agreed to and to what words, line by line; the newest line of each kind counts, none means no."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts.tables import consents
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
