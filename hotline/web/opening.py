"""When it is open, in the reader's words: days, times and the zone's name; a bare clock time misleads who is abroad."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_time, get_timezone_name

from hotline.domain.contact import Language
from hotline.volunteers.opening import Hours, Opening, Stretch
from hotline.web.language import LOCALES

SHOWS_AHEAD = timedelta(days=31)
"""Special days later than this are not listed yet."""


def moment_said(at: datetime, zone: str, spoken: Language) -> str:
    """One moment by the wall clock of the zone, with day and zone: Mon, 30 Nov 20:00 (China Standard Time)."""
    local = at.astimezone(ZoneInfo(zone))
    clock = format_time(local.time(), "HH:mm", locale=LOCALES[spoken])
    named = zone_said(at, zone, spoken)
    return f"{day_said(local.date(), spoken)} {clock}" + (f" ({named})" if spoken is Language.EN else f"（{named}）")


def day_said(day: date, spoken: Language) -> str:
    """A day with its weekday."""
    return str(format_skeleton("MMMEd", _noon(day), locale=LOCALES[spoken]))


def zone_said(at: datetime, zone: str, spoken: Language) -> str:
    """The zone by the name people know."""
    return str(get_timezone_name(at.astimezone(ZoneInfo(zone)), locale=LOCALES[spoken]))


def table(opening: Opening, now: datetime, spoken: Language) -> dict[str, Any] | None:
    """What a page shows: the days of a week with their times, special days soon; ``None`` where nobody set hours."""
    hours = opening.hours_at(now)
    if hours is None:
        return None
    return {
        "always": hours.week is None,
        "days": [] if hours.week is None else _days(hours, spoken),
        "special": _special(hours, now.astimezone(ZoneInfo(opening.zone)).date(), spoken),
        "zone": zone_said(now, opening.zone, spoken),
    }


def _days(hours: Hours, spoken: Language) -> list[tuple[str, str]]:
    monday = date(2026, 11, 23)
    return [
        (str(format_date(monday + timedelta(days=number), "EEEE", locale=LOCALES[spoken])), _said(stretches))
        for number, stretches in enumerate(hours.week or ())
    ]


def _special(hours: Hours, today: date, spoken: Language) -> list[tuple[str, str, str]]:
    soon = [one for one in hours.special if today <= one.day <= today + SHOWS_AHEAD]
    return [(day_said(one.day, spoken), one.name, _said(one.stretches)) for one in sorted(soon, key=lambda o: o.day)]


def _said(stretches: tuple[Stretch, ...]) -> str:
    """The times of a day, empty for closed; a whole day is 00:00 to 24:00."""
    return ", ".join(f"{_clock(one.start_minute)}–{_end(one)}" for one in stretches)  # a dash between times


def _end(one: Stretch) -> str:
    return "24:00" if one.end_minute == 0 else _clock(one.end_minute)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001  # a wall date has no zone
