"""The triage quality report: what the machine said against what people said, drift, the candidate.

Only contacts that a person judged count, so the report says how many of all those are; an unread machine is not a
good one.
"""

from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts.tables import contacts
from hotline.domain.contact import Level
from hotline.reports import weekly_sample
from hotline.reports.queue_view import Reader
from hotline.reports.triage_figures import CUTS, Case, calibration, confusion, fit, fits_by
from hotline.triage import shadows
from hotline.triage.quality import QualityPolicy
from hotline.triage.readings import RAISED
from hotline.triage.tables import assessments, second_readings, shadow_assessments

PERIODS_DAYS = (7, 28, 91, 365)
MACHINE = "machine"
DIFFERING_SHOWN = 20
JUDGED_BY_PEOPLE = ("human", "closing", "review")
"""Whole judgements; a level raised by one answer of the screener is none."""
ANSWERED = assessments.c.risk.is_not(None)
"""A silent opening or a model that failed is put at elevated without being read; neither found anything."""
_RANKS = {level.value: level.rank for level in Level}
_FLAGGED = sa.or_(
    sa.case(_RANKS, value=assessments.c.level) >= Level.ELEVATED.rank,
    sa.exists().where(
        second_readings.c.assessment_id == assessments.c.id,
        sa.case(_RANKS, value=second_readings.c.level, else_=-1) >= Level.ELEVATED.rank,
    ),
)
"""By either reading."""


def report(reader: Reader, policy: QualityPolicy, days: int) -> dict[str, Any]:
    """Everything the page shows about the contacts that arrived in the last ``days``."""
    since = reader.now - timedelta(days=days)
    cases = _cases(reader.conn, since)
    arrived, unanswered = _arrived(reader.conn, since)
    enough = len(cases) >= policy.least_judged
    return {
        "days": days,
        "since": since,
        "judged": len(cases),
        "arrived": arrived,
        "unanswered": unanswered,
        "least": policy.least_judged,
        "enough": enough,
        "figures": _figures(cases, policy.confidence_z) if enough else None,
        "weeks": _weeks(reader.conn, since, reader.now),
        "versions": _versions(reader.conn, since),
        "drift": [asdict(check) for check in shadows.latest_checks(reader.conn)],
        "drift_threshold": policy.shift,
        "drift_least": policy.least_scores,
        "shadow": shadow_report(reader.conn, since, policy.confidence_z),
        "sample": weekly_sample.sample(reader.conn, reader.now, policy.sample_size),
    }


def _figures(cases: list[Case], z: float) -> dict[str, Any]:
    return {
        "by_level": [asdict(fit(cases, cut, z)) for cut in CUTS],
        "by_language": [asdict(one) for cut in CUTS[:2] for one in fits_by(cases, cut, z, lambda case: case.language)],
        "by_channel": [asdict(one) for cut in CUTS[:2] for one in fits_by(cases, cut, z, lambda case: case.channel)],
        "confusion": confusion(Counter((case.people, case.machine) for case in cases)),
        "calibration": [asdict(tenth) for tenth in calibration(cases, z)],
    }


def _arrived(conn: Connection, since: datetime) -> tuple[int, int]:
    """Contacts of the period that the machine judged, and those in which it was asked and never answered."""
    answers = (
        sa.select(sa.func.count(assessments.c.risk).label("number"))
        .join(contacts, contacts.c.id == assessments.c.contact_id)
        .where(contacts.c.arrived_at >= since, assessments.c.made_by == MACHINE)
        .group_by(contacts.c.id)
        .subquery()
    )
    count = sa.func.count()
    row = conn.execute(sa.select(count.filter(answers.c.number > 0), count.filter(answers.c.number == 0))).one()
    return row[0], row[1]


def _people(since: datetime) -> sa.Subquery:
    """For each contact of the period the newest level that a person gave it."""
    newest = sa.func.row_number().over(
        partition_by=assessments.c.contact_id,
        order_by=[
            assessments.c.at.desc(),
            sa.case({"closing": 1, "review": 2}, value=assessments.c.model, else_=0).desc(),
        ],
    )
    ranked = (
        sa.select(assessments.c.contact_id, assessments.c.level, newest.label("place"))
        .join(contacts, contacts.c.id == assessments.c.contact_id)
        .where(contacts.c.arrived_at >= since, assessments.c.model.in_(JUDGED_BY_PEOPLE))
        .subquery()
    )
    return sa.select(ranked.c.contact_id, ranked.c.level).where(ranked.c.place == 1).subquery()


def _highest(column: sa.ColumnElement[str]) -> sa.ColumnElement[int]:
    return sa.func.max(sa.case(_RANKS, value=column))


def _cases(conn: Connection, since: datetime) -> list[Case]:
    people = _people(since)
    rows = conn.execute(
        sa.select(
            contacts.c.language,
            contacts.c.channel,
            people.c.level,
            _highest(assessments.c.level).label("machine"),
            sa.func.max(sa.case((~RAISED, assessments.c.risk))).label("risk"),
        )
        .select_from(people)
        .join(contacts, contacts.c.id == people.c.contact_id)
        .join(assessments, assessments.c.contact_id == contacts.c.id)
        .where(assessments.c.made_by == MACHINE, ANSWERED)
        .group_by(contacts.c.id, contacts.c.language, contacts.c.channel, people.c.level),
    )
    return [Case(row.language, row.channel, list(Level)[row.machine], Level(row.level), row.risk) for row in rows]


