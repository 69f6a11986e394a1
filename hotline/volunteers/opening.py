"""When the helpline says that it is open, by the wall clock of its zone; guessed, a person would wait for nobody.

Pure. Hours decide what people are told and which gaps of the rota are warned of, never whether somebody is helped. A
stretch belongs to the day on which it begins; an end that is not after its start is on the next day, and equal ends
mean the whole day. A special day replaces what begins on it. Clock changes as in :mod:`hotline.volunteers.rota`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hotline.domain.errors import InvalidInput
from hotline.volunteers.rota import DAY_MINUTES, check_zone, local_today, moment

WEEK_DAYS = 7
MOST_STRETCHES = 6
MOST_SPECIAL_DAYS = 60
NAME_CHARACTERS = 60
LOOKS_AHEAD = timedelta(days=400)
"""As far as the next opening is looked for; beyond it nobody is told one."""
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_KEYBOARDS = {ord(one): "-" for one in "–—－~～"} | {ord(one): "," for one in "，、;；"} | {ord("："): ":"}
"""How Chinese keyboards write the same."""
_BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
_END = datetime(9999, 12, 30, tzinfo=UTC)


class WrongHours(InvalidInput):
    """A time that is none, stretches that meet, a week that is never open, a day twice; ``field`` says where."""

    code = "hours_wrong"


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when, in minutes after midnight of the day on which it begins."""

    start_minute: int
    end_minute: int

    @property
    def length_minutes(self) -> int:
        """How long by the wall clock; equal ends mean the whole day."""
        return (self.end_minute - self.start_minute) % DAY_MINUTES or DAY_MINUTES


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date with hours of its own; without stretches it is closed."""

    day: date
    name: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a week, Monday first; ``None`` for always open."""

    week: tuple[tuple[Stretch, ...], ...] | None
    special: tuple[SpecialDay, ...] = ()

    def of_day(self, day: date) -> tuple[Stretch, ...]:
        """The stretches that begin on this day; only for a week that is not always open."""
        own = next((one for one in self.special if one.day == day), None)
        return (self.week or ((),) * WEEK_DAYS)[day.weekday()] if own is None else own.stretches


ALWAYS = Hours(None)


@dataclass(frozen=True, slots=True)
class Opening:
    """All hours that were ever set: each counts from its moment until the next one begins; before the first, always."""

    zone: str
    versions: tuple[tuple[datetime, Hours], ...] = ()

    def hours_at(self, at: datetime) -> Hours | None:
        """The hours that count at this moment; ``None`` where nobody has set any."""
        return next((hours for since, hours in reversed(self.versions) if since <= at), None)

    def open_at(self, at: datetime) -> bool:
        """Whether the helpline says that it is open at this moment."""
        return self.open_within(at, at + timedelta(microseconds=1))

    def open_within(self, since: datetime, until: datetime) -> bool:
        """Whether it is open at any moment from ``since`` to before ``until``."""
        return next(self.stretches(since, until), None) is not None

    def opens_next(self, at: datetime) -> datetime | None:
        """From when on it is open: ``at`` itself when it is now, ``None`` when no opening lies within 400 days."""
        found = next(self.stretches(at, at + LOOKS_AHEAD), None)
        return None if found is None else max(found[0], at)

    def stretches(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Each open stretch that shares time with these moments, in UTC, by its beginning."""
        for begins, ends, hours in self._spans():
            low, high = max(begins, since), min(ends, until)
            if low < high:
                yield from _stretches(hours, self.zone, (begins, ends), (low, high))

    def _spans(self) -> Iterator[tuple[datetime, datetime, Hours]]:
        """From when to when each version counts."""
        starts = [_BEGINNING, *(since for since, _ in self.versions)]
        ends = [*starts[1:], _END]
        yield from zip(starts, ends, [ALWAYS, *(hours for _, hours in self.versions)], strict=True)


def _stretches(
    hours: Hours, zone: str, span: tuple[datetime, datetime], wanted: tuple[datetime, datetime]
) -> Iterator[tuple[datetime, datetime]]:
    """Those of one version, cut to the time it counts."""
    if hours.week is None:
        yield span
        return
    day = local_today(wanted[0], zone) - timedelta(days=2)  # a stretch of yesterday may reach over midnight
    last = local_today(wanted[1], zone)
    while day <= last:
        for one in hours.of_day(day):
            start = max(moment(day, one.start_minute, zone), span[0])
            end = min(moment(day, one.start_minute + one.length_minutes, zone), span[1])
            if start < end and start < wanted[1] and wanted[0] < end:
                yield start, end
        day += timedelta(days=1)


def read_stretches(text: str, field: str) -> tuple[Stretch, ...]:
    """``09:00-12:00, 20:00-02:00`` as stretches in their order, nothing for an empty line; raises ``WrongHours``."""
    tidy = "".join(text.translate(_KEYBOARDS).split())
    found = []
    for part in filter(None, tidy.split(",")):
        ends = [_CLOCK.fullmatch(one) for one in part.split("-")]
        if len(ends) != 2 or None in ends:  # noqa: PLR2004  # a start and an end
            raise WrongHours("hours are written as 09:00-12:00, 20:00-02:00", field=field)
        start, end = (int(one[1]) * 60 + int(one[2]) for one in ends if one is not None)
        found.append(Stretch(start, end))
    return tuple(sorted(found, key=lambda one: one.start_minute))


def checked(hours: Hours, zone: str) -> Hours:
    """The hours themselves; raises ``WrongHours`` naming what cannot be."""
    check_zone(zone)
    if hours.week is not None:
        if len(hours.week) != WEEK_DAYS or not any(hours.week):
            raise WrongHours("a week is open at least once", field="week")
        for number, stretches in enumerate(hours.week):
            _check_day(stretches, f"day-{number}")
    days = [one.day for one in hours.special]
    if len(days) > MOST_SPECIAL_DAYS or len(set(days)) < len(days):
        raise WrongHours("up to 60 special days, each once", field="special")
    for number, one in enumerate(hours.special):
        _check_day(one.stretches, f"special-{number}")
        if not 1 <= len(one.name) <= NAME_CHARACTERS or not one.name.isprintable():
            raise WrongHours("a special day has a name of up to 60 characters", field=f"special-{number}")
    return hours


def _check_day(stretches: Sequence[Stretch], field: str) -> None:
    """Refuse what begins before the one before it has ended."""
    reached = 0
    for one in stretches:
        if one.start_minute < reached or len(stretches) > MOST_STRETCHES:
            raise WrongHours("up to six stretches a day that do not meet", field=field)
        reached = one.start_minute + one.length_minutes


def to_document(hours: Hours) -> dict[str, Any]:
    """As the database keeps it."""
    return {
        "week": None if hours.week is None else [[written(one) for one in day] for day in hours.week],
        "special": [
            {"day": one.day.isoformat(), "name": one.name, "stretches": [written(each) for each in one.stretches]}
            for one in hours.special
        ],
    }


def from_document(found: Mapping[str, Any]) -> Hours:
    """As :func:`to_document` wrote it, or a program sent it; raises ``WrongHours``."""
    week = found["week"]
    return Hours(
        week=None if week is None else tuple(read_stretches(",".join(day), f"day-{n}") for n, day in enumerate(week)),
        special=tuple(
            SpecialDay(
                date.fromisoformat(str(one["day"])),
                " ".join(one["name"].split()),
                read_stretches(",".join(one["stretches"]), f"special-{number}"),
            )
            for number, one in enumerate(found["special"])
        ),
    )


def written(one: Stretch) -> str:
    """A stretch as a person reads it: 20:00-02:00."""
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (one.start_minute, one.end_minute))
