"""Who is in a conversation beside its listener, and what one listener tells the next; nobody should tell it twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.contact import Level
from hotline.domain.ids import new_id
from hotline.routing.tables import companions, handovers, queue
from hotline.storage.base import upsert
from hotline.storage.sealed import Keyring


@dataclass(frozen=True, slots=True)
class Handover:
    """What a listener wrote for the next one, in clear."""

    contact_id: str
    by: str
    at: datetime
    summary: str


def join(conn: Connection, contact_id: str, person_id: str, now: datetime) -> None:
    """Let a person be there; doing it again only keeps them there."""
    row = {"contact_id": contact_id, "person_id": person_id, "joined_at": now, "left_at": None}
    statement = upsert(conn, companions).values(**row)
    conn.execute(statement.on_conflict_do_update(index_elements=["contact_id", "person_id"], set_={"left_at": None}))


def leave(conn: Connection, now: datetime, *, contact_id: str | None = None, person_id: str | None = None) -> int:
    """End the company in a contact, of a person, or of one in the other; gives how many left."""
    statement = sa.update(companions).where(companions.c.left_at.is_(None))
    if contact_id is not None:
        statement = statement.where(companions.c.contact_id == contact_id)
    if person_id is not None:
        statement = statement.where(companions.c.person_id == person_id)
    return conn.execute(statement.values(left_at=now)).rowcount


_BESIDE = (
    sa.select(companions.c.person_id)
    .where(companions.c.contact_id == sa.bindparam("contact_id"), companions.c.left_at.is_(None))
    .order_by(companions.c.joined_at)
)


def beside(conn: Connection, contact_id: str) -> list[str]:
    """Who is in a conversation beside its listener, the longest there first."""
    return list(conn.execute(_BESIDE, {"contact_id": contact_id}).scalars())


def joined_by(conn: Connection, person_id: str) -> list[str]:
    """The conversations a person is in without being their listener, the oldest first."""
    rows = conn.execute(
        sa.select(companions.c.contact_id)
        .where(companions.c.person_id == person_id, companions.c.left_at.is_(None))
        .order_by(companions.c.joined_at),
    )
    return list(rows.scalars())


def write_handover(conn: Connection, keys: Keyring, handover: Handover) -> None:
    """Keep what a listener wrote for the next one, sealed under the contact's key."""
    row_id = new_id()
    conn.execute(
        sa.insert(handovers).values(
            id=row_id,
            contact_id=handover.contact_id,
            by=handover.by,
            at=handover.at,
            summary=keys.seal(conn, handover.contact_id, f"handovers.summary.{row_id}", handover.summary),
        ),
    )


def handovers_of(conn: Connection, keys: Keyring, contact_ids: Iterable[str]) -> list[Handover]:
    """What listeners of these contacts wrote for the next one, newest first."""
    rows = conn.execute(
        sa.select(handovers).where(handovers.c.contact_id.in_(list(contact_ids))).order_by(handovers.c.at.desc()),
    )
    return [
        Handover(
            row.contact_id,
            row.by,
            row.at,
            keys.unseal(conn, row.contact_id, f"handovers.summary.{row.id}", row.summary),
        )
        for row in rows
    ]


_HOLD_URGENT = sa.select(queue.c.owner_id).where(queue.c.status == "held", queue.c.severity >= Level.HIGH.rank)
_BESIDE_URGENT = sa.select(queue.c.contact_id).where(
    queue.c.status == "held", queue.c.severity < Level.HIGH.rank, queue.c.owner_id.in_(_HOLD_URGENT)
)


def to_relieve(conn: Connection) -> list[str]:
    """Contacts that are not urgent and held by somebody who holds an urgent one beside them."""
    return list(conn.execute(_BESIDE_URGENT).scalars())
