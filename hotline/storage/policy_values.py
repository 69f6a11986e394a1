"""Numbers that people set, as rows that are only ever added; a changed row would hide what was in force last night."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.ids import new_id
from hotline.storage.base import UtcDateTime, metadata

policy_values = sa.Table(
    "policy_values",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("name", sa.String(100), nullable=False, index=True, doc="which number: file, section and key"),
    sa.Column("value", sa.Float, nullable=True, doc="what it is set to; NULL in a row that revokes another"),
    sa.Column("from_at", UtcDateTime, nullable=False, doc="in force from this moment on"),
    sa.Column("set_at", UtcDateTime, nullable=False, doc="when it was written"),
    sa.Column("by", sa.String(32), nullable=False, doc="who wrote it"),
    sa.Column("reason", sa.String(500), nullable=False, doc="why; never about a person"),
    sa.Column("revokes", sa.String(32), nullable=True, unique=True, doc="the row that this one takes back"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of a number from a moment on; ``revoked_by`` is who took it back before it began, if anybody did."""

    id: str
    name: str
    value: float
    from_at: datetime
    set_at: datetime
    by: str
    reason: str
    revoked_by: str | None


def add(
    conn: Connection, *, name: str, value: float | None, from_at: datetime, set_at: datetime, by: str, reason: str
) -> str:
    """Write a value; gives its id."""
    row_id = new_id()
    row = {"id": row_id, "name": name, "value": value, "from_at": from_at, "set_at": set_at, "by": by}
    conn.execute(sa.insert(policy_values).values(**row, reason=reason))
    return row_id


def revoke(conn: Connection, setting: Setting, *, set_at: datetime, by: str) -> None:
    """Write that a value is taken back; the database refuses to do it twice."""
    row = {"id": new_id(), "name": setting.name, "value": None, "from_at": setting.from_at, "set_at": set_at, "by": by}
    conn.execute(sa.insert(policy_values).values(**row, reason="", revokes=setting.id))


def settings(conn: Connection) -> list[Setting]:
    """Every value ever set, those taken back as well, in the order in which they come into force."""
    taken = policy_values.alias("taken")
    statement = (
        sa.select(policy_values, taken.c.by.label("revoked_by"))
        .outerjoin(taken, taken.c.revokes == policy_values.c.id)
        .where(policy_values.c.revokes.is_(None))
        .order_by(policy_values.c.from_at, policy_values.c.set_at)
    )
    return [
        Setting(row.id, row.name, row.value, row.from_at, row.set_at, row.by, row.reason, row.revoked_by)
        for row in conn.execute(statement)
    ]


def in_force(found: list[Setting], now: datetime) -> dict[str, float]:
    """The value of each number that people set, as it stands at ``now``."""
    return {one.name: one.value for one in found if one.revoked_by is None and one.from_at <= now}
