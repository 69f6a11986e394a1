"""Who asked to be called back, what is safe for them, and how often it was tried; their number is in the vault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.contacts.tables import callbacks
from hotline.storage.base import upsert


@dataclass(frozen=True, slots=True)
class Callback:
    """One wish to be called; see the columns."""

    contact_id: str
    safe_to_call: bool
    safe_to_text: bool
    safe_to_leave_message: bool
    asked_at: datetime
    attempts: int = 0
    next_at: datetime | None = None
    ended_at: datetime | None = None


def _callback(row: Row[Any]) -> Callback:
    return Callback(**dict(row._mapping))  # noqa: SLF001  # SQLAlchemy's documented public name


def keep(conn: Connection, wish: Callback) -> None:
    """Write a wish to be called; a newer one replaces an older one."""
    row = {name: getattr(wish, name) for name in Callback.__dataclass_fields__}
    statement = upsert(conn, callbacks).values(**row)
    conn.execute(statement.on_conflict_do_update(index_elements=["contact_id"], set_=row))


def change(conn: Connection, contact_id: str, **values: Any) -> int:
    """Write some columns of a wish that has not ended; gives 1 when there was one."""
    return conn.execute(
        sa.update(callbacks)
        .where(callbacks.c.contact_id == contact_id, callbacks.c.ended_at.is_(None))
        .values(**values),
    ).rowcount


def of_contacts(conn: Connection, contact_ids: Sequence[str]) -> dict[str, Callback]:
    """The wishes of these contacts that have not ended."""
    rows = conn.execute(
        sa.select(callbacks).where(callbacks.c.contact_id.in_(list(contact_ids)), callbacks.c.ended_at.is_(None)),
    )
    return {row.contact_id: _callback(row) for row in rows}


def text_was_safe(conn: Connection, contact_id: str) -> bool:
    """Whether their newest wish, ended or not, says that a text is safe."""
    wish = sa.select(callbacks.c.safe_to_text).where(callbacks.c.contact_id == contact_id)
    return bool(conn.execute(wish).scalar_one_or_none())


def due(conn: Connection, now: datetime) -> list[str]:
    """The contacts to be tried again by now, the longest due first."""
    rows = conn.execute(
        sa.select(callbacks.c.contact_id)
        .where(callbacks.c.next_at <= now, callbacks.c.ended_at.is_(None))
        .order_by(callbacks.c.next_at),
    )
    return list(rows.scalars())
