"""The last six hours in quarters of an hour: who came, how long they waited, and how many were answered in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts.tables import contacts
from hotline.domain.contact import Level

QUARTER = timedelta(minutes=15)
QUARTERS = 24
_URGENT = frozenset(level.value for level in Level if level.urgent)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One contact; ``wait_seconds`` until a human was there, ``None`` while nobody is; ``target_seconds`` promised."""

    at: datetime
    urgent: bool
    wait_seconds: float | None
    target_seconds: float


def quarters(found: Iterable[Arrival], now: datetime) -> list[dict[str, Any]]:
    """Each quarter of an hour, the oldest first: arrivals, urgent ones, median wait (seconds), share within target.

    A contact counts in the quarter in which it came. One that still waits past its target counts as missed already.
    """
    start = now - QUARTER * QUARTERS
    rows: list[list[Arrival]] = [[] for _ in range(QUARTERS)]
    for one in found:
        place = (one.at - start) // QUARTER
        if 0 <= place < QUARTERS:
            rows[place].append(one)
    return [_quarter(start + QUARTER * place, came, now) for place, came in enumerate(rows)]


def _quarter(start: datetime, came: list[Arrival], now: datetime) -> dict[str, Any]:
    waits = [one.wait_seconds for one in came if one.wait_seconds is not None]
    late = [one for one in came if one.wait_seconds is None and (now - one.at).total_seconds() > one.target_seconds]
    within = sum(one.wait_seconds is not None and one.wait_seconds <= one.target_seconds for one in came)
    counted = len(waits) + len(late)
    return {
        "start": start,
        "arrivals": len(came),
        "urgent": sum(one.urgent for one in came),
        "median_wait_seconds": median(waits) if waits else None,
        "within_target_share": within / counted if counted else None,
    }


def read(conn: Connection, now: datetime) -> list[dict[str, Any]]:
    """The quarters of the last six hours from the contacts' rows."""
    columns = contacts.c
    rows = conn.execute(
        sa.select(columns.level, columns.promise, columns.arrived_at, columns.accepted_at, columns.abandoned_at).where(
            columns.arrived_at > now - QUARTER * QUARTERS
        )
    )
    return quarters((_arrival(row) for row in rows if row.accepted_at or not row.abandoned_at), now)


def _arrival(row: Any) -> Arrival:
    waited = None if row.accepted_at is None else (row.accepted_at - row.arrived_at).total_seconds()
    return Arrival(row.arrived_at, row.level in _URGENT, waited, float(row.promise[row.level]["target_seconds"]))
