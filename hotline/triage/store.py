"""Reads and writes assessments and requests to lower a level."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.contact import Level
from hotline.domain.ids import new_id
from hotline.domain.risk import Evidence, Judgement
from hotline.storage.sealed import Keyring
from hotline.triage.tables import assessments, level_requests


@dataclass(frozen=True, slots=True)
class Assessment:
    """One judgement by a machine or a person; ``reason`` only where a person gave one.

    ``model`` is the machine's version, or how a person judged: ``human``, ``screener``, ``closing``, ``review``.
    """

    id: str
    message_number: int
    level: Level
    made_by: str
    risk: float | None
    urgency: float | None
    heads: dict[str, float]
    evidence: tuple[Evidence, ...]
    reason: str
    failure: str | None
    model: str
    at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LevelRequest:
    """A wish to lower an urgent level that waits for a second person."""

    id: str
    to_level: Level
    reason: str
    asked_by: str
    asked_as_supervisor: bool
    asked_at: datetime

    def may_be_signed_by(self, person_id: str, *, supervises: bool, owner_id: str | None) -> bool:
        """Whether this is the second person: a supervisor when the listener asked, the listener when a supervisor did.

        When no other listener holds the contact, another supervisor is the second person.
        """
        if person_id == self.asked_by:
            return False
        if self.asked_as_supervisor and owner_id not in {None, self.asked_by}:
            return person_id == owner_id
        return supervises


def add_assessment(
    conn: Connection,
    keys: Keyring,
    contact_id: str,
    judgement: Judgement,
    *,
    about: dict[str, Any],
) -> str:
    """Write one assessment and give its id; ``about`` gives message_number, made_by, reason, at, expires_at."""
    assessment_id = new_id()
    details = {
        "heads": judgement.heads,
        "evidence": [asdict(piece) for piece in judgement.evidence],
        "reason": about.get("reason", ""),
        "failure": judgement.failure,
    }
    conn.execute(
        sa.insert(assessments).values(
            id=assessment_id,
            contact_id=contact_id,
            message_number=about["message_number"],
            level=judgement.level,
            made_by=about["made_by"],
            risk=judgement.risk,
            urgency=judgement.urgency,
            coverage=judgement.coverage,
            details=keys.seal(conn, contact_id, f"assessments.details.{assessment_id}", json.dumps(details)),
            model=judgement.model[:80],
            policy=judgement.policy[:80],
            at=about["at"],
            expires_at=about["expires_at"],
        ),
    )
    return assessment_id


_NO_DETAILS: dict[str, Any] = {"heads": {}, "evidence": [], "reason": "", "failure": None}
"""What is left of an erased contact's judgement beside its columns."""


def _assessment(conn: Connection, keys: Keyring, row: Row[Any]) -> Assessment:
    text = keys.unseal_or_empty(conn, row.contact_id, f"assessments.details.{row.id}", row.details)
    details = json.loads(text) if text else _NO_DETAILS
    return Assessment(
        id=row.id,
        message_number=row.message_number,
        level=Level(row.level),
        made_by=row.made_by,
        risk=row.risk,
        urgency=row.urgency,
        heads=details["heads"],
        evidence=tuple(Evidence(**piece) for piece in details["evidence"]),
        reason=details["reason"],
        failure=details["failure"],
        model=row.model,
        at=row.at,
        expires_at=row.expires_at,
    )


def timeline(conn: Connection, keys: Keyring, contact_id: str, limit: int = 200) -> list[Assessment]:
    """The last ``limit`` assessments of a contact, oldest first."""
    rows = conn.execute(
        sa.select(assessments)
        .where(assessments.c.contact_id == contact_id)
        .order_by(assessments.c.at.desc(), assessments.c.message_number.desc())
        .limit(limit),
    ).all()
    return [_assessment(conn, keys, row) for row in reversed(rows)]


def highest_level(conn: Connection, contact_id: str) -> Level | None:
    """The highest level that anybody or anything ever gave a contact; ``None`` before the first judgement."""
    given = conn.execute(sa.select(assessments.c.level).where(assessments.c.contact_id == contact_id).distinct())
    return max((Level(level) for level in given.scalars()), key=lambda level: level.rank, default=None)


