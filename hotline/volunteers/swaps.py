"""Reads and writes the giving away of shifts; each step is one statement, so that a shift goes to one person only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.volunteers.rota import SwapState
from hotline.volunteers.tables import shifts, swaps


@dataclass(frozen=True, slots=True)
class Swap:
    """A shift somebody wants to give away; ``asked_of`` is ``None`` where everybody is asked."""

    id: str
    shift_id: str
    asked_by: str
    asked_of: str | None
    state: SwapState
    taken_by: str | None
    at: datetime
    start_at: datetime
    end_at: datetime


def _swap(row: Row[Any]) -> Swap:
    return Swap(
        id=row.id,
        shift_id=row.shift_id,
        asked_by=row.asked_by,
        asked_of=row.asked_of,
        state=SwapState(row.state),
        taken_by=row.taken_by,
        at=row.at,
        start_at=row.start_at,
        end_at=row.end_at,
    )


def _select() -> sa.Select[Any]:
    return sa.select(swaps, shifts.c.start_at, shifts.c.end_at).join(shifts, shifts.c.id == swaps.c.shift_id)


def add(conn: Connection, shift_id: str, *, asked_by: str, asked_of: str | None, now: datetime) -> str:
    """Ask; gives its id. Raises ``sqlalchemy.exc.IntegrityError`` while the shift is asked about already."""
    swap_id = new_id()
    row = {"id": swap_id, "shift_id": shift_id, "asked_by": asked_by, "asked_of": asked_of, "at": now}
    conn.execute(sa.insert(swaps).values(**row, state=SwapState.OPEN))
    return swap_id


def get(conn: Connection, swap_id: str) -> Swap:
    """One swap whose shift stands; raises ``NotFound``."""
    row = conn.execute(_select().where(swaps.c.id == swap_id)).one_or_none()
    if row is None:
        raise NotFound("no such swap")
    return _swap(row)


def unsettled(conn: Connection) -> list[Swap]:
    """Everything that is asked or waits for a supervisor, by the shift's start."""
    rows = conn.execute(_select().where(swaps.c.settled_at.is_(None)).order_by(shifts.c.start_at))
    return [_swap(row) for row in rows]


def of_shift(conn: Connection, shift_id: str) -> Swap | None:
    """What is asked about a shift now, or ``None``."""
    row = conn.execute(_select().where(swaps.c.shift_id == shift_id, swaps.c.settled_at.is_(None))).one_or_none()
    return None if row is None else _swap(row)


def move(conn: Connection, swap: Swap, state: SwapState, **values: Any) -> bool:
    """Bring a swap from the state it was read in to another; ``False`` when somebody else was first."""
    return (
        conn.execute(
            sa.update(swaps).where(swaps.c.id == swap.id, swaps.c.state == swap.state).values(state=state, **values),
        ).rowcount
        == 1
    )
