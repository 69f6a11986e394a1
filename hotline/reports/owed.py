"""What is owed at this moment to contacts of a period; it changes with the clock alone, so no summary can hold it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts.aftercare import FollowUpState
from hotline.contacts.tables import contacts, follow_ups
from hotline.interventions.tables import reviews
from hotline.reports.tally import arrived


@dataclass(frozen=True, slots=True)
class Owed:
    """Reviews nobody has signed and those of them whose end has passed; follow-ups that are to be tried now."""

    reviews: int = 0
    reviews_overdue: int = 0
    follow_ups_due: int = 0


def owed(conn: Connection, start: datetime, end: datetime, only: Mapping[str, str], now: datetime) -> Owed:
    """What is owed now to contacts that arrived in between; ``only`` keeps one channel, language or level."""
    mine = (arrived(start, end), *(contacts.c[name] == value for name, value in only.items()))
    unsigned = _count(reviews, reviews.c.signed_at.is_(None), *mine)
    due = _count(follow_ups, follow_ups.c.state == FollowUpState.OPEN, follow_ups.c.next_at <= now, *mine)
    return Owed(
        reviews=conn.execute(unsigned).scalar_one(),
        reviews_overdue=conn.execute(unsigned.where(reviews.c.due_at < now)).scalar_one(),
        follow_ups_due=conn.execute(due).scalar_one(),
    )


def _count(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    joined = table.join(contacts, contacts.c.id == table.c.contact_id)
    return sa.select(sa.func.count()).select_from(joined).where(*where)
