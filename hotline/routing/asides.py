"""Reads and writes what the helpline's people say among themselves during a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.routing.tables import asides
from hotline.storage.sealed import Keyring

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Aside:
    """One aside in clear."""

    number: int
    by: str
    at: datetime
    text: str


def add(conn: Connection, keys: Keyring, contact_id: str, *, by: str, at: datetime, text: str) -> None:
    """Keep an aside, sealed under the contact's key; the caller holds the contact's row."""
    newest = sa.select(sa.func.coalesce(sa.func.max(asides.c.number), 0)).where(asides.c.contact_id == contact_id)
    number = int(conn.execute(newest).scalar_one()) + 1
    sealed = keys.seal(conn, contact_id, _place(contact_id, number), text)
    conn.execute(sa.insert(asides).values(contact_id=contact_id, number=number, by=by, at=at, text=sealed))


def _place(contact_id: str, number: int) -> str:
    return f"asides.text.{contact_id}.{number}"


def unanswered(conn: Connection, contact_ids: Sequence[str], person_id: str) -> dict[str, datetime]:
    """When somebody whispered last, of those contacts where the last whisper is not this person's."""
    newest = (
        sa.select(asides.c.contact_id, sa.func.max(asides.c.number).label("number"))
        .where(asides.c.contact_id.in_(contact_ids))
        .group_by(asides.c.contact_id)
        .subquery()
    )
    last = sa.and_(asides.c.contact_id == newest.c.contact_id, asides.c.number == newest.c.number)
    rows = conn.execute(sa.select(asides.c.contact_id, asides.c.at).join(newest, last).where(asides.c.by != person_id))
    return {row.contact_id: row.at for row in rows}


def of_contact(conn: Connection, keys: Keyring, contact_id: str) -> list[Aside]:
    """The newest asides of a contact, the oldest of them first."""
    rows = conn.execute(
        sa.select(asides).where(asides.c.contact_id == contact_id).order_by(asides.c.number.desc()).limit(SHOWN)
    ).all()
    return [
        Aside(row.number, row.by, row.at, keys.unseal(conn, contact_id, _place(contact_id, row.number), row.text))
        for row in reversed(rows)
    ]
