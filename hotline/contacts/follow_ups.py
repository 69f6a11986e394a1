"""Keeps who is to be asked again, when, and every try with what became of it; the number is in the vault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.contacts.aftercare import FollowUpState
from hotline.contacts.tables import follow_up_attempts, follow_ups
from hotline.domain.contact import FollowUpResult, FollowUpStep
from hotline.domain.errors import NotFound
from hotline.storage.sealed import Keyring


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One moment at which somebody is asked again; see the columns."""

    id: str
    contact_id: str
    step: FollowUpStep
    due_at: datetime
    next_at: datetime
    state: FollowUpState
    attempts: int
    safe_to_call: bool
    safe_to_text: bool
    safe_to_leave_message: bool
    by: str
    ended_at: datetime | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None

    def called_by_another(self, person_id: str, *, since: datetime) -> bool:
        """Whether somebody else opened the number after ``since`` and has written nothing yet."""
        return self.taken_by not in {None, person_id} and self.taken_at is not None and self.taken_at > since


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try; ``number`` counts within its follow-up."""

    follow_up_id: str
    number: int
    at: datetime
    by: str
    result: FollowUpResult
    note: str


def _follow_up(row: Row[Any]) -> FollowUp:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented public name
    return FollowUp(**values | {"step": FollowUpStep(row.step), "state": FollowUpState(row.state)})


def add(conn: Connection, found: Sequence[FollowUp]) -> None:
    """Write some follow-ups."""
    conn.execute(
        sa.insert(follow_ups), [{name: getattr(one, name) for name in FollowUp.__dataclass_fields__} for one in found]
    )


def get(conn: Connection, follow_up_id: str, *, lock: bool = False) -> FollowUp:
    """One follow-up; ``lock`` holds its row until the commit. Raises ``NotFound``."""
    statement = sa.select(follow_ups).where(follow_ups.c.id == follow_up_id)
    row = conn.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("no such follow-up")
    return _follow_up(row)


def change(conn: Connection, follow_up_id: str, **values: Any) -> None:
    """Write some columns of one follow-up."""
    conn.execute(sa.update(follow_ups).where(follow_ups.c.id == follow_up_id).values(**values))


def cancel_all(conn: Connection, contact_id: str, now: datetime) -> int:
    """End every open follow-up of a contact, because the person does not want them; gives how many."""
    return conn.execute(
        sa.update(follow_ups)
        .where(follow_ups.c.contact_id == contact_id, follow_ups.c.state == FollowUpState.OPEN)
        .values(state=FollowUpState.CANCELLED, ended_at=now),
    ).rowcount


def of_contact(conn: Connection, contact_id: str) -> list[FollowUp]:
    """A contact's follow-ups, soonest first."""
    rows = conn.execute(
        sa.select(follow_ups).where(follow_ups.c.contact_id == contact_id).order_by(follow_ups.c.due_at)
    )
    return [_follow_up(row) for row in rows]


def due(conn: Connection, until: datetime, limit: int = 200) -> list[FollowUp]:
    """Open follow-ups to be tried by then, the longest due first."""
    rows = conn.execute(
        sa.select(follow_ups)
        .where(follow_ups.c.state == FollowUpState.OPEN, follow_ups.c.next_at <= until)
        .order_by(follow_ups.c.next_at)
        .limit(limit),
    )
    return [_follow_up(row) for row in rows]


def how_many_due(conn: Connection, now: datetime) -> int:
    """How many open follow-ups are to be tried by now."""
    where = (follow_ups.c.state == FollowUpState.OPEN, follow_ups.c.next_at <= now)
    return int(conn.execute(sa.select(sa.func.count()).select_from(follow_ups).where(*where)).scalar_one())


def add_attempt(conn: Connection, keys: Keyring, contact_id: str, attempt: Attempt) -> None:
    """Write one try; its note is sealed."""
    place = f"follow_up_attempts.note.{attempt.follow_up_id}.{attempt.number}"
    row = {name: getattr(attempt, name) for name in Attempt.__dataclass_fields__}
    conn.execute(
        sa.insert(follow_up_attempts).values(**row | {"note": keys.seal(conn, contact_id, place, attempt.note)})
    )


def attempts_of(conn: Connection, keys: Keyring, found: FollowUp) -> list[Attempt]:
    """Every try of one follow-up, oldest first."""
    rows = conn.execute(
        sa.select(follow_up_attempts)
        .where(follow_up_attempts.c.follow_up_id == found.id)
        .order_by(follow_up_attempts.c.number),
    )
    place = "follow_up_attempts.note"
    return [
        Attempt(
            row.follow_up_id,
            row.number,
            row.at,
            row.by,
            FollowUpResult(row.result),
            keys.unseal_or_empty(conn, found.contact_id, f"{place}.{row.follow_up_id}.{row.number}", row.note),
        )
        for row in rows
    ]
