"""Counts what happened to the contacts of a stretch of time, from the rows; every figure of the reports is such a sum.

Everything counts at the moment the contact arrived, so that two reports over neighbouring days add up to one over both.
What is counted, by its name in ``Cell.counts``:

==================================  ====================================================================================
``contacts``                        arrived
``answered``, ``talk_seconds``      a listener took it; from then to its end
``abandoned``, ``left_again``       left before anybody took it; left while it waited a second time
``worded``, ``word_seconds``        a listener wrote; from arrival to those first words
``in_time``, ``timed``              answered within the promise; everybody but who left before the promise was due
``closed``, ``outcome:…``           closing forms, by their outcome
``at_risk``, ``asked:…``            closed conversations at elevated or above, by whether suicide was asked about
``offers``, ``offer:…``             a listener was asked, by how it ended; ``decline:…`` and ``withdrawn:…`` say why
``raised``, ``lowered``             a person set a level above or below the one that stood; ``raised_by_answer``
``judged:PEOPLE:MACHINE``           people's newest level and the machine's highest
``read``, ``topic:…``               the machine answered; subjects it saw, or ``none`` of them
``dispatches``, ``dispatch:…``      emergency calls, by how far they came
``callbacks``, ``callbacks_due``    wishes to be called back, and those that are still open
``reviews_signed``                  reviews signed off; those still owed are asked for without a line in the log, so
                                    that they are no part of the summary but of :mod:`hotline.reports.owed`
``follow_ups``, ``follow_up:…``     follow-ups arranged, by how they stand
==================================  ====================================================================================
"""

from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts.tables import callbacks, contacts, follow_ups
from hotline.domain.contact import AskedDirectly, Level, State
from hotline.interventions.tables import chain_heads, dispatches, reviews
from hotline.reports import judgements
from hotline.reports.queue_view import seconds_between
from hotline.routing.replies import OfferState
from hotline.routing.tables import offers
from hotline.storage.report_days import KeptCell
from hotline.storage.sealed import Keyring
from hotline.volunteers.tables import duty_spans

QUARTER = timedelta(minutes=15)
UNSETTLED = (State.RECEIVED, State.ASSESSED, State.WAITING, State.OFFERED, State.IN_CONVERSATION)
"""In these states a contact changes without a line in its log; in all others every change is logged."""
ASKED = frozenset({AskedDirectly.YES, AskedDirectly.DENIED, AskedDirectly.REFUSED})
RELEASED = "released"
"""Marks a row of ``offers`` that is no offer: somebody gave the contact back."""
Group = tuple[str, str, str]
"""Channel, language and level."""


@dataclass(slots=True)
class Cell:
    """What was counted for one group: how many of what, and how often each wait (seconds) and quarter hour occurred."""

    counts: Counter[str] = field(default_factory=Counter)
    answer_seconds: Counter[int] = field(default_factory=Counter)
    leave_seconds: Counter[int] = field(default_factory=Counter)
    quarters: Counter[int] = field(default_factory=Counter)


def pack(found: Counter[int]) -> bytes:
    """Each value as often as it occurred: unsigned 32-bit numbers, least byte first."""
    return _swapped(array("I", sorted(found.elements()))).tobytes()


def unpack(packed: bytes) -> Counter[int]:
    """What :func:`pack` packed; several packed one after the other give their sum."""
    values = array("I")
    values.frombytes(packed)
    return Counter(_swapped(values))


def _swapped(values: "array[int]") -> "array[int]":
    if array("H", [1]).tobytes() != b"\x01\x00":
        values.byteswap()
    return values


def kept(start_at: datetime, found: dict[Group, Cell]) -> Iterator[KeptCell]:
    """Cells as rows of the summary."""
    for (channel, language, level), cell in found.items():
        packed = (pack(cell.answer_seconds), pack(cell.leave_seconds), pack(cell.quarters))
        yield KeptCell(start_at, channel, language, level, dict(cell.counts), *packed)


def settled(conn: Connection, start: datetime, end: datetime) -> bool:
    """Whether no contact that arrived in between can change without a line in its log."""
    unsettled = sa.select(contacts.c.id).where(arrived(start, end), contacts.c.state.in_(UNSETTLED)).limit(1)
    return conn.execute(unsettled).one_or_none() is None


def touched(conn: Connection, since: datetime, before: datetime) -> list[datetime]:
    """When those contacts arrived, before a moment, whose log has grown since another."""
    rows = conn.execute(
        sa.select(contacts.c.arrived_at)
        .join(chain_heads, chain_heads.c.contact_id == contacts.c.id)
        .where(chain_heads.c.at >= since, contacts.c.arrived_at < before),
    )
    return list(rows.scalars())


def first_arrival(conn: Connection) -> datetime | None:
    """When the first contact of all arrived."""
    found: datetime | None = conn.execute(sa.select(sa.func.min(contacts.c.arrived_at))).scalar_one()
    return found


def duty_seconds(conn: Connection, start: datetime, end: datetime, now: datetime) -> tuple[int, bool]:
    """Time on duty of everybody between two moments, and whether none of it goes on."""
    rows = conn.execute(
        sa.select(duty_spans.c.start_at, duty_spans.c.end_at).where(
            duty_spans.c.start_at < end,
            sa.or_(duty_spans.c.end_at.is_(None), duty_spans.c.end_at > start),
        ),
    ).all()
    total = sum(seconds_between(max(row.start_at, start), min(row.end_at or now, end)) for row in rows)
    return total, all(row.end_at is not None for row in rows)


