"""What a provider told us already: it repeats, reverses and delays, and told twice must not be done twice.

The key is the provider's id, the event and where there is one its sequence number; it is written in the same commit as
what the event did, so that an event that failed may be told again.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.storage.base import UtcDateTime, metadata, upsert

webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("key", sa.String(160), primary_key=True, doc="provider's id, event, sequence"),
    sa.Column("at", UtcDateTime, nullable=False, index=True, doc="when it was told first"),
)


def first(conn: Connection, key: str, now: datetime) -> bool:
    """Whether this is told for the first time; from the commit on it no longer is."""
    statement = upsert(conn, webhooks).values(key=key[:160], at=now).on_conflict_do_nothing(index_elements=["key"])
    return conn.execute(statement.returning(webhooks.c.key)).one_or_none() is not None


def forget_before(conn: Connection, moment: datetime) -> None:
    """Forget what was told long ago; what comes later than that finds its call or text ended and changes nothing."""
    conn.execute(sa.delete(webhooks).where(webhooks.c.at < moment))
