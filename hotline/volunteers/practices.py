"""Exercises with invented people, in tables of their own: a query would one day forget a flag on real contacts."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.contact import Author, Language, State
from hotline.domain.errors import NotFound
from hotline.domain.records import Message
from hotline.storage.sealed import Keyring
from hotline.volunteers.tables import practice_lines, practices


@dataclass(frozen=True, slots=True)
class Exercise:
    """One exercise, with its record in clear (``level``, ``asked``, ``answers``, ``actions``, ``closing``)."""

    id: str
    person_id: str
    scenario: str
    language: Language
    state: State
    started_at: datetime
    first_reply_at: datetime | None
    ended_at: datetime | None
    closed_at: datetime | None
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the message, and which step of the script it is (empty for the listener's)."""

    message: Message
    step: str


def _scope(person_id: str) -> str:
    return f"person:{person_id}"


def _exercise(conn: Connection, keys: Keyring, row: Row[Any]) -> Exercise:
    record = json.loads(keys.unseal(conn, _scope(row.person_id), f"practices.record.{row.id}", row.record))
    return Exercise(
        id=row.id,
        person_id=row.person_id,
        scenario=row.scenario,
        language=Language(row.language),
        state=State(row.state),
        started_at=row.started_at,
        first_reply_at=row.first_reply_at,
        ended_at=row.ended_at,
        closed_at=row.closed_at,
        record=record,
    )


def _sealed(conn: Connection, keys: Keyring, person_id: str, exercise_id: str, record: dict[str, Any]) -> bytes:
    return keys.seal(conn, _scope(person_id), f"practices.record.{exercise_id}", json.dumps(record, ensure_ascii=False))


def add(conn: Connection, keys: Keyring, made: Exercise) -> None:
    """Begin an exercise; the database refuses a second open one of the same person."""
    conn.execute(
        sa.insert(practices).values(
            id=made.id,
            person_id=made.person_id,
            scenario=made.scenario,
            language=made.language.value,
            state=made.state.value,
            started_at=made.started_at,
            record=_sealed(conn, keys, made.person_id, made.id, made.record),
        ),
    )


def change(conn: Connection, keys: Keyring, exercise: Exercise, record: dict[str, Any] | None, **values: Any) -> None:
    """Change columns, and the record where one is given."""
    if record is not None:
        values["record"] = _sealed(conn, keys, exercise.person_id, exercise.id, record)
    conn.execute(sa.update(practices).where(practices.c.id == exercise.id).values(**values))


def forget(conn: Connection, exercise: Exercise) -> None:
    """Remove an exercise and its lines; it was never anybody's case."""
    conn.execute(sa.delete(practice_lines).where(practice_lines.c.practice_id == exercise.id))
    conn.execute(sa.delete(practices).where(practices.c.id == exercise.id))


def get(conn: Connection, keys: Keyring, exercise_id: str, *, lock: bool = False) -> Exercise:
    """One exercise, its row held with ``lock``; raises ``NotFound``."""
    statement = sa.select(practices).where(practices.c.id == exercise_id)
    row = conn.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("no such practice")
    return _exercise(conn, keys, row)


def open_of(conn: Connection, person_id: str) -> str | None:
    """The id of the exercise this person has open, if any."""
    found = sa.select(practices.c.id).where(practices.c.person_id == person_id, practices.c.closed_at.is_(None))
    return conn.execute(found).scalar_one_or_none()


def closed_of(conn: Connection, keys: Keyring, person_id: str) -> list[Exercise]:
    """The exercises a person has ended, the newest first."""
    rows = conn.execute(
        sa.select(practices)
        .where(practices.c.person_id == person_id, practices.c.closed_at.is_not(None))
        .order_by(practices.c.closed_at.desc())
        .limit(50),
    )
    return [_exercise(conn, keys, row) for row in rows.all()]


def finished(conn: Connection, person_ids: Iterable[str]) -> dict[str, int]:
    """How many exercises each person has ended in which they wrote at least once."""
    rows = conn.execute(
        sa.select(practices.c.person_id, sa.func.count().label("times"))
        .where(
            practices.c.person_id.in_(list(person_ids)),
            practices.c.closed_at.is_not(None),
            practices.c.first_reply_at.is_not(None),
        )
        .group_by(practices.c.person_id),
    )
    return {row.person_id: row.times for row in rows}


def say(conn: Connection, keys: Keyring, exercise: Exercise, message: Message, *, step: str = "") -> None:
    """Write a line; one of the invented person may be dated ahead and is shown from then on."""
    conn.execute(
        sa.insert(practice_lines).values(
            practice_id=exercise.id,
            number=message.number,
            author=message.author.value,
            step=step,
            client_message_id=message.client_message_id,
            at=message.at,
            text=keys.seal(conn, _scope(exercise.person_id), _place(exercise, message.number), message.text),
        ),
    )


def _place(exercise: Exercise, number: int) -> str:
    return f"practice_lines.text.{exercise.id}.{number}"


def lines(conn: Connection, keys: Keyring, exercise: Exercise) -> list[Line]:
    """Every line in order, those to come and silences as well."""
    rows = conn.execute(
        sa.select(practice_lines).where(practice_lines.c.practice_id == exercise.id).order_by(practice_lines.c.number),
    ).all()
    return [
        Line(
            Message(
                number=row.number,
                author=Author(row.author),
                author_id=exercise.person_id if row.author == Author.LISTENER else None,
                client_message_id=row.client_message_id,
                at=row.at,
                text=keys.unseal(conn, _scope(exercise.person_id), _place(exercise, row.number), row.text),
            ),
            row.step,
        )
        for row in rows
    ]


def take_back_after(conn: Connection, exercise: Exercise, now: datetime) -> None:
    """Forget what the invented person was about to say and nobody has seen."""
    conn.execute(
        sa.delete(practice_lines).where(practice_lines.c.practice_id == exercise.id, practice_lines.c.at > now),
    )
