"""Who holds a contact back from being erased, and what waits for a second person's word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.contacts.keeping import Wanted
from hotline.contacts.tables import contacts, holds, second_words
from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.storage.sealed import Keyring


@dataclass(frozen=True, slots=True)
class Hold:
    """A legal hold in force, its reason in clear."""

    id: str
    contact_id: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Word:
    """A wish that waits for a second person, its reason in clear."""

    id: str
    contact_id: str
    wanted: Wanted
    reason: str
    asked_by: str
    asked_at: datetime


def place(conn: Connection, keys: Keyring, contact_id: str, *, by: str, at: datetime, reason: str) -> str:
    """Hold a contact; gives the hold's id. The database refuses a second one beside it."""
    made = new_id()
    sealed = keys.seal(conn, contact_id, f"holds.reason.{made}", reason)
    conn.execute(sa.insert(holds).values(id=made, contact_id=contact_id, by=by, at=at, reason=sealed))
    return made


def lift(conn: Connection, contact_id: str, now: datetime) -> None:
    """End the hold of a contact."""
    conn.execute(
        sa.update(holds).where(holds.c.contact_id == contact_id, holds.c.lifted_at.is_(None)).values(lifted_at=now)
    )


def in_force(conn: Connection, keys: Keyring, contact_ids: Sequence[str] | None = None) -> list[Hold]:
    """Every hold in force, or those of some contacts, the oldest first."""
    statement = sa.select(holds).where(holds.c.lifted_at.is_(None)).order_by(holds.c.at)
    if contact_ids is not None:
        statement = statement.where(holds.c.contact_id.in_(list(contact_ids)))
    return [
        Hold(
            row.id,
            row.contact_id,
            keys.unseal_or_empty(conn, row.contact_id, f"holds.reason.{row.id}", row.reason),
            row.by,
            row.at,
        )
        for row in conn.execute(statement)
    ]


def is_held(conn: Connection, contact_id: str) -> bool:
    """Whether a hold on this contact is in force."""
    where = (holds.c.contact_id == contact_id, holds.c.lifted_at.is_(None))
    return conn.execute(sa.select(holds.c.id).where(*where)).one_or_none() is not None


def ask(conn: Connection, keys: Keyring, word: Word) -> None:
    """Write a wish that waits for a second person."""
    row = {name: getattr(word, name) for name in ("id", "contact_id", "wanted", "asked_by", "asked_at")}
    sealed = keys.seal(conn, word.contact_id, f"second_words.reason.{word.id}", word.reason)
    conn.execute(sa.insert(second_words).values(**row, reason=sealed))


def _word(conn: Connection, keys: Keyring, row: Row[tuple[object, ...]]) -> Word:
    reason = keys.unseal_or_empty(conn, row.contact_id, f"second_words.reason.{row.id}", row.reason)
    return Word(row.id, row.contact_id, Wanted(row.wanted), reason, row.asked_by, row.asked_at)


def waiting(conn: Connection, keys: Keyring, contact_id: str | None = None) -> list[Word]:
    """What waits for a second person, of one contact or of all, the oldest first."""
    statement = sa.select(second_words).where(second_words.c.answered_at.is_(None)).order_by(second_words.c.asked_at)
    if contact_id is not None:
        statement = statement.where(second_words.c.contact_id == contact_id)
    return [_word(conn, keys, row) for row in conn.execute(statement)]


def get_word(conn: Connection, keys: Keyring, word_id: str) -> Word:
    """One wish that waits, its row held until the commit; raises ``NotFound`` also once it is answered."""
    where = (second_words.c.id == word_id, second_words.c.answered_at.is_(None))
    row = conn.execute(sa.select(second_words).where(*where).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("nothing waits so")
    return _word(conn, keys, row)


def answer(conn: Connection, word_id: str, *, by: str, agreed: bool, now: datetime) -> None:
    """Write what was said to a wish."""
    conn.execute(
        sa.update(second_words)
        .where(second_words.c.id == word_id)
        .values(answered_by=by, answered_at=now, agreed=agreed),
    )


def named(conn: Connection, pseudonym: str, limit: int = 20) -> list[str]:
    """The contacts that staff call so, the newest first: pseudonyms may come twice."""
    rows = conn.execute(
        sa.select(contacts.c.id)
        .where(contacts.c.pseudonym == pseudonym)
        .order_by(contacts.c.arrived_at.desc())
        .limit(limit),
    )
    return list(rows.scalars())
