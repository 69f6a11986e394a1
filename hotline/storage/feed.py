"""What happened, in order, per topic; without it a browser that lost its stream for a second would miss a message.

An event's number comes from its topic's row, locked in the same transaction: a database sequence commits out of order
and a reader would skip. Events carry ids only.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.storage.base import Json, UtcDateTime, metadata, upsert

feed_topics = sa.Table(
    "feed_topics",
    metadata,
    sa.Column("topic", sa.String(64), primary_key=True, doc="'desk' or 'contact:<id>'"),
    sa.Column("last_number", sa.BigInteger, nullable=False, doc="number of the newest event of this topic"),
)

feed_events = sa.Table(
    "feed_events",
    metadata,
    sa.Column("topic", sa.String(64), primary_key=True, doc="the topic it belongs to"),
    sa.Column("number", sa.BigInteger, primary_key=True, doc="1, 2, 3 … without gaps within the topic"),
    sa.Column("kind", sa.String(32), nullable=False, doc="message, state, alarm …"),
    sa.Column("data", Json, nullable=False, doc="ids and numbers only"),
    sa.Column("at", UtcDateTime, nullable=False, index=True, doc="when the act was committed"),
)

DESK = "desk"
"""The topic every desk and board follows."""


def contact_topic(contact_id: str) -> str:
    """The topic of one contact's conversation."""
    return f"contact:{contact_id}"


def staff_topic(contact_id: str) -> str:
    """The topic of what only the helpline's people hear about a contact: the seeker's page never follows it."""
    return f"staff:{contact_id}"


@dataclass(frozen=True, slots=True)
class FeedEvent:
    """One thing that happened; ``number`` counts within ``topic``."""

    topic: str
    number: int
    kind: str
    data: dict[str, Any]


def person_topic(person_id: str) -> str:
    """The topic of one listener's own conversations, so that a message wakes one desk and not all of them."""
    return f"person:{person_id}"


_EVENTS = sa.insert(feed_events)


def append(conn: Connection, events: list[tuple[str, str, dict[str, Any]]], at: datetime) -> None:
    """Write ``(topic, kind, data)`` events in two statements.

    Topics are locked in one order for everybody, so that no two acts wait in a ring.
    """
    counts = Counter(topic for topic, _, _ in events)
    statement = upsert(conn, feed_topics).values(
        [{"topic": topic, "last_number": counts[topic]} for topic in sorted(counts)],
    )
    statement = statement.on_conflict_do_update(
        index_elements=["topic"],
        set_={"last_number": feed_topics.c.last_number + statement.excluded.last_number},
    ).returning(feed_topics.c.topic, feed_topics.c.last_number)
    nexts = {row.topic: row.last_number - counts[row.topic] for row in conn.execute(statement)}
    rows = []
    for topic, kind, data in events:
        nexts[topic] += 1
        rows.append({"topic": topic, "number": nexts[topic], "kind": kind, "data": data, "at": at})
    conn.execute(_EVENTS, rows)


def read(conn: Connection, positions: dict[str, int], limit: int = 200) -> list[FeedEvent]:
    """Events after each topic's position, oldest first within a topic, at most ``limit`` a topic."""
    found: list[FeedEvent] = []
    for topic, after in positions.items():
        rows = conn.execute(
            sa.select(feed_events)
            .where(feed_events.c.topic == topic, feed_events.c.number > after)
            .order_by(feed_events.c.number)
            .limit(limit),
        )
        found.extend(FeedEvent(row.topic, row.number, row.kind, row.data) for row in rows)
    return found


def latest(conn: Connection, topics: list[str]) -> dict[str, int]:
    """The newest number of each topic, 0 where nothing happened yet."""
    rows = conn.execute(sa.select(feed_topics).where(feed_topics.c.topic.in_(topics)))
    known = {row.topic: int(row.last_number) for row in rows}
    return {topic: known.get(topic, 0) for topic in topics}


def forget_before(conn: Connection, moment: datetime) -> int:
    """Drop events older than ``moment``; a client that slept longer reads a snapshot. Gives the number dropped."""
    return conn.execute(sa.delete(feed_events).where(feed_events.c.at < moment)).rowcount
