"""How the rota is shown: one's own shifts, the week of all, the hours that lack people, what is asked and taken."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hotline.domain.records import Person
from hotline.reports.queue_view import Reader
from hotline.volunteers import rota, shifts, swaps
from hotline.volunteers import store as volunteers
from hotline.volunteers.rota import HOUR, Hour, RotaPolicy, Shift, SwapState
from hotline.volunteers.swaps import Swap


def mine(reader: Reader, policy: RotaPolicy, person: Person) -> dict[str, Any]:
    """``MyRota`` of the API: the coming weeks' shifts, what is asked of this person, and their calendar link."""
    until = reader.now + timedelta(days=policy.horizon_days + 1)
    open_swaps = {one.shift_id: one for one in swaps.unsettled(reader.conn)}
    names = _names(reader)
    own = shifts.between(reader.conn, reader.now, until, person.id)
    asked = [one for one in open_swaps.values() if _is_asked(one, person) and not _booked(own, one)]
    return {
        "zone": policy.zone,
        "shifts": [_shift(one, names) | {"swap": _swap(open_swaps.get(one.id), names)} for one in own],
        "asked": [_swap(one, names) for one in asked],
        "taken": [_swap(one, names) for one in open_swaps.values() if one.taken_by == person.id],
        "link_made_at": shifts.link_made_at(reader.conn, person.id),
    }


def _is_asked(swap: Swap, person: Person) -> bool:
    return swap.state is SwapState.OPEN and swap.asked_by != person.id and swap.asked_of in {None, person.id}


def _booked(own: list[Shift], swap: Swap) -> bool:
    return rota.overlapping(own, swap.start_at, swap.end_at) is not None


def _names(reader: Reader) -> dict[str, str]:
    return {one.id: one.alias for one in volunteers.get_people(reader.conn).values()}


def _shift(one: Shift, names: dict[str, str]) -> dict[str, Any]:
    return {
        "shift_id": one.id,
        "person_id": one.person_id,
        "alias": names.get(one.person_id, ""),
        "start_at": one.start_at,
        "end_at": one.end_at,
        "zone": one.zone,
        "from_pattern": one.pattern_id is not None,
    }


def _swap(one: Swap | None, names: dict[str, str]) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "swap_id": one.id,
        "shift_id": one.shift_id,
        "state": one.state.value,
        "asked_by": names.get(one.asked_by, ""),
        "asked_by_id": one.asked_by,
        "asked_of": None if one.asked_of is None else names.get(one.asked_of, ""),
        "taken_by": None if one.taken_by is None else names.get(one.taken_by, ""),
        "taken_by_id": one.taken_by,
        "start_at": one.start_at,
        "end_at": one.end_at,
    }


def week(reader: Reader, policy: RotaPolicy, monday: date) -> dict[str, Any]:
    """``Rota`` of the API: seven local days with their shifts, patterns, days off, and what waits for a decision."""
    names = _names(reader)
    days = [monday + timedelta(days=number) for number in range(7)]
    start, end = rota.moment(monday, 0, policy.zone), rota.moment(monday + timedelta(days=7), 0, policy.zone)
    found = shifts.between(reader.conn, start, end)
    free = shifts.holidays_from(reader.conn, min(monday, rota.local_today(reader.now, policy.zone)))
    return {
        "zone": policy.zone,
        "monday": monday,
        "days": [
            {
                "day": day,
                "holiday": free.get(day),
                "shifts": [_shift(one, names) for one in found if _begins_on(one, day, policy.zone, monday)],
            }
            for day in days
        ],
        "patterns": [_pattern(one, names) for one in shifts.live_patterns(reader.conn, days[0])],
        "holidays": [{"day": day, "name": name} for day, name in free.items()],
        "to_decide": [_swap(one, names) for one in swaps.unsettled(reader.conn)],
    }


def _begins_on(shift: Shift, day: date, zone: str, monday: date) -> bool:
    """Whether a shift belongs to this day; one that began before the week stands on its Monday."""
    begins = shift.start_at.astimezone(ZoneInfo(zone)).date()
    return max(begins, monday) == day


def _pattern(one: shifts.KeptPattern, names: dict[str, str]) -> dict[str, Any]:
    return {
        "pattern_id": one.id,
        "alias": names.get(one.pattern.person_id, ""),
        "zone": one.pattern.zone,
        "weekdays": list(one.pattern.weekdays),
        "start": f"{one.pattern.start_minute // 60:02}:{one.pattern.start_minute % 60:02}",
        "end": f"{one.pattern.end_minute // 60:02}:{one.pattern.end_minute % 60:02}",
        "first_day": one.pattern.first_day,
        "last_day": one.pattern.last_day,
    }


def gap_ranges(hours: list[Hour]) -> list[dict[str, Any]]:
    """The hours that lack people, neighbours with the same figures joined: start, end, planned, needed."""
    found: list[dict[str, Any]] = []
    last: Hour | None = None
    for hour in hours:
        if not hour.missing:
            continue
        joined = last is not None and last.start_at + HOUR == hour.start_at
        if joined and last is not None and (last.planned, last.needed) == (hour.planned, hour.needed):
            found[-1]["end_at"] = hour.start_at + HOUR
        else:
            end_at = hour.start_at + HOUR
            found.append({"start_at": hour.start_at, "end_at": end_at, "planned": hour.planned, "needed": hour.needed})
        last = hour
    return found


def gap_table(hours: list[Hour], zone: str) -> list[dict[str, Any]]:
    """One row for each local day: its hours by their wall clock, ``None`` where an hour is past or does not exist.

    Of an hour that comes twice on a clock change the one that lacks more is shown.
    """
    rows: dict[date, list[Hour | None]] = {}
    for hour in hours:
        local = hour.start_at.astimezone(ZoneInfo(zone))
        row = rows.setdefault(local.date(), [None] * rota.HOURS_OF_A_DAY)
        shown = row[local.hour]
        if shown is None or shown.missing < hour.missing:
            row[local.hour] = hour
    return [{"day": day, "hours": row} for day, row in rows.items()]
