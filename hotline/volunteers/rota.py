"""When people listen, by the wall clock of their zone; counted in hours, a shift would drift at a clock change.

Pure. A pattern keeps its wall clock: across daylight saving a shift becomes an hour longer or shorter. A local time
that does not exist means the moment the clock jumps; one that exists twice means the first (RFC 5545, 3.3.5).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hotline.domain.errors import ConfigurationError, InvalidInput

HOUR = timedelta(hours=1)
HOURS_OF_A_DAY = 24
DAY_MINUTES = 24 * 60
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_SHIFT = timedelta(hours=14)


class SwapState(StrEnum):
    """How far the giving away of a shift has come."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class RotaPolicy:
    """The numbers of the rota; ``needed`` is 7 × 24 people by weekday (0 Monday) and local hour."""

    zone: str
    horizon_days: int
    gap_days: int
    gap_alarm: timedelta
    remind: timedelta
    unkept: timedelta
    swap_needs_supervisor: bool
    needed: tuple[tuple[int, ...], ...]

    @classmethod
    def from_numbers(cls, numbers: Mapping[str, Any]) -> "RotaPolicy":
        """Build from ``config/wellbeing_policy.toml``, unwrapped; raises ``ConfigurationError`` when malformed."""
        try:
            given = numbers["rota"]
            needed = tuple(_day(numbers["needed"][day]) for day in WEEKDAYS)
            check_zone(given["zone"])
            return cls(
                zone=given["zone"],
                horizon_days=int(given["horizon_days"]),
                gap_days=int(given["gap_days"]),
                gap_alarm=timedelta(hours=given["gap_alarm_hours"]),
                remind=timedelta(minutes=given["remind_minutes"]),
                unkept=timedelta(days=given["unkept_days"]),
                swap_needs_supervisor=given["swap_needs_supervisor"] == "yes",
                needed=needed,
            )
        except (KeyError, TypeError, ValueError, InvalidInput) as trouble:
            raise ConfigurationError(f"wellbeing_policy.toml is incomplete or malformed: {trouble!r}") from trouble


def _day(line: str) -> tuple[int, ...]:
    """24 numbers of people, by local hour."""
    found = tuple(int(number) for number in line.split())
    if len(found) != HOURS_OF_A_DAY or min(found) < 0:
        raise ValueError("needed takes 24 numbers a day")
    return found


@dataclass(frozen=True, slots=True)
class Pattern:
    """Shifts that return every week; an end that is not after the start is on the next day."""

    person_id: str
    zone: str
    weekdays: tuple[int, ...]
    start_minute: int
    end_minute: int
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of one person's time, in UTC."""

    id: str
    person_id: str
    start_at: datetime
    end_at: datetime
    zone: str
    pattern_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of the gap report: how many are planned and how many are needed."""

    start_at: datetime
    planned: int
    needed: int

    @property
    def missing(self) -> int:
        """How many are missing; 0 when nobody is."""
        return max(self.needed - self.planned, 0)


def check_zone(name: str) -> ZoneInfo:
    """The zone of this IANA name; raises ``InvalidInput`` when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidInput("unknown time zone", field="zone") from None


def moment(day: date, minute: int, zone: str) -> datetime:
    """The UTC moment of a local wall-clock time, ``minute`` from local midnight (may pass midnight)."""
    days, rest = divmod(minute, DAY_MINUTES)
    local = datetime.combine(day + timedelta(days=days), time(rest // 60, rest % 60), ZoneInfo(zone))
    found = local.astimezone(UTC)
    if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    return _jump(local)


def _jump(local: datetime) -> datetime:
    """The moment the clock jumps over a local time that does not exist, to the second."""
    late, early = local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    before = early.astimezone(local.tzinfo).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(local.tzinfo).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def occurrence(pattern: Pattern, day: date) -> tuple[datetime, datetime] | None:
    """Start and end in UTC of the shift that begins on this local day; ``None`` when there is none."""
    past = day < pattern.first_day or (pattern.last_day is not None and day > pattern.last_day)
    if past or day.weekday() not in pattern.weekdays:
        return None
    over_midnight = DAY_MINUTES if pattern.end_minute <= pattern.start_minute else 0
    start = moment(day, pattern.start_minute, pattern.zone)
    end = moment(day, pattern.end_minute + over_midnight, pattern.zone)
    return (start, end) if end > start else None


def occurrences(
    pattern: Pattern, since: date, until: date, holidays: Iterable[date] = ()
) -> Iterator[tuple[date, datetime, datetime]]:
    """Every shift of a pattern that begins on a local day from ``since`` to ``until``, both included, but holidays."""
    free = set(holidays)
    for number in range((until - since).days + 1):
        day = since + timedelta(days=number)
        found = None if day in free else occurrence(pattern, day)
        if found is not None:
            yield (day, *found)


def check_pattern(pattern: Pattern) -> Pattern:
    """The pattern itself; raises ``InvalidInput`` naming the field that cannot be."""
    check_zone(pattern.zone)
    if not pattern.weekdays or not set(pattern.weekdays) <= set(range(7)):
        raise InvalidInput("choose at least one weekday", field="weekdays")
    if not (0 <= pattern.start_minute < DAY_MINUTES and 0 <= pattern.end_minute < DAY_MINUTES):
        raise InvalidInput("a time of day is between 00:00 and 23:59", field="start")
    check_length(timedelta(minutes=(pattern.end_minute - pattern.start_minute) % DAY_MINUTES or DAY_MINUTES))
    if pattern.last_day is not None and pattern.last_day < pattern.first_day:
        raise InvalidInput("the last day is before the first", field="last_day")
    return pattern


def check_length(length: timedelta) -> None:
    """Raise ``InvalidInput`` when a shift is empty or longer than anybody should listen."""
    if not timedelta() < length <= LONGEST_SHIFT:
        raise InvalidInput("a shift lasts up to 14 hours", field="end")


def overlapping(shifts: Iterable[Shift], start_at: datetime, end_at: datetime) -> Shift | None:
    """The first of these shifts that shares time with the given one, or ``None``; touching is not sharing."""
    return next((one for one in shifts if one.start_at < end_at and start_at < one.end_at), None)


def local_today(now: datetime, zone: str) -> date:
    """The date on the wall of this zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def needed_at(policy: RotaPolicy, moment_utc: datetime) -> int:
    """How many listeners the local hour of this moment needs."""
    local = moment_utc.astimezone(ZoneInfo(policy.zone))
    return policy.needed[local.weekday()][local.hour]


def hours(policy: RotaPolicy, shifts: Sequence[Shift], since: datetime, until: datetime) -> list[Hour]:
    """Each hour from ``since`` on: how many people are there for all of it, and how many are needed.

    A person counts once however many of their shifts meet within the hour, and only when the whole hour is covered.
    """
    start = since.replace(minute=0, second=0, microsecond=0)
    found = []
    while start < until:
        people = {one.person_id for one in shifts if one.start_at < start + HOUR and start < one.end_at}
        planned = sum(_covers([s for s in shifts if s.person_id == who], start, start + HOUR) for who in people)
        found.append(Hour(start, planned, needed_at(policy, start)))
        start += HOUR
    return found


def _covers(shifts: Sequence[Shift], start: datetime, end: datetime) -> bool:
    reached = start
    for one in sorted(shifts, key=lambda shift: shift.start_at):
        if one.start_at <= reached < one.end_at:
            reached = one.end_at
    return reached >= end
