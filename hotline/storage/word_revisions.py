"""Texts that people proposed for what the helpline says; a text is never changed, only signed, refused or withdrawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.ids import new_id
from hotline.storage.base import UtcDateTime, metadata

word_revisions = sa.Table(
    "word_revisions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("name", sa.String(100), nullable=False, doc="which text: sentences.goodbye, phrases.greet"),
    sa.Column("language", sa.String(8), nullable=False, doc="domain.contact.Language"),
    sa.Column("number", sa.Integer, nullable=False, doc="1, 2, 3 … within name and language"),
    sa.Column("text", sa.Text, nullable=False, doc="what is to be said"),
    sa.Column("from_at", UtcDateTime, nullable=True, doc="the wished moment; NULL: from the signature on"),
    sa.Column("proposed_at", UtcDateTime, nullable=False, doc="when it was proposed"),
    sa.Column("proposed_by", sa.String(32), nullable=False, doc="the first person"),
    sa.Column("reason", sa.String(500), nullable=False, doc="why; never about a person"),
    sa.Column("decided_at", UtcDateTime, nullable=True, doc="when it was signed or refused"),
    sa.Column("decided_by", sa.String(32), nullable=True, doc="the second person"),
    sa.Column("signed", sa.Boolean, nullable=True, doc="true: signed, false: refused, NULL: nobody decided yet"),
    sa.Column("refusal", sa.String(500), nullable=True, doc="why it was refused"),
    sa.Column("begins_at", UtcDateTime, nullable=True, doc="said from here on; set by the signature"),
    sa.Column("withdrawn_at", UtcDateTime, nullable=True, doc="when it was taken back"),
    sa.Column("withdrawn_by", sa.String(32), nullable=True, doc="who took it back"),
    sa.Column("withdrawal", sa.String(500), nullable=True, doc="why it was taken back"),
    sa.UniqueConstraint("name", "language", "number"),
)


@dataclass(frozen=True, slots=True)
class Revision:
    """One row: a text, who proposed it, and what became of it."""

    id: str
    name: str
    language: str
    number: int
    text: str
    from_at: datetime | None
    proposed_at: datetime
    proposed_by: str
    reason: str
    decided_at: datetime | None
    decided_by: str | None
    signed: bool | None
    refusal: str | None
    begins_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawal: str | None

    @property
    def open(self) -> bool:
        """Whether it still waits for its second person."""
        return self.signed is None and self.withdrawn_at is None


def propose(conn: Connection, *, name: str, language: str, **given: Any) -> Revision:
    """Write a proposed text with the next number of its name and language; the caller lets nobody else propose."""
    mine = (word_revisions.c.name == name, word_revisions.c.language == language)
    last = conn.execute(sa.select(sa.func.max(word_revisions.c.number)).where(*mine)).scalar_one()
    row = {"id": new_id(), "name": name, "language": language, "number": (last or 0) + 1, **given}
    conn.execute(sa.insert(word_revisions).values(**row))
    return get(conn, row["id"])  # type: ignore[return-value]  # written one line above


def get(conn: Connection, revision_id: str) -> Revision | None:
    """One revision, or ``None``."""
    return next(iter(_read(conn, word_revisions.c.id == revision_id)), None)


def change(conn: Connection, revision_id: str, **values: Any) -> None:
    """Write a signature, a refusal or a withdrawal; never the text."""
    conn.execute(sa.update(word_revisions).where(word_revisions.c.id == revision_id).values(**values))


def everything(conn: Connection) -> list[Revision]:
    """Every text ever proposed, the oldest first."""
    return _read(conn, sa.true())


def of_name(conn: Connection, name: str) -> list[Revision]:
    """Every text ever proposed for this name, the oldest first."""
    return _read(conn, word_revisions.c.name == name)


def signed(conn: Connection) -> list[Revision]:
    """Every text that was ever signed."""
    return _read(conn, word_revisions.c.signed.is_(True))


def _read(conn: Connection, wanted: sa.ColumnElement[bool]) -> list[Revision]:
    statement = sa.select(word_revisions).where(wanted)
    rows = conn.execute(statement.order_by(word_revisions.c.proposed_at, word_revisions.c.number))
    return [Revision(**row) for row in rows.mappings()]


def in_force(found: Iterable[Revision], now: datetime) -> dict[tuple[str, str], Revision]:
    """The text that is said at ``now`` in place of the file's, by name and language.

    Of several that have begun the last counts. Is that one withdrawn, the file's text is said again and not an earlier
    one: nobody signed that it should come back. One withdrawn before it began never counted.
    """
    standing: dict[tuple[str, str], Revision] = {}
    for one in sorted((one for one in found if _began(one, now)), key=lambda one: (one.begins_at, one.decided_at)):
        standing[one.name, one.language] = one
    return {place: one for place, one in standing.items() if one.withdrawn_at is None or one.withdrawn_at > now}


def _began(one: Revision, now: datetime) -> bool:
    begun = bool(one.signed) and one.begins_at is not None and one.begins_at <= now
    return begun and (one.withdrawn_at is None or one.begins_at is None or one.withdrawn_at >= one.begins_at)
