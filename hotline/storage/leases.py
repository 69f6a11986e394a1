"""Who leads, and which sweep last gave a sign of life; silence of a sweep must be seen, not assumed."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.storage.base import UtcDateTime, metadata, upsert
from hotline.storage.engine import epoch_seconds

leases = sa.Table(
    "leases",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True, doc="what is led, for example 'clock'"),
    sa.Column("holder", sa.String(64), nullable=False, doc="random name of the process that leads"),
    sa.Column("until_epoch_seconds", sa.Float, nullable=False, doc="by the database's clock"),
)

beats = sa.Table(
    "beats",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True, doc="a sweep or process"),
    sa.Column("at", UtcDateTime, nullable=False, doc="its last sign of life"),
)


def acquire(conn: Connection, name: str, holder: str, ttl: timedelta) -> bool:
    """Take or renew the lease in one statement; ``True`` when ``holder`` leads for the next ``ttl``."""
    now = epoch_seconds(conn)
    statement = upsert(conn, leases).values(name=name, holder=holder, until_epoch_seconds=now + ttl.total_seconds())
    row = conn.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": holder, "until_epoch_seconds": now + ttl.total_seconds()},
            where=sa.or_(leases.c.until_epoch_seconds < now, leases.c.holder == holder),
        ).returning(leases.c.holder),
    ).one_or_none()
    return row is not None


def release(conn: Connection, name: str, holder: str) -> None:
    """Give the lease back at a clean end, so that the next one need not wait."""
    conn.execute(sa.delete(leases).where(leases.c.name == name, leases.c.holder == holder))


def beat(conn: Connection, name: str, now: datetime) -> None:
    """Leave a sign of life."""
    statement = upsert(conn, beats).values(name=name, at=now)
    conn.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


def last_beats(conn: Connection) -> dict[str, datetime]:
    """Every name with its last sign of life."""
    return {row.name: row.at for row in conn.execute(sa.select(beats))}
