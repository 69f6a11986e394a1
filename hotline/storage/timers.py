"""Moments at which something must be looked at; a promise to come back that a restart may not forget.

A timer carries a token. When the state it was set for has moved on, the token differs and the timer does nothing.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.ids import new_id
from hotline.storage.base import UtcDateTime, metadata

timers = sa.Table(
    "timers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("kind", sa.String(32), nullable=False, doc="what to look at"),
    sa.Column("contact_id", sa.String(32), nullable=True, index=True, doc="whose timer it is, if a contact's"),
    sa.Column("token", sa.String(32), nullable=False, doc="must equal the contact's token, else the timer is stale"),
    sa.Column("due_at", UtcDateTime, nullable=False, doc="fires not before this"),
    sa.Column("fired_at", UtcDateTime, nullable=True, doc="when it was handled"),
    sa.Index(
        "ix_timers_open",
        "due_at",
        sqlite_where=sa.text("fired_at IS NULL"),
        postgresql_where=sa.text("fired_at IS NULL"),
    ),
)


@dataclass(frozen=True, slots=True)
class Timer:
    """One moment that was asked for."""

    id: str
    kind: str
    contact_id: str | None
    token: str
    due_at: datetime


def set_timer(conn: Connection, *, kind: str, contact_id: str | None, token: str, due_at: datetime) -> None:
    """Ask to be woken at ``due_at``."""
    conn.execute(
        sa.insert(timers).values(id=new_id(), kind=kind, contact_id=contact_id, token=token, due_at=due_at),
    )


_DUE = (
    sa.select(timers)
    .where(timers.c.fired_at.is_(None), timers.c.due_at <= sa.bindparam("now"))
    .order_by(timers.c.due_at)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)


def due(conn: Connection, now: datetime, limit: int = 100) -> list[Timer]:
    """Timers whose moment has come, oldest first; they stay due until :func:`mark_fired`."""
    rows = conn.execute(_DUE, {"now": now, "limit": limit})
    return [Timer(row.id, row.kind, row.contact_id, row.token, row.due_at) for row in rows]


def mark_fired(conn: Connection, timer_id: str, now: datetime) -> bool:
    """Write that it was handled, in the same commit as what it caused; ``False`` when somebody else did."""
    return (
        conn.execute(
            sa.update(timers).where(timers.c.id == timer_id, timers.c.fired_at.is_(None)).values(fired_at=now),
        ).rowcount
        == 1
    )


_NEXT = sa.select(timers.c.due_at).where(timers.c.fired_at.is_(None)).order_by(timers.c.due_at).limit(1)


def next_due(conn: Connection) -> datetime | None:
    """The moment of the next open timer, or ``None``."""
    return conn.execute(_NEXT).scalar_one_or_none()


def forget_before(conn: Connection, moment: datetime) -> int:
    """Drop fired timers older than ``moment``; gives the number dropped."""
    return conn.execute(sa.delete(timers).where(timers.c.fired_at < moment)).rowcount
