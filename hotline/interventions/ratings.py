"""Keeps how somebody rated themselves, line by line; nothing is changed, the newest line of each scale counts."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.interventions.scales import Moment, Ratings, Scale
from hotline.interventions.tables import self_ratings


def add(conn: Connection, contact_id: str, given: Ratings, *, by: str, at: datetime) -> None:
    """Write some ratings; the caller holds the contact's row."""
    written = sa.select(sa.func.count()).select_from(self_ratings).where(self_ratings.c.contact_id == contact_id)
    before = conn.execute(written).scalar_one()
    rows = [
        {
            "contact_id": contact_id,
            "number": number,
            "at": at,
            "by": by,
            "moment": moment,
            "scale": scale,
            "value": value,
        }
        for number, ((moment, scale), value) in enumerate(given.items(), start=before + 1)
    ]
    conn.execute(sa.insert(self_ratings), rows)


def newest(conn: Connection, contact_ids: Sequence[str]) -> dict[str, dict[tuple[Moment, Scale], int]]:
    """The newest rating of each scale at each moment, by contact."""
    rows = conn.execute(
        sa.select(self_ratings)
        .where(self_ratings.c.contact_id.in_(list(contact_ids)))
        .order_by(self_ratings.c.contact_id, self_ratings.c.number),
    )
    found: dict[str, dict[tuple[Moment, Scale], int]] = {}
    for row in rows:
        found.setdefault(row.contact_id, {})[Moment(row.moment), Scale(row.scale)] = row.value
    return found
