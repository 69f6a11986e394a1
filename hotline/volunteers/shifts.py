"""Reads and writes the rota: patterns, shifts, holidays, swaps, calendar links; unwritten, a shift is only a hope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.storage.base import upsert
from hotline.volunteers.rota import Pattern, Shift, SwapState
from hotline.volunteers.tables import calendar_links, holidays, patterns, people, shifts, swaps


@dataclass(frozen=True, slots=True)
class KeptPattern:
    """A pattern with its id and how far its shifts are written."""

    id: str
    pattern: Pattern
    written_until: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands in the rota at one moment."""

    started_at: datetime | None = None
    ends_at: datetime | None = None
    next_at: datetime | None = None


def _shift(row: Row[Any]) -> Shift:
    return Shift(row.id, row.person_id, row.start_at, row.end_at, row.zone, row.pattern_id)


_PATTERN = sa.exists().where(
    patterns.c.ended_at.is_(None), sa.or_(patterns.c.last_day.is_(None), patterns.c.last_day >= sa.bindparam("today"))
)
_KEPT = sa.select(sa.or_(_PATTERN, sa.exists().where(shifts.c.end_at > sa.bindparam("since"))))


def is_kept(conn: Connection, today: date, used_since: datetime) -> bool:
    """Whether there is a rota: a pattern that has not ended, or a shift that ends after ``used_since``."""
    return bool(conn.execute(_KEPT, {"today": today, "since": used_since}).scalar_one())


def standings(conn: Connection, person_ids: Sequence[str], now: datetime) -> dict[str, Standing]:
    """For each of these people with a shift now or soon: the running one, touching ones joined, and the next start."""
    rows = conn.execute(
        sa.select(shifts.c.person_id, shifts.c.start_at, shifts.c.end_at)
        .where(shifts.c.person_id.in_(person_ids), shifts.c.end_at > now, shifts.c.start_at < now + timedelta(days=14))
        .order_by(shifts.c.start_at),
    )
    found: dict[str, Standing] = {}
    for person_id, start_at, end_at in rows:
        known = found.get(person_id, Standing())
        if start_at <= now:
            known = Standing(min(known.started_at or start_at, start_at), max(known.ends_at or end_at, end_at), None)
        elif known.ends_at is not None and start_at <= known.ends_at:
            known = Standing(known.started_at, max(known.ends_at, end_at), known.next_at)
        elif known.next_at is None:
            known = Standing(known.started_at, known.ends_at, start_at)
        found[person_id] = known
    return found


def add_shift(conn: Connection, shift: Shift, *, by: str, pattern_day: date | None = None) -> bool:
    """Write one shift; ``False`` when the pattern's shift of that day was written before."""
    row = {
        "id": shift.id,
        "person_id": shift.person_id,
        "start_at": shift.start_at,
        "end_at": shift.end_at,
        "zone": shift.zone,
        "pattern_id": shift.pattern_id,
        "pattern_day": pattern_day,
        "by": by,
    }
    statement = upsert(conn, shifts).values(**row).on_conflict_do_nothing()
    return conn.execute(statement.returning(shifts.c.id)).scalar_one_or_none() is not None


def between(conn: Connection, since: datetime, until: datetime, person_id: str | None = None) -> list[Shift]:
    """The shifts that share time with this stretch, of one person or of all, by their start."""
    statement = sa.select(shifts).where(shifts.c.end_at > since, shifts.c.start_at < until)
    if person_id is not None:
        statement = statement.where(shifts.c.person_id == person_id)
    return [_shift(row) for row in conn.execute(statement.order_by(shifts.c.start_at, shifts.c.id))]


def next_start(conn: Connection, now: datetime) -> datetime | None:
    """When the next planned shift begins; ``None`` where none is planned."""
    return conn.execute(sa.select(sa.func.min(shifts.c.start_at)).where(shifts.c.start_at > now)).scalar_one_or_none()


