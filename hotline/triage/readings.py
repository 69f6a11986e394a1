"""Which of the machine's judgements were read a second time; nothing of the words is kept here."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.contact import Level
from hotline.storage.base import upsert
from hotline.triage.tables import assessments, second_readings

MACHINE = "machine"
LONGEST_FAILURE = 160

RAISED = sa.exists().where(second_readings.c.raised_by == assessments.c.id)
"""Whether an assessment was written by a second reading, because it raised a level."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the machine judged: the seeker's messages above ``after`` up to ``message_number``."""

    assessment_id: str
    contact_id: str
    after: int
    message_number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What the second reading of a judgement came to.

    ``level`` is None where there was no answer, ``failure`` then says why; ``raised_by`` is the assessment that it
    wrote because it raised the contact's level.
    """

    level: Level | None
    model: str
    failure: str | None = None
    raised_by: str | None = None


def machine_judged(
    conn: Connection, waiting: sa.ColumnElement[bool], *, since: datetime, limit: int, newest_first: bool = False
) -> list[Judged]:
    """The machine's assessments of words from ``since`` on for which ``waiting`` holds.

    Words up to a person's judgement were settled by it, so whoever judges again reads only what came after.
    """
    human = assessments.alias("human")
    settled = (
        sa.select(sa.func.coalesce(sa.func.max(human.c.message_number), 0))
        .where(
            human.c.contact_id == assessments.c.contact_id,
            human.c.model == "human",
            human.c.message_number < assessments.c.message_number,
        )
        .scalar_subquery()
    )
    rows = conn.execute(
        sa.select(assessments, settled.label("settled"))
        .where(
            assessments.c.made_by == MACHINE,
            assessments.c.message_number > 0,
            assessments.c.at >= since,
            waiting,
        )
        .order_by(assessments.c.at.desc() if newest_first else assessments.c.at)
        .limit(limit),
    )
    return [Judged(row.id, row.contact_id, row.settled, row.message_number, row.at) for row in rows]


def unread(conn: Connection, *, since: datetime, failed_before: datetime, limit: int) -> list[Judged]:
    """The machine's assessments of words from ``since`` on that nothing read a second time, newest first.

    Those whose reading failed before ``failed_before`` are among them: a reader may have been mended.
    """
    mine = second_readings.c.assessment_id == assessments.c.id
    done = sa.exists().where(mine, sa.or_(second_readings.c.failure.is_(None), second_readings.c.at >= failed_before))
    return machine_judged(conn, ~done & ~RAISED, since=since, limit=limit, newest_first=True)


def keep(conn: Connection, about: Judged, reading: SecondReading, at: datetime) -> bool:
    """Write that a judgement was read again; gives whether it had not been, or had failed."""
    values = {
        "contact_id": about.contact_id,
        "level": reading.level,
        "model": reading.model[:80],
        "failure": None if reading.failure is None else reading.failure[:LONGEST_FAILURE],
        "raised_by": reading.raised_by,
        "at": at,
    }
    statement = upsert(conn, second_readings).values(assessment_id=about.assessment_id, **values)
    fresh = statement.on_conflict_do_update(
        index_elements=["assessment_id"], set_=values, where=second_readings.c.failure.is_not(None)
    )
    return conn.execute(fresh.returning(second_readings.c.assessment_id)).one_or_none() is not None
