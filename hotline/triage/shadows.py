"""Keeps what a candidate model would have said, and how far the input has drifted; apart, so that neither decides."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.contact import Level
from hotline.domain.risk import Judgement
from hotline.storage.base import metadata, upsert
from hotline.storage.sealed import Keyring
from hotline.triage.readings import LONGEST_FAILURE, MACHINE, RAISED, Judged, machine_judged
from hotline.triage.tables import assessments, drift_checks, shadow_assessments

UNREAD = "unread"
"""The model named where no candidate was asked, because the words or their key could not be opened."""


@dataclass(frozen=True, slots=True)
class DriftCheck:
    """One comparison of a language's recent scores with those before; ``psi`` is ``None`` with too few of them.

    ``recent`` and ``earlier`` count contacts, each with one score.
    """

    day: str
    language: str
    measure: str
    psi: float | None
    recent: int
    earlier: int
    shifted: bool
    at: datetime


def without_shadow(conn: Connection, *, since: datetime, limit: int) -> list[Judged]:
    """The machine's assessments of words from ``since`` on that no candidate has scored, oldest first.

    Those of a second reading are not among them: the candidate reads once and is held against the first reading.
    """
    scored = sa.exists().where(shadow_assessments.c.assessment_id == assessments.c.id)
    return machine_judged(conn, ~scored & ~RAISED, since=since, limit=limit)


def give_up(conn: Connection, about: Judged, at: datetime, failure: str) -> None:
    """Write that an assessment cannot be scored, so that it is not tried for ever; nothing is sealed, nothing said."""
    unread = Judgement(Level.ELEVATED, None, None, model=UNREAD, policy=UNREAD, failure=failure)
    _write(conn, about, unread, at, details=b"")


def add_shadow(conn: Connection, keys: Keyring, about: Judged, judgement: Judgement, at: datetime) -> None:
    """Write what the candidate said beside an assessment; a second time changes nothing."""
    details = {"heads": judgement.heads, "evidence": [asdict(piece) for piece in judgement.evidence]}
    place = f"shadow_assessments.details.{about.assessment_id}"
    _write(conn, about, judgement, at, details=keys.seal(conn, about.contact_id, place, json.dumps(details)))


def _write(conn: Connection, about: Judged, judgement: Judgement, at: datetime, *, details: bytes) -> None:
    row = {
        "assessment_id": about.assessment_id,
        "contact_id": about.contact_id,
        "message_number": about.message_number,
        "level": judgement.level,
        "risk": judgement.risk,
        "urgency": judgement.urgency,
        "details": details,
        "model": judgement.model[:80],
        "policy": judgement.policy[:80],
        "failure": None if judgement.failure is None else judgement.failure[:LONGEST_FAILURE],
        "at": at,
    }
    statement = upsert(conn, shadow_assessments).values(**row)
    conn.execute(statement.on_conflict_do_nothing(index_elements=["assessment_id"]))


def scores(conn: Connection, measure: str, *, since: datetime, until: datetime) -> dict[str, list[float]]:
    """One score (0-1) per contact, by its language: its highest ``risk`` or mean ``coverage`` in a stretch of time.

    Messages are judged together with those before them, so those of one contact are not independent.
    Scores of an older model are left out: a new model is no change in what people write. So are those of a second
    reading, which is written down only where it raised a level.
    """
    contacts, value = metadata.tables["contacts"], assessments.c[measure]
    of_a_contact = sa.func.max(value) if measure == "risk" else sa.func.avg(value)
    in_use = (
        sa.select(assessments.c.model)
        .where(assessments.c.made_by == MACHINE, assessments.c.risk.is_not(None), ~RAISED)
        .order_by(assessments.c.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = conn.execute(
        sa.select(contacts.c.language, of_a_contact)
        .join(contacts, contacts.c.id == assessments.c.contact_id)
        .where(
            assessments.c.made_by == MACHINE,
            assessments.c.model == in_use,
            value.is_not(None),
            assessments.c.at >= since,
            assessments.c.at < until,
        )
        .group_by(contacts.c.id, contacts.c.language),
    )
    found: dict[str, list[float]] = {}
    for language, score in rows:
        found.setdefault(language, []).append(score)
    return found


def keep_check(conn: Connection, check: DriftCheck) -> None:
    """Write one check; the same day, language and measure a second time changes nothing."""
    statement = upsert(conn, drift_checks).values(**asdict(check))
    conn.execute(statement.on_conflict_do_nothing(index_elements=["day", "language", "measure"]))


def was_checked(conn: Connection, day: str) -> bool:
    """Whether the drift of this day was computed."""
    found = conn.execute(sa.select(drift_checks.c.day).where(drift_checks.c.day == day).limit(1))
    return found.scalar_one_or_none() is not None


def latest_checks(conn: Connection) -> list[DriftCheck]:
    """The checks of the newest day, by measure and language; empty before the first."""
    newest = sa.select(sa.func.max(drift_checks.c.day)).scalar_subquery()
    rows = conn.execute(
        sa.select(drift_checks)
        .where(drift_checks.c.day == newest)
        .order_by(drift_checks.c.measure, drift_checks.c.language),
    )
    return [DriftCheck(**row._mapping) for row in rows]  # noqa: SLF001  # SQLAlchemy's documented public name
