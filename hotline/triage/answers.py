"""Keeps what a listener asked and what was answered, line by line; nothing is changed, the newest line counts."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.ids import new_id
from hotline.triage.screening import Answer, Question
from hotline.triage.tables import screenings


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was answered."""

    question: Question
    answer: Answer
    by: str
    at: datetime


def add(conn: Connection, contact_id: str, asked: Asked) -> None:
    """Write one answer."""
    row = {"question": asked.question, "answer": asked.answer, "by": asked.by, "at": asked.at}
    conn.execute(sa.insert(screenings).values(id=new_id(), contact_id=contact_id, **row))


def newest(conn: Connection, contact_id: str) -> dict[Question, Asked]:
    """The newest answer to each question somebody noted, ``not_yet`` included."""
    rows = conn.execute(sa.select(screenings).where(screenings.c.contact_id == contact_id).order_by(screenings.c.at))
    found = [Asked(Question(row.question), Answer(row.answer), row.by, row.at) for row in rows]
    return {one.question: one for one in found}
