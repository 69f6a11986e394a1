"""Who reads a conversation along to learn; apart from companions, so that nobody takes a learner for a speaker."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.ids import new_id
from hotline.routing.tables import shadowings, wishes
from hotline.storage.base import upsert


class Why(StrEnum):
    """Why somebody reads along no more, or never did."""

    DECLINED = "declined"
    STOPPED = "stopped"
    REFUSED = "refused"
    URGENT = "urgent"
    HANDED_OVER = "handed_over"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Shadowing:
    """One permission that is open; ``agreed_at`` is ``None`` until the listener said yes; nothing is read before."""

    id: str
    contact_id: str
    person_id: str
    allowed_by: str
    agreed_at: datetime | None


def _shadowing(row: Row[tuple[object, ...]]) -> Shadowing:
    return Shadowing(row.id, row.contact_id, row.person_id, row.allowed_by, row.agreed_at)


def ask(conn: Connection, contact_id: str, person_id: str, *, by: str, now: datetime) -> None:
    """Write that a supervisor allows it; the database refuses a second one in the same conversation."""
    row = {"id": new_id(), "contact_id": contact_id, "person_id": person_id, "allowed_by": by, "asked_at": now}
    conn.execute(sa.insert(shadowings).values(why="", **row))


def agree(conn: Connection, shadowing_id: str, now: datetime) -> None:
    """Write the listener's yes."""
    conn.execute(sa.update(shadowings).where(shadowings.c.id == shadowing_id).values(agreed_at=now))


def end(conn: Connection, shadowing_id: str, why: Why, now: datetime) -> None:
    """Write that it is over."""
    conn.execute(sa.update(shadowings).where(shadowings.c.id == shadowing_id).values(ended_at=now, why=why.value))


def open_in(conn: Connection, contact_id: str) -> Shadowing | None:
    """The permission that is open in a conversation, if any."""
    row = conn.execute(
        sa.select(shadowings).where(shadowings.c.contact_id == contact_id, shadowings.c.ended_at.is_(None)),
    ).one_or_none()
    return None if row is None else _shadowing(row)


def read_by(conn: Connection, person_id: str) -> list[str]:
    """The conversations this person reads along now."""
    return list(
        conn.execute(
            sa.select(shadowings.c.contact_id)
            .where(
                shadowings.c.person_id == person_id,
                shadowings.c.ended_at.is_(None),
                shadowings.c.agreed_at.is_not(None),
            )
            .order_by(shadowings.c.agreed_at),
        ).scalars(),
    )


def refuse(conn: Connection, contact_id: str) -> None:
    """Keep the person's no."""
    row = {"contact_id": contact_id, "same_listener": False, "no_shadowing": True}
    statement = upsert(conn, wishes).values(**row)
    conn.execute(statement.on_conflict_do_update(index_elements=["contact_id"], set_={"no_shadowing": True}))


def refused(conn: Connection, contact_ids: Iterable[str]) -> bool:
    """Whether the person said no in one of these conversations."""
    found = sa.select(wishes.c.contact_id).where(
        wishes.c.contact_id.in_(list(contact_ids)), wishes.c.no_shadowing.is_(True)
    )
    return conn.execute(found.limit(1)).scalar_one_or_none() is not None
