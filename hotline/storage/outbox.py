"""Promises of effects, written with the act that made them; an alarm that lives only in Redis dies with Redis.

A promise is taken with a lease by the database's rows, carried out at least once or at most once as it declares, and
settled with its outcome. Ids only: what to say is read when it is carried out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.storage.base import Json, UtcDateTime, metadata, upsert


class OnDoubt(StrEnum):
    """What to do when nobody knows whether the effect happened (a process died in the middle)."""

    REPEAT = "repeat"
    DROP = "drop"


class PromiseState(StrEnum):
    """How far a promise has come."""

    PENDING = "pending"
    TAKEN = "taken"
    DONE = "done"
    FAILED = "failed"
    DROPPED = "dropped"


outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("dedupe_key", sa.String(120), nullable=False, unique=True, doc="the same promise twice is one promise"),
    sa.Column("kind", sa.String(32), nullable=False, doc="what is to be done, for example 'page'"),
    sa.Column("payload", Json, nullable=False, doc="ids only"),
    sa.Column("on_doubt", sa.String(8), nullable=False, doc="repeat or drop"),
    sa.Column("state", sa.String(8), nullable=False, doc="pending, taken, done, failed, dropped"),
    sa.Column("due_at", UtcDateTime, nullable=False, doc="not before"),
    sa.Column("lease_until", UtcDateTime, nullable=True, doc="a taken promise may be taken again after this"),
    sa.Column("attempts", sa.Integer, nullable=False, doc="how often it was taken"),
    sa.Column("created_at", UtcDateTime, nullable=False, doc="when it was promised"),
    sa.Column("settled_at", UtcDateTime, nullable=True, doc="when its outcome was known"),
    sa.Column("outcome", sa.String(200), nullable=True, doc="carrier and a technical word; never a number or a name"),
    sa.Index(
        "ix_outbox_open",
        "due_at",
        sqlite_where=sa.text("state IN ('pending','taken')"),
        postgresql_where=sa.text("state IN ('pending','taken')"),
    ),
)


@dataclass(frozen=True, slots=True)
class Promise:
    """One effect that was promised; ``attempts`` counts this one.

    ``in_doubt``: it was taken before, nobody knows whether it happened, and it must not happen twice.
    """

    id: str
    kind: str
    payload: dict[str, Any]
    on_doubt: OnDoubt
    attempts: int
    created_at: datetime
    in_doubt: bool = False


def promise(conn: Connection, row: dict[str, Any], *, again_before: datetime | None = None) -> None:
    """Write one promise (columns of :data:`outbox`); a second one with the same ``dedupe_key`` is ignored.

    With ``again_before`` one that was settled by then, however it ended, is to be carried out once more.
    """
    wanted = upsert(conn, outbox).values(**row)
    if again_before is None:
        conn.execute(wanted.on_conflict_do_nothing(index_elements=["dedupe_key"]))
        return
    anew = {name: row[name] for name in ("state", "due_at", "created_at")} | {"settled_at": None, "outcome": None}
    settled = outbox.c.settled_at <= again_before
    conn.execute(wanted.on_conflict_do_update(index_elements=["dedupe_key"], set_=anew, where=settled))


_UNSETTLED = sa.text("state IN ('pending','taken')")
"""Written as the index of open promises is: with parameters in it every promise that was ever made would be read."""

_OPEN = sa.and_(
    _UNSETTLED,
    outbox.c.due_at <= sa.bindparam("moment"),
    sa.or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= sa.bindparam("moment")),
)
_DUE = (
    sa.select(outbox.c.id, outbox.c.attempts)
    .where(_OPEN)
    .order_by(outbox.c.due_at)
    .limit(sa.bindparam("limit", type_=sa.Integer))
)


def due(conn: Connection, now: datetime, limit: int = 100) -> list[tuple[str, int]]:
    """Ids and attempt numbers of promises that may be taken now, oldest first; takes nothing."""
    return [(row.id, row.attempts) for row in conn.execute(_DUE, {"moment": now, "limit": limit})]


def claim(conn: Connection, promise_id: str, now: datetime, lease: timedelta) -> Promise | None:
    """Take one promise for ``lease``; ``None`` when it is settled or somebody else holds it.

    A promise that declares ``DROP`` and is taken from who never settled it is given ``in_doubt``: it is to be given up,
    not done twice.
    """
    before = conn.execute(sa.select(outbox.c.state).where(outbox.c.id == promise_id)).scalar_one_or_none()
    row = conn.execute(
        sa.update(outbox)
        .where(outbox.c.id == promise_id, _OPEN)
        .values(state=PromiseState.TAKEN, lease_until=now + lease, attempts=outbox.c.attempts + 1)
        .returning(outbox),
        {"moment": now},
    ).one_or_none()
    if row is None:
        return None
    doubt = OnDoubt(row.on_doubt)
    in_doubt = doubt is OnDoubt.DROP and before == PromiseState.TAKEN
    return Promise(row.id, row.kind, dict(row.payload), doubt, row.attempts, row.created_at, in_doubt)


def settle(conn: Connection, promise_id: str, state: PromiseState, now: datetime, outcome: str) -> None:
    """Write how it ended; ``outcome`` is technical and holds no number, name or text of a person."""
    conn.execute(
        sa.update(outbox)
        .where(outbox.c.id == promise_id)
        .values(state=state, settled_at=now, lease_until=None, outcome=outcome[:200]),
    )


def retry(conn: Connection, promise_id: str, at: datetime, outcome: str) -> None:
    """Try again not before ``at``; for failures of which it is known that nothing happened, or that may repeat."""
    conn.execute(
        sa.update(outbox)
        .where(outbox.c.id == promise_id)
        .values(state=PromiseState.PENDING, due_at=at, lease_until=None, outcome=outcome[:200]),
    )


def next_due(conn: Connection) -> datetime | None:
    """When the next promise may be taken, or ``None`` when none is open."""
    moment = (
        sa.func.max(outbox.c.due_at, outbox.c.lease_until)
        if conn.dialect.name == "sqlite"
        else sa.func.greatest(outbox.c.due_at, outbox.c.lease_until)
    )
    when = sa.case((outbox.c.lease_until.is_(None), outbox.c.due_at), else_=sa.type_coerce(moment, UtcDateTime))
    found = conn.execute(
        sa.select(sa.type_coerce(sa.func.min(when), UtcDateTime)).select_from(outbox).where(_UNSETTLED),
    ).scalar_one()
    return found if found is None or isinstance(found, datetime) else datetime.fromisoformat(str(found))
