"""Hours that people set, as rows that are only ever added; a changed row would hide what was told last night."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.ids import new_id
from hotline.storage.base import Json, UtcDateTime, metadata

opening_hours = sa.Table(
    "opening_hours",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("hours", Json, nullable=False, doc="volunteers.opening.to_document; empty in a row that revokes"),
    sa.Column("from_at", UtcDateTime, nullable=False, doc="they count from this moment on"),
    sa.Column("set_at", UtcDateTime, nullable=False, doc="when they were written"),
    sa.Column("by", sa.String(32), nullable=False, doc="who wrote them"),
    sa.Column("reason", sa.String(500), nullable=False, doc="why; never about a person"),
    sa.Column("revokes", sa.String(32), nullable=True, unique=True, doc="the row that this one takes back"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """Hours from a moment on; ``revoked_by`` is who took them back before they began, if anybody did."""

    id: str
    hours: Mapping[str, Any]
    from_at: datetime
    set_at: datetime
    by: str
    reason: str
    revoked_by: str | None


def add(
    conn: Connection, *, hours: Mapping[str, Any], from_at: datetime, set_at: datetime, by: str, reason: str
) -> str:
    """Write hours; gives their id."""
    row_id = new_id()
    row = {"id": row_id, "hours": hours, "from_at": from_at, "set_at": set_at, "by": by, "reason": reason}
    conn.execute(sa.insert(opening_hours).values(**row))
    return row_id


def revoke(conn: Connection, setting: Setting, *, set_at: datetime, by: str) -> None:
    """Write that hours are taken back; the database refuses to do it twice."""
    row = {"id": new_id(), "hours": {}, "from_at": setting.from_at, "set_at": set_at, "by": by, "reason": ""}
    conn.execute(sa.insert(opening_hours).values(**row, revokes=setting.id))


def settings(conn: Connection) -> list[Setting]:
    """All hours ever set, those taken back as well, in the order in which they begin."""
    taken = opening_hours.alias("taken")
    statement = (
        sa.select(opening_hours, taken.c.by.label("revoked_by"))
        .outerjoin(taken, taken.c.revokes == opening_hours.c.id)
        .where(opening_hours.c.revokes.is_(None))
        .order_by(opening_hours.c.from_at, opening_hours.c.set_at)
    )
    return [
        Setting(row.id, row.hours, row.from_at, row.set_at, row.by, row.reason, row.revoked_by)
        for row in conn.execute(statement)
    ]