def get_shift(conn: Connection, shift_id: str) -> Shift:
    """One shift, its row held until the commit; raises ``NotFound``."""
    row = conn.execute(sa.select(shifts).where(shifts.c.id == shift_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("no such shift")
    return _shift(row)


def hold_person(conn: Connection, person_id: str) -> None:
    """Let two acts that give shifts to one person wait for each other, so that nobody is booked twice."""
    conn.execute(sa.select(people.c.id).where(people.c.id == person_id).with_for_update())


def give_shift(conn: Connection, shift_id: str, person_id: str) -> None:
    """Another person has the shift from now on, and is to be reminded."""
    conn.execute(sa.update(shifts).where(shifts.c.id == shift_id).values(person_id=person_id, reminded_at=None))


def remove_shifts(conn: Connection, shift_ids: Sequence[str], now: datetime) -> None:
    """Take shifts off the rota; what was asked about them is over."""
    open_ones = sa.update(swaps).where(swaps.c.shift_id.in_(shift_ids), swaps.c.settled_at.is_(None))
    conn.execute(open_ones.values(state=SwapState.EXPIRED, settled_at=now))
    conn.execute(sa.delete(shifts).where(shifts.c.id.in_(shift_ids)))


def of_pattern(conn: Connection, pattern_id: str, person_id: str, after: datetime) -> list[Shift]:
    """The shifts of a pattern that have not begun and were not given away."""
    rows = conn.execute(
        sa.select(shifts).where(
            shifts.c.pattern_id == pattern_id, shifts.c.person_id == person_id, shifts.c.start_at > after
        ),
    )
    return [_shift(row) for row in rows]


def of_pattern_day(conn: Connection, day: date, after: datetime) -> list[Shift]:
    """Every pattern's shifts of one local day that have not begun."""
    rows = conn.execute(sa.select(shifts).where(shifts.c.pattern_day == day, shifts.c.start_at > after))
    return [_shift(row) for row in rows]


def to_remind(conn: Connection, now: datetime, ahead: timedelta) -> list[Shift]:
    """Shifts that begin within ``ahead`` and whose person was not reminded."""
    rows = conn.execute(
        sa.select(shifts).where(
            shifts.c.reminded_at.is_(None), shifts.c.start_at > now, shifts.c.start_at <= now + ahead
        ),
    )
    return [_shift(row) for row in rows]


def mark_reminded(conn: Connection, shift: Shift, now: datetime) -> bool:
    """Write that this shift's person was reminded; ``False`` when somebody else did, or it was given away."""
    return (
        conn.execute(
            sa.update(shifts)
            .where(shifts.c.id == shift.id, shifts.c.person_id == shift.person_id, shifts.c.reminded_at.is_(None))
            .values(reminded_at=now),
        ).rowcount
        == 1
    )


def add_pattern(conn: Connection, pattern: Pattern, *, by: str, now: datetime) -> str:
    """Write one pattern; gives its id. Its shifts are written by whoever asks for them."""
    pattern_id = new_id()
    conn.execute(
        sa.insert(patterns).values(
            id=pattern_id,
            person_id=pattern.person_id,
            zone=pattern.zone,
            weekdays=list(pattern.weekdays),
            start_minute=pattern.start_minute,
            end_minute=pattern.end_minute,
            first_day=pattern.first_day,
            last_day=pattern.last_day,
            by=by,
            at=now,
        ),
    )
    return pattern_id


def _kept(row: Row[Any]) -> KeptPattern:
    pattern = Pattern(
        person_id=row.person_id,
        zone=row.zone,
        weekdays=tuple(row.weekdays),
        start_minute=row.start_minute,
        end_minute=row.end_minute,
        first_day=row.first_day,
        last_day=row.last_day,
    )
    return KeptPattern(row.id, pattern, row.written_until)


def live_patterns(conn: Connection, today: date | None = None) -> list[KeptPattern]:
    """Patterns that have not ended; with ``today`` only those that reach it."""
    statement = sa.select(patterns).where(patterns.c.ended_at.is_(None))
    if today is not None:
        statement = statement.where(sa.or_(patterns.c.last_day.is_(None), patterns.c.last_day >= today))
    return [_kept(row) for row in conn.execute(statement.order_by(patterns.c.person_id, patterns.c.first_day))]


def unwritten(conn: Connection, until: date) -> list[KeptPattern]:
    """Live patterns whose shifts are not written up to this day."""
    rows = conn.execute(
        sa.select(patterns).where(
            patterns.c.ended_at.is_(None),
            sa.or_(patterns.c.written_until.is_(None), patterns.c.written_until < until),
        ),
    )
    return [_kept(row) for row in rows]


def get_pattern(conn: Connection, pattern_id: str) -> KeptPattern:
    """One pattern that has not ended, its row held; raises ``NotFound``."""
    row = conn.execute(
        sa.select(patterns).where(patterns.c.id == pattern_id, patterns.c.ended_at.is_(None)).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound("no such pattern")
    return _kept(row)


def change_pattern(conn: Connection, pattern_id: str, **values: Any) -> None:
    """Write some columns of a pattern."""
    conn.execute(sa.update(patterns).where(patterns.c.id == pattern_id).values(**values))


def add_holiday(conn: Connection, day: date, name: str, *, by: str, now: datetime) -> None:
    """Write a day without patterns; a second name replaces the first."""
    row = {"day": day, "name": name, "by": by, "at": now}
    conn.execute(upsert(conn, holidays).values(**row).on_conflict_do_update(index_elements=["day"], set_=row))


def remove_holiday(conn: Connection, day: date) -> None:
    """The day has its patterns again; raises ``NotFound`` when it was none."""
    if conn.execute(sa.delete(holidays).where(holidays.c.day == day)).rowcount == 0:
        raise NotFound("no such holiday")


def holidays_from(conn: Connection, day: date) -> dict[date, str]:
    """Days without patterns from this one on, with their names."""
    rows = conn.execute(
        sa.select(holidays.c.day, holidays.c.name).where(holidays.c.day >= day).order_by(holidays.c.day)
    )
    return {row.day: row.name for row in rows}


def set_link(conn: Connection, person_id: str, token_hash: str, now: datetime) -> None:
    """The one calendar link of a person; an older one ends at once."""
    row = {"person_id": person_id, "token_hash": token_hash, "at": now}
    statement = upsert(conn, calendar_links).values(**row)
    conn.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=row))


def remove_link(conn: Connection, person_id: str) -> None:
    """A person's calendar link leads nowhere from now on."""
    conn.execute(sa.delete(calendar_links).where(calendar_links.c.person_id == person_id))


def link_made_at(conn: Connection, person_id: str) -> datetime | None:
    """When a person's calendar link was made, ``None`` without one."""
    statement = sa.select(calendar_links.c.at).where(calendar_links.c.person_id == person_id)
    found: datetime | None = conn.execute(statement).scalar_one_or_none()
    return found


def person_of_link(conn: Connection, token_hash: str) -> str | None:
    """Whose calendar link this is, or ``None``."""
    statement = sa.select(calendar_links.c.person_id).where(calendar_links.c.token_hash == token_hash)
    return conn.execute(statement).scalar_one_or_none()
