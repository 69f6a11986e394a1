"""The one room that opens a person's identity; anywhere else, an address or number in clear is a breach."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.ids import new_id
from hotline.storage.base import metadata, upsert
from hotline.storage.sealed import Keyring

PASSING = ("address", "callback", "guardian")
"""Kept for one purpose and destroyed when it is over: network address, number for a call back, whom to call."""

NUMBERS = ("phone", "callback", "follow_up", "text")
"""Kinds that are a telephone number and nothing else, by which somebody who calls or texts is known again."""


def keep_identity(conn: Connection, keys: Keyring, contact_id: str, kind: str, value: str, now: datetime) -> None:
    """Seal one fact that identifies a person (``address``, ``callback``, ``phone`` …); the newest of a kind stays."""
    table = metadata.tables["identities"]
    sealed = keys.seal(conn, contact_id, f"identities.sealed.{contact_id}.{kind}", value)
    lookup = keys.blind("phone", value) if kind in NUMBERS else None
    row = {"id": new_id(), "contact_id": contact_id, "kind": kind, "created_at": now}
    changed = {"sealed": sealed, "lookup": lookup}
    statement = upsert(conn, table).values(**row, **changed)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["contact_id", "kind"],
            set_={**changed, "created_at": now, "destroyed_at": None},
        ),
    )


def contacts_of_number(conn: Connection, keys: Keyring, number: str, kinds: Sequence[str] = NUMBERS) -> list[str]:
    """The contacts that keep this telephone number (E.164), the newest first; found by its keyed hash."""
    table = metadata.tables["identities"]
    rows = conn.execute(
        sa.select(table.c.contact_id)
        .where(table.c.lookup == keys.blind("phone", number), table.c.kind.in_(kinds), table.c.sealed.is_not(None))
        .order_by(table.c.created_at.desc()),
    )
    return list(dict.fromkeys(rows.scalars()))


def lookups_of(conn: Connection, contact_id: str, kinds: Sequence[str]) -> list[str]:
    """The keyed hashes of a contact's numbers of these kinds, each once; no number is opened."""
    table = metadata.tables["identities"]
    rows = conn.execute(
        sa.select(table.c.lookup).where(
            table.c.contact_id == contact_id, table.c.kind.in_(kinds), table.c.lookup.is_not(None)
        )
    )
    return sorted(set(rows.scalars()))


def open_identity(conn: Connection, keys: Keyring, contact_id: str, kind: str) -> str | None:
    """The fact in clear, or ``None`` when never kept or already destroyed. Callers log the purpose first."""
    table = metadata.tables["identities"]
    row = conn.execute(sa.select(table).where(table.c.contact_id == contact_id, table.c.kind == kind)).one_or_none()
    if row is None or row.sealed is None:
        return None
    return keys.unseal(conn, contact_id, f"identities.sealed.{contact_id}.{kind}", row.sealed)


def destroy_identity(conn: Connection, contact_id: str, kind: str, now: datetime) -> None:
    """Destroy one fact at once, because the person took it back."""
    table = metadata.tables["identities"]
    conn.execute(
        sa.update(table)
        .where(table.c.contact_id == contact_id, table.c.kind == kind, table.c.sealed.is_not(None))
        .values(sealed=None, lookup=None, destroyed_at=now),
    )


def destroy_addresses_closed_before(conn: Connection, moment: datetime, now: datetime) -> int:
    """Destroy addresses, call-back numbers and guardians of contacts that were over before ``moment``; gives how many.

    Over is: closed, left, or waiting for nothing but its closing form; a forgotten form keeps no address alive.
    """
    table, contacts = metadata.tables["identities"], metadata.tables["contacts"]
    over = sa.func.coalesce(contacts.c.closed_at, contacts.c.abandoned_at, contacts.c.ended_at)
    closed = sa.select(contacts.c.id).where(
        sa.type_coerce(over, contacts.c.closed_at.type) < moment,
        contacts.c.state.in_(["closed", "abandoned", "wrapping_up"]),
    )
    return conn.execute(
        sa.update(table)
        .where(table.c.kind.in_(PASSING), table.c.sealed.is_not(None), table.c.contact_id.in_(closed))
        .values(sealed=None, lookup=None, destroyed_at=now),
    ).rowcount
