"""The numbers people reach us by, as staff set them; unlisted, a number would greet nobody in their language.

Rows are only added and taken away again, never changed, so that it can be told which number stood where last night.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.contact import Channel, Language, Region
from hotline.domain.ids import new_id
from hotline.storage.base import UtcDateTime, metadata

phone_lines = sa.Table(
    "phone_lines",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("channel", sa.String(12), nullable=False, doc="voice, sms or whatsapp"),
    sa.Column("number", sa.String(20), nullable=False, doc="our number, E.164"),
    sa.Column("language", sa.String(8), nullable=False, doc="first language spoken on it"),
    sa.Column("region", sa.String(8), nullable=False, doc="whose emergency numbers are said on it"),
    sa.Column("set_at", UtcDateTime, nullable=False, doc="since when"),
    sa.Column("by", sa.String(32), nullable=False, doc="who set it"),
    sa.Column("removed_at", UtcDateTime, nullable=True, doc="until when; NULL while it stands"),
    sa.Column("removed_by", sa.String(32), nullable=True, doc="who took it away"),
    sa.Index(
        "uq_phone_lines_open",
        "channel",
        "number",
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One number of ours on one channel."""

    id: str
    channel: Channel
    number: str
    language: Language
    region: Region
    set_at: datetime
    by: str


def lines(conn: Connection) -> list[Line]:
    """The numbers in use, in the order in which they were set."""
    rows = conn.execute(sa.select(phone_lines).where(phone_lines.c.removed_at.is_(None)).order_by(phone_lines.c.set_at))
    return [
        Line(row.id, Channel(row.channel), row.number, Language(row.language), Region(row.region), row.set_at, row.by)
        for row in rows
    ]


def add(
    conn: Connection, *, channel: Channel, number: str, language: Language, region: Region, by: str, now: datetime
) -> str:
    """Write a number; the database refuses one that stands already. Gives its id."""
    row = {"id": new_id(), "channel": channel, "number": number, "language": language, "region": region}
    conn.execute(sa.insert(phone_lines).values(**row, set_at=now, by=by))
    return row["id"]


def remove(conn: Connection, line_id: str, *, by: str, now: datetime) -> bool:
    """Take a number away; ``False`` when it does not stand."""
    gone = sa.update(phone_lines).where(phone_lines.c.id == line_id, phone_lines.c.removed_at.is_(None))
    return conn.execute(gone.values(removed_at=now, removed_by=by)).rowcount > 0