def newest(conn: Connection, keys: Keyring, contact_ids: list[str]) -> dict[str, Assessment]:
    """The machine's newest assessment of each contact that has one; a person's says nothing of what it is about."""
    return _first_of_each(conn, keys, contact_ids, assessments.c.at.desc(), assessments.c.message_number.desc())


def telling(conn: Connection, keys: Keyring, contact_ids: list[str]) -> dict[str, Assessment]:
    """For each contact the machine's assessment that stands behind its level: the first of the most urgent."""
    rank = sa.case({level.value: level.rank for level in Level}, value=assessments.c.level)
    return _first_of_each(conn, keys, contact_ids, rank.desc(), assessments.c.message_number.asc())


def _first_of_each(
    conn: Connection, keys: Keyring, contact_ids: list[str], *order: sa.ColumnElement[Any]
) -> dict[str, Assessment]:
    """For each contact the machine's assessment that comes first in this order."""
    place = sa.func.row_number().over(partition_by=assessments.c.contact_id, order_by=order).label("place")
    ranked = (
        sa.select(assessments, place)
        .where(assessments.c.contact_id.in_(contact_ids), assessments.c.made_by == "machine")
        .subquery()
    )
    rows = conn.execute(sa.select(ranked).where(ranked.c.place == 1))
    return {row.contact_id: _assessment(conn, keys, row) for row in rows}


def last_judged_by_a_person(conn: Connection, contact_id: str) -> datetime | None:
    """When a person last set the level themselves, or ``None``; a level raised by an answer is no such act."""
    found: datetime | None = conn.execute(
        sa.select(assessments.c.at)
        .where(assessments.c.contact_id == contact_id, assessments.c.model == "human")
        .order_by(assessments.c.at.desc())
        .limit(1),
    ).scalar_one_or_none()
    return found


def ask_lowering(conn: Connection, keys: Keyring, contact_id: str, request: LevelRequest) -> None:
    """Write a wish to lower; an older open wish of the same contact is withdrawn by it."""
    conn.execute(
        sa.update(level_requests)
        .where(level_requests.c.contact_id == contact_id, level_requests.c.answered_at.is_(None))
        .values(answered_at=request.asked_at, answered_by=request.asked_by, agreed=False),
    )
    conn.execute(
        sa.insert(level_requests).values(
            id=request.id,
            contact_id=contact_id,
            to_level=request.to_level,
            reason=keys.seal(conn, contact_id, f"level_requests.reason.{request.id}", request.reason),
            asked_by=request.asked_by,
            asked_as_supervisor=request.asked_as_supervisor,
            asked_at=request.asked_at,
        ),
    )


def void_requests(conn: Connection, contact_id: str, now: datetime) -> None:
    """Withdraw open wishes to lower, because the level rose after they were made or the contact is closed."""
    conn.execute(
        sa.update(level_requests)
        .where(level_requests.c.contact_id == contact_id, level_requests.c.answered_at.is_(None))
        .values(answered_at=now, agreed=False),
    )


def open_request(conn: Connection, keys: Keyring, contact_id: str) -> LevelRequest | None:
    """The wish to lower that still waits for a second person, or ``None``."""
    row = conn.execute(
        sa.select(level_requests).where(
            level_requests.c.contact_id == contact_id,
            level_requests.c.answered_at.is_(None),
        ),
    ).one_or_none()
    if row is None:
        return None
    reason = keys.unseal_or_empty(conn, contact_id, f"level_requests.reason.{row.id}", row.reason)
    return LevelRequest(row.id, Level(row.to_level), reason, row.asked_by, row.asked_as_supervisor, row.asked_at)


def answer_request(conn: Connection, request_id: str, *, by: str, agreed: bool, now: datetime) -> None:
    """Write what the second person said."""
    conn.execute(
        sa.update(level_requests)
        .where(level_requests.c.id == request_id)
        .values(answered_by=by, agreed=agreed, answered_at=now),
    )
