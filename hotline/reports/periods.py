"""Stretches of whole local days that a report is about, and the stretch before each; pure, by the wall of a zone."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.domain.errors import InvalidInput
from hotline.volunteers.rota import check_zone, moment

MOST_DAYS = 3660
"""Ten years; a longer report is a typing mistake."""
EARLIEST = date(2000, 1, 1)
LATEST = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last local day, both included, by the wall clock of an IANA zone."""

    first: date
    last: date
    zone: str

    @property
    def start(self) -> datetime:
        """The first day's midnight in UTC."""
        return moment(self.first, 0, self.zone)

    @property
    def end(self) -> datetime:
        """The midnight after the last day in UTC; it does not belong to the period any more."""
        return moment(self.last + timedelta(days=1), 0, self.zone)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def whole_months(self) -> int:
        """How many calendar months it is made of; 0 when it begins or ends within one."""
        if self.first.day != 1 or (self.last + timedelta(days=1)).day != 1:
            return 0
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def before(self) -> "Period":
        """The period before: as many calendar months when it is made of them, else as many days."""
        last = self.first - timedelta(days=1)
        if not self.whole_months:
            return Period(self.first - timedelta(days=self.days), last, self.zone)
        years, month = divmod(self.first.month - 1 - self.whole_months, 12)
        return Period(date(self.first.year + years, month + 1, 1), last, self.zone)

    def each_day(self) -> Iterator[tuple[date, datetime, datetime]]:
        """Every local day with its two midnights in UTC."""
        start = self.start
        for number in range(self.days):
            day = self.first + timedelta(days=number)
            end = moment(day + timedelta(days=1), 0, self.zone)
            yield day, start, end
            start = end


def read(first: str, last: str, zone: str) -> Period:
    """A period as forms and programs write it (2026-11-23); ``InvalidInput`` names ``from``, ``to`` or ``zone``."""
    check_zone(zone)
    period = Period(_day(first, "from"), _day(last, "to"), zone)
    if period.last < period.first:
        raise InvalidInput("the last day lies before the first", field="to")
    if period.days > MOST_DAYS:
        raise InvalidInput(f"a report spans at most {MOST_DAYS} days", field="to")
    return period


def _day(text: str, field: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise InvalidInput("a day is written as 2026-11-23", field=field) from None
    if not EARLIEST <= found < LATEST:
        raise InvalidInput("no such day is in these books", field=field)
    return found


def month(text: str, zone: str) -> Period:
    """A calendar month as 2026-11; raises ``InvalidInput`` naming ``month``."""
    first = _day(f"{text}-01", "month")
    return Period(first, first.replace(day=calendar.monthrange(first.year, first.month)[1]), zone)


def usual(today: date, zone: str) -> dict[str, Period]:
    """The periods that people ask for by name; weeks begin on Monday."""
    yesterday, monday = today - timedelta(days=1), today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    last_month = first - timedelta(days=1)
    spans = {
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
        "this_week": (monday, today),
        "last_week": (monday - timedelta(days=7), monday - timedelta(days=1)),
        "this_month": (first, today),
        "last_month": (last_month.replace(day=1), last_month),
        "this_year": (today.replace(month=1, day=1), today),
    }
    return {name: Period(start, end, zone) for name, (start, end) in spans.items()}
