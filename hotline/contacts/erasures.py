"""Whose words are due to go, what was erased when, and the emptying of this stage's rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts.aftercare import FollowUpState
from hotline.contacts.keeping import Obstacle, WhyErased
from hotline.contacts.phone_tables import blocks, recording_chunks, recordings
from hotline.contacts.tables import (
    contacts,
    erasures,
    follow_up_attempts,
    follow_ups,
    holds,
    identities,
    legs,
    messages,
    second_words,
    seeker_keys,
)
from hotline.contacts.text_tables import texts
from hotline.domain.contact import State
from hotline.domain.phone import RecordingState
from hotline.storage.sealed import ERASED


@dataclass(frozen=True, slots=True)
class Erasure:
    """One contact that was erased; ``by`` is ``machine`` or who asked, ``second`` who agreed."""

    contact_id: str
    at: datetime
    why: WhyErased
    by: str
    second: str | None
    topics: Sequence[str]
    unlinked_at: datetime | None = None


Place = tuple[datetime, str]
"""When a contact closed, and its id: where a walk through the due ones stands."""


Keeping = Mapping[Obstacle, sa.ColumnElement[bool]]
"""Whether each obstacle stands, as a condition on a row of ``contacts``."""
WHOSE = contacts.c.id
_OPEN = tuple(state for state in State if state is not State.CLOSED)
_HELD = sa.select(holds.c.contact_id).where(holds.c.lifted_at.is_(None))


def _of_the_same_person(seed: sa.Select[tuple[str, str | None]]) -> sa.CTE:
    """Contacts (id, follows) and all that they follow or that follow them, however far: those of the same people."""
    found = seed.cte("same_person", recursive=True)
    other = contacts.alias("other")
    linked = sa.or_(other.c.id == found.c.follows_contact_id, other.c.follows_contact_id == found.c.id)
    return found.union(sa.select(other.c.id, other.c.follows_contact_id).join(found, linked))


def _busy() -> sa.Select[tuple[str]]:
    """Contacts of everybody of whom one is open or held."""
    one = contacts.alias("one")
    seed = sa.select(one.c.id, one.c.follows_contact_id)
    return sa.select(_of_the_same_person(seed.where(sa.or_(one.c.state.in_(_OPEN), one.c.id.in_(_HELD)))).c.id)


def keeping() -> Keeping:
    """What keeps a contact from being erased, as far as this stage knows."""
    is_open = sa.or_(contacts.c.state != State.CLOSED, contacts.c.closed_at.is_(None))
    held = WHOSE.in_(_HELD)
    planned = sa.exists().where(follow_ups.c.contact_id == WHOSE, follow_ups.c.state == FollowUpState.OPEN)
    return {
        Obstacle.ERASED: contacts.c.erased_at.is_not(None),
        Obstacle.OPEN: is_open,
        Obstacle.HOLD: held,
        Obstacle.PERSON: sa.and_(~is_open, ~held, WHOSE.in_(_busy())),
        Obstacle.FOLLOW_UP: planned,
    }


def which(conn: Connection, contact_id: str, keeps: Keeping) -> list[Obstacle]:
    """Those obstacles that stand for one contact, in the order of :class:`Obstacle`."""
    found = conn.execute(sa.select(*keeps.values()).where(contacts.c.id == contact_id)).one()
    stand = {one for one, stands in zip(keeps, found, strict=True) if stands}
    return [one for one in Obstacle if one in stand]


def same_person(conn: Connection, contact_id: str) -> list[str]:
    """What staff call the other contacts of this one's person whose words are kept, the newest first."""
    one = contacts.alias("one")
    seed = sa.select(one.c.id, one.c.follows_contact_id).where(one.c.id == contact_id)
    others = sa.select(_of_the_same_person(seed).c.id)
    rows = conn.execute(
        sa.select(contacts.c.pseudonym)
        .where(contacts.c.id.in_(others), contacts.c.id != contact_id, contacts.c.erased_at.is_(None))
        .order_by(contacts.c.arrived_at.desc())
    )
    return list(rows.scalars())


