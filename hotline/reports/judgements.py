"""What machine and people thought of the contacts of a report: overrides, pairs of levels, subjects; counts only."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.contacts import erasures
from hotline.domain.contact import Level
from hotline.domain.errors import SealBroken
from hotline.routing import subjects
from hotline.storage.sealed import Keyring
from hotline.triage.tables import assessments

MACHINE = "machine"
AT_ONCE = 1000
"""So many data keys are read in one statement."""
_JUDGED_BY = {"human": 0, "closing": 1, "review": 2}
"""Whole judgements of people; of several at one moment the later of these counts, as in the triage quality report."""


def counted(conn: Connection, keys: Keyring, mine: sa.Select[Any]) -> Iterator[tuple[str, str]]:
    """(contact id, what to count) for every judged contact of a selection; names as in :mod:`hotline.reports.tally`."""
    rows = conn.execute(
        sa.select(assessments)
        .where(assessments.c.contact_id.in_(mine))
        .order_by(assessments.c.contact_id, assessments.c.at, assessments.c.message_number),
    )
    heads: list[Row[Any]] = []
    for contact_id, group in groupby(rows, key=lambda row: row.contact_id):
        line = list(group)
        answered = [row for row in line if row.made_by == MACHINE and row.risk is not None]
        people = [row for row in line if row.model in _JUDGED_BY]
        if answered:
            heads.append(max(answered, key=lambda row: (row.message_number, row.at)))
        if answered and people:
            newest = max(people, key=lambda row: (row.at, _JUDGED_BY[row.model]))
            machine = max((Level(row.level) for row in answered), key=lambda level: level.rank)
            yield contact_id, f"judged:{newest.level}:{machine}"
        for name in _overrides(line):
            yield contact_id, name
    yield from _topics(conn, keys, heads)


def _overrides(line: Iterable[Row[Any]]) -> Iterator[str]:
    """Where a person's level differs from the one that stood; the machine, an answer and a closing form only raise."""
    stands = -1
    for row in line:
        rank = Level(row.level).rank
        if row.model == "human":
            if stands not in {-1, rank}:
                yield "raised" if rank > stands else "lowered"
            stands = rank
        elif row.model == "screener":
            if rank > stands:
                yield "raised_by_answer"
            stands = max(stands, rank)
        elif row.made_by == MACHINE:
            stands = max(stands, rank)


def _topics(conn: Connection, keys: Keyring, heads: Sequence[Row[Any]]) -> Iterator[tuple[str, str]]:
    """Subjects of each contact's newest judgement, opened here and kept only as counts; an erased one's are kept."""
    for some in (heads[start : start + AT_ONCE] for start in range(0, len(heads), AT_ONCE)):
        ids = [row.contact_id for row in some]
        keys.warm(conn, ids)
        known = erasures.topics_of(conn, ids)
        for row in some:
            yield row.contact_id, "read"
            for topic in known.get(row.contact_id) or _opened(conn, keys, row):
                yield row.contact_id, f"topic:{topic}"


def _opened(conn: Connection, keys: Keyring, row: Row[Any]) -> list[str]:
    try:
        details = json.loads(keys.unseal(conn, row.contact_id, f"assessments.details.{row.id}", row.details))
    except SealBroken:
        return []
    return subjects.seen(details["heads"])
