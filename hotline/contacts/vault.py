"""The one room that opens a person's identity; anywhere else, an address or number in clear is a breach."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.ids import new_id
from hotline.storage.base import metadata, upsert
from hotline.storage.sealed import Keyring

PASSING = ("address", "callback", "guardian")
"""Kept for one purpose and destroyed when it is over: network address, number for a call back, whom to call."""


def keep_identity(conn: Connection, keys: Keyring, contact_id: str, kind: str, value: str, now: datetime) -> None:
    """Seal one fact that identifies a person (``address``, ``callback``, ``phone`` …); the newest of a kind stays."""
    table = metadata.tables["identities"]
    sealed = keys.seal(conn, contact_id, f"identities.sealed.{contact_id}.{kind}", value)
    row = {"id": new_id(), "contact_id": contact_id, "kind": kind, "sealed": sealed, "created_at": now}
    statement = upsert(conn, table).values(**row)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["contact_id", "kind"],
            set_={"sealed": sealed, "created_at": now, "destroyed_at": None},
        ),
    )


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
        .values(sealed=None, destroyed_at=now),
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
        .values(sealed=None, destroyed_at=now),
    ).rowcount
