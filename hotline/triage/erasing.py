"""Empties why a contact was judged so; levels, risks, models and times stay."""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.storage.sealed import ERASED
from hotline.triage.tables import assessments, level_requests, shadow_assessments


def erase(conn: Connection, contact_id: str) -> None:
    """Take away heads, evidence and reasons."""
    for table in (assessments, shadow_assessments):
        conn.execute(sa.update(table).where(table.c.contact_id == contact_id).values(details=ERASED))
    conn.execute(sa.update(level_requests).where(level_requests.c.contact_id == contact_id).values(reason=ERASED))
