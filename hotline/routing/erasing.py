"""Takes away what listeners said among themselves about a contact."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.routing.tables import asides, handovers
from hotline.storage.base import metadata


def erase(conn: Connection, contact_id: str) -> None:
    """Hand-overs and whispers go; that they were written stands in the log."""
    for table in (handovers, asides):
        conn.execute(sa.delete(table).where(table.c.contact_id == contact_id))


def forget_whispers(conn: Connection, closed_before: datetime) -> int:
    """Put away what was whispered in contacts that closed before a moment and are not held; gives how many."""
    contacts, holds = metadata.tables["contacts"], metadata.tables["holds"]
    held = sa.select(holds.c.contact_id).where(holds.c.lifted_at.is_(None))
    over = sa.select(contacts.c.id).where(contacts.c.closed_at < closed_before, contacts.c.id.not_in(held))
    return conn.execute(sa.delete(asides).where(asides.c.contact_id.in_(over))).rowcount
