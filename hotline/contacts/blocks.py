"""Reads and writes which numbers are asked first; a number stands here as a keyed hash and never in clear."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.contacts.phone_tables import blocks
from hotline.storage.sealed import Keyring


@dataclass(frozen=True, slots=True)
class Block:
    """A number that is asked first, for what happened in a contact; ``reason`` in clear, empty once erased."""

    id: str
    contact_id: str
    reason: str
    by: str
    at: datetime
    until: datetime


def _standing(now: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(blocks.c.lifted_at.is_(None), blocks.c.until > now)


def _block(conn: Connection, keys: Keyring, row: Row[Any]) -> Block:
    reason = keys.unseal_or_empty(conn, row.contact_id, f"blocks.reason.{row.id}", row.reason)
    return Block(row.id, row.contact_id, reason, row.by, row.at, row.until)


def add(conn: Connection, keys: Keyring, lookup: str, made: Block) -> None:
    """Write a block; ``made.reason`` is sealed under the contact's key."""
    row = {name: getattr(made, name) for name in ("id", "contact_id", "by", "at", "until")}
    sealed = keys.seal(conn, made.contact_id, f"blocks.reason.{made.id}", made.reason)
    conn.execute(sa.insert(blocks).values(lookup=lookup, reason=sealed, **row))


def blocked(conn: Connection, lookups: Collection[str], now: datetime) -> bool:
    """Whether one of these numbers is blocked now."""
    found = sa.select(blocks.c.id).where(blocks.c.lookup.in_(list(lookups)), _standing(now)).limit(1)
    return conn.execute(found).one_or_none() is not None


def standing(conn: Connection, keys: Keyring, now: datetime, contact_id: str | None = None) -> list[Block]:
    """Every block in force, or those for one contact, the one that ends first first."""
    statement = sa.select(blocks).where(_standing(now)).order_by(blocks.c.until, blocks.c.id)
    if contact_id is not None:
        statement = statement.where(blocks.c.contact_id == contact_id)
    return [_block(conn, keys, row) for row in conn.execute(statement)]


def lift(conn: Connection, block_id: str, *, by: str, now: datetime) -> str | None:
    """End a block; gives its contact, ``None`` when it is over or was never there."""
    still = sa.update(blocks).where(blocks.c.id == block_id, _standing(now))
    row = conn.execute(still.values(lifted_at=now, lifted_by=by).returning(blocks.c.contact_id)).one_or_none()
    return None if row is None else str(row.contact_id)


def forget_over(conn: Connection, now: datetime) -> None:
    """Forget which numbers were blocked; that they were stands in the log of the contact."""
    conn.execute(sa.delete(blocks).where(sa.or_(blocks.c.until <= now, blocks.c.lifted_at.is_not(None))))