def _weeks(conn: Connection, since: datetime, now: datetime) -> list[dict[str, Any]]:
    """From the first judgement on: how many, how many unanswered, the mean score, the share elevated or above."""
    start = (since - timedelta(days=since.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    while start < now:
        end = start + timedelta(days=7)
        row = conn.execute(
            sa.select(
                sa.func.count(assessments.c.risk).label("number"),
                (sa.func.count() - sa.func.count(assessments.c.risk)).label("unanswered"),
                sa.func.avg(assessments.c.risk).label("mean"),
                sa.func.avg(assessments.c.coverage).label("coverage"),
                sa.func.count().filter(ANSWERED, _FLAGGED).label("flagged"),
            ).where(assessments.c.made_by == MACHINE, ~RAISED, assessments.c.at >= start, assessments.c.at < end),
        ).one()
        flagged = None if not row.number else float(row.flagged) / row.number
        found.append({"start": start, **row._mapping, "flagged": flagged})  # noqa: SLF001  # SQLAlchemy's public name
        start = end
    while found and not found[0]["number"] + found[0]["unanswered"]:
        found.pop(0)
    return found


def _versions(conn: Connection, since: datetime) -> list[dict[str, Any]]:
    rows = conn.execute(
        sa.select(
            assessments.c.model,
            assessments.c.policy,
            sa.func.count().label("number"),
            sa.func.min(assessments.c.at).label("first"),
            sa.func.max(assessments.c.at).label("last"),
        )
        .where(assessments.c.made_by == MACHINE, assessments.c.at >= since)
        .group_by(assessments.c.model, assessments.c.policy)
        .order_by(sa.func.max(assessments.c.at).desc()),
    )
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  # SQLAlchemy's documented public name


def shadow_report(conn: Connection, since: datetime, z: float) -> dict[str, Any] | None:
    """How the newest candidate's levels agree with the machine's; ``None`` when none scored anything since then."""
    newest = conn.execute(
        sa.select(shadow_assessments.c.model, shadow_assessments.c.policy)
        .where(shadow_assessments.c.at >= since, shadow_assessments.c.model != shadows.UNREAD)
        .order_by(shadow_assessments.c.at.desc())
        .limit(1),
    ).one_or_none()
    if newest is None:
        return None
    mine = sa.and_(shadow_assessments.c.model.in_([newest.model, shadows.UNREAD]), shadow_assessments.c.at >= since)
    pairs = _pairs(conn, mine)
    return {
        "model": newest.model,
        "policy": newest.policy,
        "answered": sum(pairs.values()),
        "agreed": sum(number for (machine, candidate), number in pairs.items() if machine is candidate),
        "confusion": confusion(pairs),
        "failures": _failures(conn, mine),
        "differing": _differing(conn, mine),
        "against_people": _against_people(conn, since, mine, z),
    }


def _pairs(conn: Connection, mine: sa.ColumnElement[bool]) -> dict[tuple[Level, Level], int]:
    rows = conn.execute(
        sa.select(assessments.c.level, shadow_assessments.c.level.label("candidate"), sa.func.count().label("number"))
        .join(shadow_assessments, shadow_assessments.c.assessment_id == assessments.c.id)
        .where(mine, ANSWERED, shadow_assessments.c.failure.is_(None))
        .group_by(assessments.c.level, shadow_assessments.c.level),
    )
    return {(Level(row.level), Level(row.candidate)): row.number for row in rows}


def _failures(conn: Connection, mine: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    rows = conn.execute(
        sa.select(shadow_assessments.c.failure, sa.func.count().label("number"))
        .where(mine, shadow_assessments.c.failure.is_not(None))
        .group_by(shadow_assessments.c.failure)
        .order_by(sa.func.count().desc())
        .limit(5),
    )
    return [{"reason": row.failure, "number": row.number} for row in rows]


def _differing(conn: Connection, mine: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    """The newest judgements in which the two differ, for a human to read."""
    rows = conn.execute(
        sa.select(
            contacts.c.id,
            contacts.c.pseudonym,
            assessments.c.at,
            assessments.c.level,
            shadow_assessments.c.level.label("candidate"),
        )
        .join(shadow_assessments, shadow_assessments.c.contact_id == contacts.c.id)
        .join(assessments, assessments.c.id == shadow_assessments.c.assessment_id)
        .where(mine, ANSWERED, shadow_assessments.c.failure.is_(None))
        .where(shadow_assessments.c.level != assessments.c.level)
        .order_by(assessments.c.at.desc())
        .limit(DIFFERING_SHOWN),
    )
    return [
        {
            "contact_id": row.id,
            "pseudonym": row.pseudonym,
            "at": row.at,
            "machine": row.level,
            "candidate": row.candidate,
        }
        for row in rows
    ]


def _against_people(conn: Connection, since: datetime, mine: sa.ColumnElement[bool], z: float) -> list[dict[str, Any]]:
    """Both against people, on the judged contacts that the candidate has scored; message by message, highest level."""
    people = _people(since)
    rows = conn.execute(
        sa.select(
            people.c.level,
            _highest(assessments.c.level).label("machine"),
            _highest(shadow_assessments.c.level).label("candidate"),
        )
        .join(assessments, assessments.c.contact_id == people.c.contact_id)
        .join(shadow_assessments, shadow_assessments.c.assessment_id == assessments.c.id)
        .where(mine, ANSWERED, shadow_assessments.c.failure.is_(None))
        .group_by(people.c.contact_id, people.c.level),
    ).all()
    order = list(Level)
    machine = [Case("", "", order[row.machine], Level(row.level), None) for row in rows]
    candidate = [Case("", "", order[row.candidate], Level(row.level), None) for row in rows]
    return [
        {"cut": cut, "machine": asdict(fit(machine, cut, z)), "candidate": asdict(fit(candidate, cut, z))}
        for cut in CUTS
    ]
