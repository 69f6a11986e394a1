"""Keeps what was asked for and approved for the machine to learn from, and reads the levels that reviews gave."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.contact import Level
from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.triage.tables import assessments, training_sets

REVIEW = "review"


class SetState(StrEnum):
    """How far a training set has come; one approval serves one export."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPORTED = "exported"


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Contacts closed on these local days. ``held`` and ``sha256`` tell of the file that left, once it has."""

    id: str
    first_day: str
    last_day: str
    zone: str
    reason: str
    state: SetState
    asked_by: str
    asked_at: datetime
    answered_by: str | None
    answered_at: datetime | None
    exported_at: datetime | None
    held: Mapping[str, Any] | None
    sha256: str | None


def _set(row: Row[Any]) -> TrainingSet:
    return TrainingSet(**dict(row._mapping) | {"state": SetState(row.state)})  # noqa: SLF001  # SQLAlchemy's documented public name


def ask(
    conn: Connection, *, first_day: str, last_day: str, zone: str, reason: str, asked_by: str, asked_at: datetime
) -> str:
    """Write a wish; gives its id."""
    row = {"id": new_id(), "first_day": first_day, "last_day": last_day, "zone": zone, "reason": reason}
    conn.execute(sa.insert(training_sets).values(**row, state=SetState.ASKED, asked_by=asked_by, asked_at=asked_at))
    return row["id"]


def get(conn: Connection, set_id: str, *, lock: bool = False) -> TrainingSet:
    """One set, its row held with ``lock``; raises ``NotFound``."""
    statement = sa.select(training_sets).where(training_sets.c.id == set_id)
    row = conn.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("no such training set")
    return _set(row)


def newest(conn: Connection, limit: int = 30) -> list[TrainingSet]:
    """The sets asked for last, newest first."""
    rows = conn.execute(sa.select(training_sets).order_by(training_sets.c.asked_at.desc()).limit(limit))
    return [_set(row) for row in rows]


def change(conn: Connection, set_id: str, **values: Any) -> None:
    """Write some columns; the caller holds the row."""
    conn.execute(sa.update(training_sets).where(training_sets.c.id == set_id).values(**values))


def review_levels(conn: Connection, contact_ids: Sequence[str]) -> dict[str, dict[str, Level]]:
    """The newest level that each person gave each of these contacts in hindsight, by contact and person."""
    rows = conn.execute(
        sa.select(assessments.c.contact_id, assessments.c.made_by, assessments.c.level)
        .where(assessments.c.contact_id.in_(contact_ids), assessments.c.model == REVIEW)
        .order_by(assessments.c.at),
    )
    found: defaultdict[str, dict[str, Level]] = defaultdict(dict)
    for row in rows:
        found[row.contact_id][row.made_by] = Level(row.level)
    return found
