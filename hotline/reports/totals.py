"""What a whole period comes to: counted days from the summary, everything else from the rows, added up.

A day whose contacts' log has grown since the summary was last looked through is counted from its rows, so that the
summary makes a report fast and never wrong.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from hotline.domain.contact import Channel, Language, Level
from hotline.reports import tally
from hotline.reports.owed import Owed, owed
from hotline.reports.periods import Period
from hotline.reports.tally import QUARTER, Group
from hotline.storage import leases, report_days
from hotline.storage.report_days import Day
from hotline.storage.sealed import Keyring

LOOKED_THROUGH = "report_days"
"""The beat of the summary: whatever was logged up to then is in it, or its day is forgotten."""
SLACK = timedelta(seconds=60)
"""An act writes the moment it began, and commits later."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which contacts count; ``None`` is all of them."""

    channel: Channel | None = None
    language: Language | None = None
    level: Level | None = None

    @property
    def only(self) -> dict[str, str]:
        """Those that are set."""
        given = {"channel": self.channel, "language": self.language, "level": self.level}
        return {name: value.value for name, value in given.items() if value is not None}


@dataclass(slots=True)
class Totals:
    """Sums over a period. Waits are in whole seconds; ``by_day`` tells (day, urgent) and ``by_hour`` hours 0-23.

    ``duty_seconds`` is ``None`` under a filter: nobody is on duty for one channel, language or level.
    """

    by_group: dict[Group, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    answer_seconds: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    leave_seconds: Counter[int] = field(default_factory=Counter)
    by_day: Counter[tuple[date, bool]] = field(default_factory=Counter)
    by_hour: Counter[int] = field(default_factory=Counter)
    duty_seconds: int | None = None
    owed: Owed = field(default_factory=Owed)

    def counts(self, *, channel: str = "", language: str = "", levels: Iterable[Level] = ()) -> Counter[str]:
        """Everything counted, or of one channel, one language, some levels."""
        wanted = {level.value for level in levels} or {level.value for level in Level}
        found: Counter[str] = Counter()
        for (its_channel, its_language, its_level), counts in self.by_group.items():
            if channel in {"", its_channel} and language in {"", its_language} and its_level in wanted:
                found.update(counts)
        return found

    def waits(self, levels: Iterable[Level] = tuple(Level)) -> Counter[int]:
        """How often each wait until a listener took the contact occurred."""
        found: Counter[int] = Counter()
        for level in levels:
            found.update(self.answer_seconds.get(level.value, Counter()))
        return found


@dataclass(frozen=True, slots=True)
class Books:
    """What counting takes: an open snapshot, the keys and the moment."""

    conn: Connection
    keys: Keyring
    now: datetime


def total(books: Books, period: Period, filters: Filters) -> Totals:
    """Add up a period."""
    found, start, end = Totals(), period.start, min(period.end, books.now + timedelta(seconds=1))
    if start >= end:
        return found
    trusted = _trusted(books, report_days.days(books.conn, start, end))
    _add_kept(found, books.conn, trusted, period.zone, filters)
    for gap in gaps(trusted, max(start, _opened(books)), end):
        for piece in pieces(*gap):
            _add_rows(found, books, *piece, zone=period.zone, filters=filters)
    found.owed = owed(books.conn, start, end, filters.only, books.now)
    if not filters.only:
        found.duty_seconds = _duty(books, trusted, start, end)
    return found


def _opened(books: Books) -> datetime:
    """The quarter hour in which the first contact of all arrived; before it there is nothing to look for."""
    first = tally.first_arrival(books.conn) or books.now
    return first.replace(minute=first.minute // 15 * 15, second=0, microsecond=0)


def _trusted(books: Books, days: list[Day]) -> list[Day]:
    """Those days of the summary that no contact has left behind since it was looked through."""
    beat = leases.last_beats(books.conn).get(LOOKED_THROUGH)
    if not days or beat is None:
        return []
    starts = [day.start_at for day in days]
    changed = tally.touched(books.conn, beat - SLACK, days[-1].end_at)
    stale = {starts[place] for at in changed if (place := bisect_right(starts, at) - 1) >= 0}
    return [day for day in days if day.start_at not in stale]


def gaps(days: list[Day], start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What ``days`` leave open between two moments."""
    at = start
    for until, after in [*((day.start_at, day.end_at) for day in days), (end, end)]:
        if at < until:
            yield at, until
        at = max(at, after)


def pieces(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """A stretch cut into days, so that no more than a day's rows are held at once."""
    while start < end:
        until = min(end, start + timedelta(days=1))
        yield start, until
        start = until


def _add_kept(found: Totals, conn: Connection, days: list[Day], zone: str, filters: Filters) -> None:
    if not days:
        return
    wanted = {day.start_at for day in days}
    arrivals: dict[tuple[datetime, bool], list[bytes]] = defaultdict(list)
    answers: dict[str, list[bytes]] = defaultdict(list)
    leaves: list[bytes] = []
    for cell in report_days.cells(conn, days[0].start_at, days[-1].end_at, filters.only):
        if cell.start_at in wanted:
            found.by_group[cell.channel, cell.language, cell.level].update(cell.counts)
            arrivals[cell.start_at, Level(cell.level).urgent].append(cell.quarters)
            answers[cell.level].append(cell.answer_seconds)
            leaves.append(cell.leave_seconds)
    for level, packed in answers.items():
        found.answer_seconds[level].update(tally.unpack(b"".join(packed)))
    found.leave_seconds.update(tally.unpack(b"".join(leaves)))
    for (start_at, urgent), packed in arrivals.items():
        _add_arrivals(found, start_at, tally.unpack(b"".join(packed)), urgent=urgent, zone=zone)


def _add_rows(found: Totals, books: Books, start: datetime, end: datetime, *, zone: str, filters: Filters) -> None:
    """Count a stretch from its rows; it begins at a full quarter hour in every zone of today."""
    for (channel, language, level), cell in tally.tally(books.conn, books.keys, start, end, books.now).items():
        if not filters.only.items() <= {"channel": channel, "language": language, "level": level}.items():
            continue
        found.by_group[channel, language, level].update(cell.counts)
        found.answer_seconds[level].update(cell.answer_seconds)
        found.leave_seconds.update(cell.leave_seconds)
        _add_arrivals(found, start, cell.quarters, urgent=Level(level).urgent, zone=zone)


def _add_arrivals(found: Totals, start: datetime, quarters: Counter[int], *, urgent: bool, zone: str) -> None:
    for quarter, number in quarters.items():
        day, hour = _local(start, quarter, zone)
        found.by_day[day, urgent] += number
        found.by_hour[hour] += number


@lru_cache(maxsize=40_000)
def _local(start: datetime, quarter: int, zone: str) -> tuple[date, int]:
    local = (start + quarter * QUARTER).astimezone(ZoneInfo(zone))
    return local.date(), local.hour


def _duty(books: Books, days: list[Day], start: datetime, end: datetime) -> int:
    known = [day for day in days if day.duty_seconds is not None]
    rest = (tally.duty_seconds(books.conn, *piece, books.now)[0] for piece in gaps(known, start, min(end, books.now)))
    return sum(day.duty_seconds or 0 for day in known) + sum(rest)
