"""Reads and writes breaks, debriefs, stand-downs, hours and certificates; kept in heads, rest would be forgotten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.storage.base import upsert
from hotline.volunteers.tables import care, certificates, duty_spans, notices, served
from hotline.volunteers.wellbeing import CareKind, CertificateKind, Served, Span


@dataclass(frozen=True, slots=True)
class Care:
    """One line about a person's rest; ``note`` is sealed and opened by flow alone."""

    id: str
    person_id: str
    kind: CareKind
    reason: str
    contact_id: str | None
    start_at: datetime
    until: datetime | None
    by: str
    ended_at: datetime | None
    note: bytes | None


@dataclass(frozen=True, slots=True)
class Certificate:
    """One training certificate; it holds through ``expires_on``."""

    id: str
    person_id: str
    kind: CertificateKind
    granted_on: date
    expires_on: date
    by: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person is told at the desk; ``data`` holds ids, moments and codes."""

    id: str
    kind: str
    data: dict[str, Any]
    at: datetime


def _care(row: Row[Any]) -> Care:
    return Care(
        id=row.id,
        person_id=row.person_id,
        kind=CareKind(row.kind),
        reason=row.reason,
        contact_id=row.contact_id,
        start_at=row.start_at,
        until=row.until,
        by=row.by,
        ended_at=row.ended_at,
        note=row.note,
    )


def add_care(conn: Connection, kind: CareKind, values: dict[str, Any]) -> str:
    """Write one line (person_id, reason, contact_id, start_at, until, by, note, perhaps id); gives its id."""
    row = {"id": new_id(), "kind": kind, **values}
    conn.execute(sa.insert(care).values(**row))
    return str(row["id"])


_OPEN = (
    sa.select(care)
    .where(
        care.c.person_id.in_(sa.bindparam("ids", expanding=True)),
        care.c.ended_at.is_(None),
        sa.or_(care.c.until.is_(None), care.c.until > sa.bindparam("now")),
    )
    .order_by(care.c.start_at)
)


def open_care(conn: Connection, person_ids: Sequence[str], now: datetime) -> list[Care]:
    """What stands now for these people: not ended, and not over by itself; oldest first."""
    return [_care(row) for row in conn.execute(_OPEN, {"ids": person_ids, "now": now})]


def open_debriefs(conn: Connection) -> list[Care]:
    """Every debrief that is owed, oldest first."""
    rows = conn.execute(
        sa.select(care).where(care.c.kind == CareKind.DEBRIEF, care.c.ended_at.is_(None)).order_by(care.c.start_at),
    )
    return [_care(row) for row in rows]


def debrief_owed_for(whose: sa.ColumnElement[str]) -> sa.Exists:
    """Whether somebody is still owed a talk about a contact."""
    return sa.exists().where(care.c.kind == CareKind.DEBRIEF, care.c.contact_id == whose, care.c.ended_at.is_(None))


def forget_talk(conn: Connection, contact_id: str) -> None:
    """Take away what was written down about talks over a contact that is erased; that they took place stays."""
    conn.execute(sa.update(care).where(care.c.contact_id == contact_id).values(note=None))


def get_care(conn: Connection, care_id: str) -> Care:
    """One line, its row held until the commit; raises ``NotFound``."""
    row = conn.execute(sa.select(care).where(care.c.id == care_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("no such line")
    return _care(row)


def change_care(conn: Connection, care_id: str, **values: Any) -> None:
    """Write some columns of a line."""
    conn.execute(sa.update(care).where(care.c.id == care_id).values(**values))


def add_served(conn: Connection, contact_id: str, person_id: str, one: Served) -> bool:
    """Write that a person closed a contact; ``False`` when it was written before."""
    row = {"contact_id": contact_id, "person_id": person_id, "urgent": one.urgent, "begun_at": one.begun_at}
    statement = upsert(conn, served).values(**row, at=one.at).on_conflict_do_nothing(index_elements=["contact_id"])
    return conn.execute(statement.returning(served.c.contact_id)).scalar_one_or_none() is not None


_SERVED = (
    sa.select(served)
    .where(served.c.person_id.in_(sa.bindparam("ids", expanding=True)), served.c.at >= sa.bindparam("since"))
    .order_by(served.c.begun_at.desc())
)
_SPANS = sa.select(duty_spans).where(
    duty_spans.c.person_id.in_(sa.bindparam("ids", expanding=True)),
    sa.or_(duty_spans.c.end_at.is_(None), duty_spans.c.end_at > sa.bindparam("since")),
)


def served_by(conn: Connection, person_ids: Sequence[str], since: datetime) -> dict[str, list[Served]]:
    """What each of these people closed since then, the one begun last first: a form may be written late."""
    found: dict[str, list[Served]] = {}
    for row in conn.execute(_SERVED, {"ids": person_ids, "since": since}):
        found.setdefault(row.person_id, []).append(Served(row.begun_at, row.at, row.urgent))
    return found


def spans_of(conn: Connection, person_ids: Sequence[str], since: datetime) -> dict[str, list[Span]]:
    """When each of these people was present, as far as it reaches past ``since``."""
    found: dict[str, list[Span]] = {}
    for row in conn.execute(_SPANS, {"ids": person_ids, "since": since}):
        found.setdefault(row.person_id, []).append(Span(row.start_at, row.end_at))
    return found


def add_certificate(conn: Connection, values: dict[str, Any]) -> str:
    """Write one certificate (person_id, kind, granted_on, expires_on, by, at); gives its id."""
    certificate_id = new_id()
    conn.execute(sa.insert(certificates).values(id=certificate_id, **values))
    return certificate_id


_CERTIFICATES = sa.select(certificates).where(certificates.c.withdrawn_at.is_(None)).order_by(certificates.c.expires_on)
_OF_SOME = _CERTIFICATES.where(certificates.c.person_id.in_(sa.bindparam("ids", expanding=True)))


def certificates_of(conn: Connection, person_ids: Sequence[str] | None = None) -> list[Certificate]:
    """The newest valid line of each kind of some people, or of all; those that have expired included."""
    rows = conn.execute(_CERTIFICATES) if person_ids is None else conn.execute(_OF_SOME, {"ids": person_ids})
    newest: dict[tuple[str, str], Certificate] = {}
    for row in rows:
        kind = CertificateKind(row.kind)
        newest[row.person_id, kind] = Certificate(row.id, row.person_id, kind, row.granted_on, row.expires_on, row.by)
    return list(newest.values())


def withdraw_certificate(conn: Connection, certificate_id: str, now: datetime) -> str:
    """Take a certificate back; gives whose it was. Raises ``NotFound`` when there is none that holds."""
    statement = (
        sa.update(certificates)
        .where(certificates.c.id == certificate_id, certificates.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
        .returning(certificates.c.person_id)
    )
    found = conn.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound("no such certificate")
    return str(found)


def tell(conn: Connection, person_id: str, kind: str, *, key: str, now: datetime, **data: Any) -> bool:
    """Leave a notice for a person; ``False`` when the same one (``key``) was left before."""
    row = {"id": new_id(), "person_id": person_id, "kind": kind, "data": data, "at": now}
    statement = (
        upsert(conn, notices)
        .values(**row, dedupe_key=f"{person_id}:{key}"[:120])
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
    )
    return conn.execute(statement.returning(notices.c.id)).scalar_one_or_none() is not None


def untell(conn: Connection, key: str, now: datetime) -> None:
    """Put a notice of this key away for everybody it was left for, because it is over."""
    conn.execute(
        sa.update(notices)
        .where(notices.c.seen_at.is_(None), notices.c.dedupe_key.endswith(f":{key}", autoescape=True))
        .values(seen_at=now),
    )


def was_told(conn: Connection, person_id: str, key: str) -> bool:
    """Whether this notice was left before."""
    statement = sa.select(notices.c.id).where(notices.c.dedupe_key == f"{person_id}:{key}"[:120])
    return conn.execute(statement).scalar_one_or_none() is not None


def open_notices(conn: Connection, person_id: str, limit: int = 10) -> list[Notice]:
    """What a person was told and has not put away, newest first."""
    rows = conn.execute(
        sa.select(notices)
        .where(notices.c.person_id == person_id, notices.c.seen_at.is_(None))
        .order_by(notices.c.at.desc(), notices.c.id)
        .limit(limit),
    )
    return [Notice(row.id, row.kind, row.data, row.at) for row in rows]


def see_notice(conn: Connection, notice_id: str, person_id: str, now: datetime) -> bool:
    """Put one's own notice away; ``False`` when it is not there."""
    return (
        conn.execute(
            sa.update(notices)
            .where(notices.c.id == notice_id, notices.c.person_id == person_id, notices.c.seen_at.is_(None))
            .values(seen_at=now),
        ).rowcount
        == 1
    )
