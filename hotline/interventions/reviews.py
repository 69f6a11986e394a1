"""Reads and writes reviews and their ratings; a contact has one open review at most, whatever the reasons."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.errors import NotFound, SealBroken
from hotline.domain.ids import new_id
from hotline.interventions.rubric import Why
from hotline.interventions.tables import ratings, reviews
from hotline.storage.sealed import Keyring


@dataclass(frozen=True, slots=True)
class Review:
    """One contact to be read again. ``double``: two people rate it; ``claimed_by`` reads it now."""

    id: str
    contact_id: str
    reasons: tuple[Why, ...]
    double: bool
    opened_at: datetime
    due_at: datetime
    claimed_by: str | None
    claimed_at: datetime | None
    signed_by: str | None
    signed_at: datetime | None
    read_at: datetime | None

    @property
    def raters(self) -> int:
        """How many people rate it."""
        return 2 if self.double else 1


@dataclass(frozen=True, slots=True)
class Rating:
    """What one person gave: points by item, and their ``share`` of those possible."""

    review_id: str
    by: str
    at: datetime
    scores: dict[str, int]
    share: float


@dataclass(frozen=True, slots=True)
class Words:
    """What a rater writes for the listener, in clear: what was good, and what would help next time."""

    praise: str = ""
    advice: str = ""


def _review(row: Row[Any]) -> Review:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented public name
    return Review(**values | {"reasons": tuple(Why(one) for one in row.reasons)})


def need(conn: Connection, contact_id: str, why: Why, *, now: datetime, due_at: datetime, double: bool) -> bool:
    """Ask for a review; gives whether something changed.

    An open one of the same contact takes the reason and the earlier end. A reason that was reviewed is not asked again.
    """
    rows = conn.execute(sa.select(reviews).where(reviews.c.contact_id == contact_id)).all()
    if any(why in row.reasons for row in rows):
        return False
    standing = next((row for row in rows if row.signed_at is None), None)
    if standing is None:
        row = {"id": new_id(), "contact_id": contact_id, "reasons": [why.value], "double": double}
        conn.execute(sa.insert(reviews).values(**row, opened_at=now, due_at=due_at))
    else:
        found = _review(standing)
        reasons = [*(one.value for one in found.reasons), why.value]
        change(conn, found.id, reasons=reasons, due_at=min(found.due_at, due_at))
    return True


def change(conn: Connection, review_id: str, **values: Any) -> None:
    """Write some columns."""
    conn.execute(sa.update(reviews).where(reviews.c.id == review_id).values(**values))


def claim(conn: Connection, review_id: str, person_id: str, now: datetime, *, lapsed_before: datetime) -> bool:
    """Take an unsigned review nobody reads, or somebody took too long ago; of two at one moment one wins."""
    nobody = sa.or_(reviews.c.claimed_by.is_(None), reviews.c.claimed_at < lapsed_before)
    free = (reviews.c.id == review_id, nobody, reviews.c.signed_at.is_(None))
    return conn.execute(sa.update(reviews).where(*free).values(claimed_by=person_id, claimed_at=now)).rowcount == 1


def get(conn: Connection, review_id: str, *, lock: bool = False) -> Review:
    """One review, its row held with ``lock``; raises ``NotFound``."""
    statement = sa.select(reviews).where(reviews.c.id == review_id)
    row = conn.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("no such review")
    return _review(row)


def open_ones(conn: Connection, limit: int = 500) -> list[Review]:
    """Reviews nobody has signed, the soonest due first."""
    rows = conn.execute(
        sa.select(reviews).where(reviews.c.signed_at.is_(None)).order_by(reviews.c.due_at, reviews.c.id).limit(limit)
    )
    return [_review(row) for row in rows]


def overdue(conn: Connection, now: datetime) -> int:
    """How many reviews should have been signed by now."""
    late = sa.select(sa.func.count()).select_from(reviews).where(reviews.c.signed_at.is_(None), reviews.c.due_at < now)
    return int(conn.execute(late).scalar_one())


def signed_since(conn: Connection, since: datetime, limit: int = 500) -> list[Review]:
    """Reviews signed from ``since`` on, the newest first."""
    rows = conn.execute(
        sa.select(reviews).where(reviews.c.signed_at >= since).order_by(reviews.c.signed_at.desc()).limit(limit)
    )
    return [_review(row) for row in rows]


def of_contacts(conn: Connection, contact_ids: Sequence[str]) -> list[Review]:
    """Every review of these contacts, the oldest first."""
    rows = conn.execute(
        sa.select(reviews).where(reviews.c.contact_id.in_(list(contact_ids))).order_by(reviews.c.opened_at)
    )
    return [_review(row) for row in rows]


def signed_of(conn: Connection, contact_ids: sa.Select[Any], limit: int = 50) -> list[Review]:
    """Signed reviews of the contacts that a selection of ids names, the newest first."""
    rows = conn.execute(
        sa.select(reviews)
        .where(reviews.c.signed_at.is_not(None), reviews.c.contact_id.in_(contact_ids))
        .order_by(reviews.c.signed_at.desc())
        .limit(limit)
    )
    return [_review(row) for row in rows]


def rate(conn: Connection, keys: Keyring, contact_id: str, made: Rating, words: Words) -> None:
    """Keep a rating; its words are sealed under the contact's key, because they quote what was said."""
    said = json.dumps(asdict(words), ensure_ascii=False)
    sealed = keys.seal(conn, contact_id, _place(made), said)
    conn.execute(sa.insert(ratings).values(**asdict(made), words=sealed))


def _place(made: Rating) -> str:
    return f"ratings.words.{made.review_id}.{made.by}"


def ratings_of(conn: Connection, review_ids: Iterable[str]) -> dict[str, list[Rating]]:
    """The ratings of each review, the oldest first."""
    rows = conn.execute(
        sa.select(ratings).where(ratings.c.review_id.in_(list(review_ids))).order_by(ratings.c.at, ratings.c.by)
    )
    by_review: dict[str, list[Rating]] = {}
    for row in rows:
        by_review.setdefault(row.review_id, []).append(Rating(row.review_id, row.by, row.at, row.scores, row.share))
    return by_review


def words_of(conn: Connection, keys: Keyring, contact_id: str, made: Rating) -> Words:
    """What was written for the listener; empty once the contact was erased."""
    mine = (ratings.c.review_id == made.review_id, ratings.c.by == made.by)
    sealed = conn.execute(sa.select(ratings.c.words).where(*mine)).scalar_one()
    try:
        return Words(**json.loads(keys.unseal(conn, contact_id, _place(made), sealed)))
    except SealBroken:
        return Words()