def arrived(start: datetime, end: datetime) -> sa.ColumnElement[bool]:
    """Contacts that arrived from ``start`` up to, not including, ``end``."""
    return sa.and_(contacts.c.arrived_at >= start, contacts.c.arrived_at < end)


def tally(conn: Connection, keys: Keyring, start: datetime, end: datetime, now: datetime) -> dict[Group, Cell]:
    """The cells of the contacts that arrived from ``start`` up to, not including, ``end``."""
    found: dict[Group, Cell] = {}
    group_of: dict[str, Group] = {}
    for row in conn.execute(sa.select(*_COLUMNS).where(arrived(start, end))):
        group = group_of[row.id] = (row.channel, row.language, row.level)
        _count_contact(found.setdefault(group, Cell()), row, start, now)
    mine = sa.select(contacts.c.id).where(arrived(start, end))
    of_rows = (_offers, _dispatches, _callbacks, _reviews, _follow_ups)
    for contact_id, name in chain(judgements.counted(conn, keys, mine), *(count(conn, mine) for count in of_rows)):
        found[group_of[contact_id]].counts[name] += 1
    return found


_COLUMNS = (
    contacts.c.id,
    contacts.c.channel,
    contacts.c.language,
    contacts.c.level,
    contacts.c.state,
    contacts.c.promise,
    contacts.c.arrived_at,
    contacts.c.accepted_at,
    contacts.c.first_reply_at,
    contacts.c.ended_at,
    contacts.c.abandoned_at,
    contacts.c.outcome,
    contacts.c.asked_directly,
)


def _count_contact(cell: Cell, row: Any, start: datetime, now: datetime) -> None:
    counts = cell.counts
    counts["contacts"] += 1
    cell.quarters[(row.arrived_at - start) // QUARTER] += 1
    if row.first_reply_at is not None:
        counts["worded"] += 1
        counts["word_seconds"] += seconds_between(row.arrived_at, row.first_reply_at)
    if row.accepted_at is not None:
        _count_answered(cell, row, now)
    elif row.abandoned_at is not None:
        counts["abandoned"] += 1
        cell.leave_seconds[seconds_between(row.arrived_at, row.abandoned_at)] += 1
    _count_promise(counts, row, now)


def _count_answered(cell: Cell, row: Any, now: datetime) -> None:
    counts = cell.counts
    counts["answered"] += 1
    cell.answer_seconds[seconds_between(row.arrived_at, row.accepted_at)] += 1
    counts["left_again"] += row.abandoned_at is not None
    if row.ended_at is not None or row.state == State.IN_CONVERSATION:
        counts["talk_seconds"] += seconds_between(row.accepted_at, row.ended_at or now)
    if row.state == State.CLOSED:
        counts["closed"] += 1
        counts[f"outcome:{row.outcome}"] += 1
        if Level(row.level).rank >= Level.ELEVATED.rank:
            counts["at_risk"] += 1
            counts[f"asked:{row.asked_directly or AskedDirectly.NOT_ASKED}"] += 1


def _count_promise(counts: Counter[str], row: Any, now: datetime) -> None:
    """As in telephony, whoever left before the promise was due is neither answered in time nor late."""
    target_seconds = int(row.promise[row.level]["target_seconds"])
    waited = seconds_between(row.arrived_at, row.accepted_at or row.abandoned_at or now)
    if row.accepted_at is not None:
        counts["timed"] += 1
        counts["in_time"] += waited <= target_seconds
    elif waited > target_seconds:
        counts["timed"] += 1


def _offers(conn: Connection, mine: sa.Select[Any]) -> Iterator[tuple[str, str]]:
    rows = conn.execute(
        sa.select(offers.c.contact_id, offers.c.state, offers.c.why).where(
            offers.c.contact_id.in_(mine), offers.c.why != RELEASED
        ),
    )
    for contact_id, state, why in rows:
        yield contact_id, "offers"
        yield contact_id, f"offer:{state}"
        if state == OfferState.DECLINED:
            yield contact_id, f"decline:{why}"
        elif state == OfferState.WITHDRAWN:
            yield contact_id, f"withdrawn:{why}"


def _dispatches(conn: Connection, mine: sa.Select[Any]) -> Iterator[tuple[str, str]]:
    wanted = sa.select(dispatches.c.contact_id, dispatches.c.state, dispatches.c.called_at)
    for contact_id, state, called_at in conn.execute(wanted.where(dispatches.c.contact_id.in_(mine))):
        if called_at is not None:
            yield contact_id, "dispatches"
        yield contact_id, f"dispatch:{state}"


def _callbacks(conn: Connection, mine: sa.Select[Any]) -> Iterator[tuple[str, str]]:
    wanted = sa.select(callbacks.c.contact_id, callbacks.c.ended_at)
    for contact_id, ended_at in conn.execute(wanted.where(callbacks.c.contact_id.in_(mine))):
        yield contact_id, "callbacks"
        if ended_at is None:
            yield contact_id, "callbacks_due"


def _reviews(conn: Connection, mine: sa.Select[Any]) -> Iterator[tuple[str, str]]:
    signed = sa.select(reviews.c.contact_id).where(reviews.c.contact_id.in_(mine), reviews.c.signed_at.is_not(None))
    for contact_id in conn.execute(signed).scalars():
        yield contact_id, "reviews_signed"


def _follow_ups(conn: Connection, mine: sa.Select[Any]) -> Iterator[tuple[str, str]]:
    wanted = sa.select(follow_ups.c.contact_id, follow_ups.c.state).where(follow_ups.c.contact_id.in_(mine))
    for contact_id, state in conn.execute(wanted):
        yield contact_id, "follow_ups"
        yield contact_id, f"follow_up:{state}"