def _kept(until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Closed by then, kept still, and held back by nobody."""
    return (
        contacts.c.erased_at.is_(None),
        contacts.c.closed_at.is_not(None),
        contacts.c.closed_at <= until,
        contacts.c.state == State.CLOSED,
        contacts.c.id.not_in(_HELD),
    )


def due(
    conn: Connection, until: datetime, *, after: Place | None, limit: int, but: Keeping | None = None
) -> list[Place]:
    """Contacts closed up to then whose words are still kept and not held, the longest closed first, from a place on.

    Those that something of ``but`` keeps are left out, so that nobody has to walk over them every day.
    """
    free = [~stands for stands in (but or {}).values()]
    statement = sa.select(contacts.c.closed_at, contacts.c.id).where(*_kept(until), *free)
    if after is not None:
        later = sa.and_(contacts.c.closed_at == after[0], contacts.c.id > after[1])
        statement = statement.where(sa.or_(contacts.c.closed_at > after[0], later))
    rows = conn.execute(statement.order_by(contacts.c.closed_at, contacts.c.id).limit(limit))
    return [(row.closed_at, row.id) for row in rows]


def how_many_due(conn: Connection, until: datetime) -> int:
    """How many contacts closed up to then are kept still and not held."""
    return int(conn.execute(sa.select(sa.func.count()).select_from(contacts).where(*_kept(until))).scalar_one())


def to_unlink(conn: Connection, until: datetime, limit: int) -> list[str]:
    """Erased contacts closed up to then whose codename still leads to them; not while the person is here or held."""
    rows = conn.execute(
        sa.select(erasures.c.contact_id)
        .join(contacts, contacts.c.id == erasures.c.contact_id)
        .where(erasures.c.unlinked_at.is_(None), contacts.c.closed_at <= until, contacts.c.id.not_in(_busy()))
        .order_by(contacts.c.closed_at)
        .limit(limit),
    )
    return list(rows.scalars())


def erase(conn: Connection, made: Erasure) -> None:
    """Take away the words of this stage's rows and write that, when and why it was done."""
    mine = made.contact_id
    for table in (messages, identities):
        conn.execute(sa.delete(table).where(table.c.contact_id == mine))
    of_mine = sa.select(follow_ups.c.id).where(follow_ups.c.contact_id == mine)
    conn.execute(
        sa.update(follow_up_attempts).where(follow_up_attempts.c.follow_up_id.in_(of_mine)).values(note=ERASED)
    )
    _erase_of_calls(conn, mine, made.at)
    for table in (holds, second_words):
        conn.execute(sa.update(table).where(table.c.contact_id == mine).values(reason=ERASED))
    waits = sa.and_(second_words.c.contact_id == mine, second_words.c.answered_at.is_(None))
    conn.execute(sa.update(second_words).where(waits).values(answered_at=made.at, agreed=False))
    conn.execute(sa.update(texts).where(texts.c.contact_id == mine).values(sid=None))
    conn.execute(sa.update(contacts).where(contacts.c.id == mine).values(erased_at=made.at))
    row = {name: getattr(made, name) for name in Erasure.__dataclass_fields__} | {"topics": list(made.topics)}
    conn.execute(sa.insert(erasures).values(**row))


def _erase_of_calls(conn: Connection, mine: str, at: datetime) -> None:
    """What a caller said and answered, the provider's names of their calls, recordings, and why a number was blocked.

    The number stays blocked for the days that were said. What the provider still has of a recording is removed there by
    its own promise.
    """
    told: dict[str, Any] = {"unfinished": None, "sid": None, "memory": {}, "safe_again": None}
    conn.execute(sa.update(legs).where(legs.c.contact_id == mine).values(**told))
    conn.execute(sa.update(blocks).where(blocks.c.contact_id == mine).values(reason=ERASED))
    of_mine = sa.select(recordings.c.id).where(recordings.c.contact_id == mine)
    conn.execute(sa.delete(recording_chunks).where(recording_chunks.c.recording_id.in_(of_mine)))
    still = sa.and_(recordings.c.contact_id == mine, recordings.c.destroyed_at.is_(None))
    gone = {"state": RecordingState.DESTROYED, "destroyed_at": at, "bytes": 0}
    conn.execute(sa.update(recordings).where(still).values(**gone))


def unlink(conn: Connection, contact_id: str, now: datetime) -> None:
    """Let no codename, no open page and no later contact of the same person lead to the record any more."""
    later = contacts.c.follows_contact_id == contact_id
    conn.execute(sa.update(contacts).where(later).values(follows_contact_id=None))
    conn.execute(sa.delete(seeker_keys).where(seeker_keys.c.contact_id == contact_id))
    conn.execute(sa.update(erasures).where(erasures.c.contact_id == contact_id).values(unlinked_at=now))


def topics_of(conn: Connection, contact_ids: Sequence[str]) -> dict[str, list[str]]:
    """The subjects kept of those of these contacts that were erased."""
    rows = conn.execute(
        sa.select(erasures.c.contact_id, erasures.c.topics).where(erasures.c.contact_id.in_(list(contact_ids)))
    )
    return {row.contact_id: list(row.topics) for row in rows}


def moments(conn: Connection, since: datetime) -> Iterator[tuple[datetime, WhyErased]]:
    """When, and why, each contact was erased since then, the newest first."""
    rows = conn.execute(
        sa.select(erasures.c.at, erasures.c.why).where(erasures.c.at >= since).order_by(erasures.c.at.desc())
    )
    return ((row.at, WhyErased(row.why)) for row in rows)
