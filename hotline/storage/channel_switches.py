"""Which channels a supervisor says are down, and why; unsaid, people would call a number that nobody answers.

Rows are only added and ended, never changed, so that it can be told what was down last night.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.contact import Channel
from hotline.domain.ids import new_id
from hotline.storage.base import UtcDateTime, metadata, upsert

channel_switches = sa.Table(
    "channel_switches",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("channel", sa.String(12), nullable=False, doc="voice, sms or whatsapp"),
    sa.Column("down_at", UtcDateTime, nullable=False, doc="since when"),
    sa.Column("by", sa.String(32), nullable=False, doc="who said so"),
    sa.Column("reason", sa.String(500), nullable=False, doc="for colleagues; never shown to people who need help"),
    sa.Column("up_at", UtcDateTime, nullable=True, doc="until when; NULL while it is down"),
    sa.Column("up_by", sa.String(32), nullable=True, doc="who said that it works again"),
    sa.Index(
        "uq_channel_switches_down",
        "channel",
        unique=True,
        sqlite_where=sa.text("up_at IS NULL"),
        postgresql_where=sa.text("up_at IS NULL"),
    ),
)


@dataclass(frozen=True, slots=True)
class Down:
    """One channel that is down."""

    channel: Channel
    down_at: datetime
    by: str
    reason: str


def down(conn: Connection) -> list[Down]:
    """The channels that are down, the longest first."""
    table = channel_switches
    rows = conn.execute(sa.select(table).where(table.c.up_at.is_(None)).order_by(table.c.down_at))
    return [Down(Channel(row.channel), row.down_at, row.by, row.reason) for row in rows]


def set_down(conn: Connection, channel: Channel, *, by: str, reason: str, now: datetime) -> bool:
    """Say that a channel is down; ``False`` when it was said before."""
    row = {"id": new_id(), "channel": channel, "down_at": now, "by": by, "reason": reason}
    statement = upsert(conn, channel_switches).values(**row).on_conflict_do_nothing()
    return conn.execute(statement.returning(channel_switches.c.id)).one_or_none() is not None


def set_up(conn: Connection, channel: Channel, *, by: str, now: datetime) -> bool:
    """Say that a channel works again; ``False`` when it was not down."""
    table = channel_switches
    ended = sa.update(table).where(table.c.channel == channel, table.c.up_at.is_(None))
    return conn.execute(ended.values(up_at=now, up_by=by)).rowcount > 0
