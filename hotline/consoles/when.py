"""Days and times of the rota as its zone's wall shows them; in the reader's own zone a shift would seem to move."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask_babel import get_locale

from hotline.domain.errors import InvalidInput
from hotline.volunteers.rota import moment


def day_name(day: date) -> str:
    """A day with its weekday, in the reader's language: Mon, 23 Nov."""
    return str(format_skeleton("MMMEd", datetime(day.year, day.month, day.day, 12), locale=get_locale()))  # noqa: DTZ001  # a wall date has no zone


def weekday_name(number: int) -> str:
    """The short name of a weekday, 0 is Monday."""
    return str(format_skeleton("E", datetime(2026, 11, 23 + number, 12), locale=get_locale()))  # noqa: DTZ001  # a wall date has no zone


def stretch(start_at: datetime, end_at: datetime, zone: str, *, with_day: bool = True) -> str:
    """From when to when by the wall clock of a zone: Mon, 23 Nov 20:00-02:00."""
    start, end = start_at.astimezone(ZoneInfo(zone)), end_at.astimezone(ZoneInfo(zone))
    times = f"{start:%H:%M}–{end:%H:%M}"
    return f"{day_name(start.date())} {times}" if with_day else times


def clock(at: datetime, zone: str) -> str:
    """One moment by the wall clock of a zone, with its day."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_name(local.date())} {local:%H:%M}"


def read_day(text: str, field: str) -> date:
    """A date as a browser's field gives it; raises ``InvalidInput``."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("a day is written as 2026-11-23", field=field) from None


def read_minute(text: str, field: str) -> int:
    """A time of day as a browser's field gives it, in minutes after midnight; raises ``InvalidInput``."""
    hour, colon, minute = text.partition(":")
    if not (colon and hour.isdigit() and minute[:2].isdigit() and int(hour) < 24 and int(minute[:2]) < 60):  # noqa: PLR2004  # a clock
        raise InvalidInput("a time of day is written as 20:00", field=field)
    return int(hour) * 60 + int(minute[:2])


def read_number(text: str, field: str) -> int:
    """A whole number of a form; raises ``InvalidInput``."""
    if not text.strip().isdigit():
        raise InvalidInput("a whole number is needed", field=field)
    return int(text)


def read_stretch(day: str, start: str, end: str, zone: str) -> tuple[datetime, datetime]:
    """Start and end in UTC of a day and two wall-clock times; an end not after the start is on the next day."""
    first, begins, ends = read_day(day, "day"), read_minute(start, "start"), read_minute(end, "end")
    return moment(first, begins, zone), moment(first, ends + (1440 if ends <= begins else 0), zone)


def read_moment(text: str, zone: str, field: str = "from_at") -> datetime | None:
    """A moment as a browser's field gives it, by the wall clock of a zone; ``None`` for an empty field.

    Raises ``InvalidInput``.
    """
    if not text.strip():
        return None
    day, _, time = text.strip().partition("T")
    return moment(read_day(day, field), read_minute(time, field), zone)
