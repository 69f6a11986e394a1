"""What the reports counted for days that are over; without it a year of a large house would be counted each time anew.

Only a short cut: a day whose contacts have changed since is forgotten here and counted from its rows again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.storage.base import Json, UtcDateTime, metadata

report_days = sa.Table(
    "report_days",
    metadata,
    sa.Column("start_at", UtcDateTime, primary_key=True, doc="midnight of a local day"),
    sa.Column("end_at", UtcDateTime, nullable=False, doc="the next local midnight"),
    sa.Column("made_at", UtcDateTime, nullable=False, doc="when it was counted"),
    sa.Column("duty_seconds", sa.BigInteger, nullable=True, doc="time on duty; NULL while somebody's goes on"),
    sa.Column("version", sa.Integer, nullable=False, doc="the way of counting; another one is counted again"),
)

report_cells = sa.Table(
    "report_cells",
    metadata,
    sa.Column("start_at", UtcDateTime, primary_key=True, doc="which day"),
    sa.Column("channel", sa.String(12), primary_key=True, doc="domain.contact.Channel"),
    sa.Column("language", sa.String(8), primary_key=True, doc="domain.contact.Language"),
    sa.Column("level", sa.String(12), primary_key=True, doc="domain.contact.Level the contacts stood at when counted"),
    sa.Column("counts", Json, nullable=False, doc="how many of what; names in reports/tally.py"),
    sa.Column("answer_seconds", sa.LargeBinary, nullable=False, doc="each answered contact's wait: 32-bit, little-end"),
    sa.Column("leave_seconds", sa.LargeBinary, nullable=False, doc="each abandoned contact's wait, the same"),
    sa.Column("quarters", sa.LargeBinary, nullable=False, doc="each arrival: quarter hours since the start, the same"),
)


VERSION = 2
"""The present way of counting; raise it with every change to what is counted, and every day is counted again."""


@dataclass(frozen=True, slots=True)
class Day:
    """One local day that is counted; ``duty_seconds`` is ``None`` while somebody's time on duty goes on."""

    start_at: datetime
    end_at: datetime
    duty_seconds: int | None


@dataclass(frozen=True, slots=True)
class KeptCell:
    """What was counted for one day, channel, language and level; see the columns."""

    start_at: datetime
    channel: str
    language: str
    level: str
    counts: dict[str, int]
    answer_seconds: bytes
    leave_seconds: bytes
    quarters: bytes


def days(conn: Connection, start: datetime | None = None, end: datetime | None = None) -> list[Day]:
    """Every day counted in the present way, or those of them wholly between two moments, in order."""
    statement = sa.select(report_days.c.start_at, report_days.c.end_at, report_days.c.duty_seconds)
    statement = statement.where(report_days.c.version == VERSION)
    if start is not None and end is not None:
        statement = statement.where(report_days.c.start_at >= start, report_days.c.end_at <= end)
    return [Day(*row) for row in conn.execute(statement.order_by(report_days.c.start_at))]


def cells(conn: Connection, start: datetime, end: datetime, only: dict[str, str]) -> Iterator[KeptCell]:
    """What was counted for days that begin between two moments; ``only`` keeps one channel, language or level."""
    statement = sa.select(report_cells).where(report_cells.c.start_at >= start, report_cells.c.start_at < end)
    for name, value in only.items():
        statement = statement.where(report_cells.c[name] == value)
    for row in conn.execute(statement):
        yield KeptCell(*row)


def keep(conn: Connection, day: Day, found: Iterable[KeptCell], now: datetime) -> None:
    """Write what was counted for a day, in place of what stood there."""
    forget(conn, [day.start_at])
    row = {"start_at": day.start_at, "end_at": day.end_at, "made_at": now, "duty_seconds": day.duty_seconds}
    conn.execute(sa.insert(report_days).values(**row, version=VERSION))
    rows: list[dict[str, Any]] = [{name: getattr(one, name) for name in KeptCell.__dataclass_fields__} for one in found]
    if rows:
        conn.execute(sa.insert(report_cells), rows)


def keep_duty(conn: Connection, start_at: datetime, seconds: int) -> None:
    """Write a day's time on duty, which went on when the day was counted."""
    conn.execute(sa.update(report_days).where(report_days.c.start_at == start_at).values(duty_seconds=seconds))


def forget_older_versions(conn: Connection) -> None:
    """Let days that were counted in another way be counted again."""
    old = conn.execute(sa.select(report_days.c.start_at).where(report_days.c.version != VERSION)).scalars().all()
    forget(conn, old)


def forget(conn: Connection, starts: Iterable[datetime]) -> None:
    """Let these days be counted from their rows again."""
    for start_at in starts:
        conn.execute(sa.delete(report_cells).where(report_cells.c.start_at == start_at))
        conn.execute(sa.delete(report_days).where(report_days.c.start_at == start_at))
