"""Whole local days, and the period before: a month is compared with a month, days with as many days."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hotline.domain.errors import InvalidInput
from hotline.reports import periods
from hotline.reports.periods import Period
from hotline.reports.totals import gaps, pieces
from hotline.storage.report_days import Day

ZONES = ["Asia/Hong_Kong", "Europe/London", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"]
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@example(date(2020, 1, 1), 334, "Asia/Hong_Kong")  # as many days before happen to be eleven whole months
@given(DAYS, st.integers(1, 400), st.sampled_from(ZONES))
def test_the_period_before_ends_where_this_one_begins(first: date, days: int, zone: str) -> None:
    period = Period(first, first + timedelta(days=days - 1), zone)
    before = period.before()
    assert before.end == period.start
    if period.whole_months:
        assert before.whole_months == period.whole_months
    else:
        assert before.days == period.days


@given(DAYS, st.integers(1, 60), st.sampled_from(ZONES))
def test_the_days_of_a_period_leave_nothing_out(first: date, days: int, zone: str) -> None:
    period = Period(first, first + timedelta(days=days - 1), zone)
    each = list(period.each_day())
    assert (each[0][1], each[-1][2], len(each)) == (period.start, period.end, days)
    assert all(one[2] == other[1] for one, other in pairwise(each))


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        ("2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("2026-01-01", "2026-03-31", ("2025-10-01", "2025-12-31")),
        ("2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31")),
        ("2026-03-01", "2026-03-30", ("2026-01-30", "2026-02-28")),
        ("2026-11-23", "2026-11-23", ("2026-11-22", "2026-11-22")),
    ],
)
def test_months_are_compared_with_months(first: str, last: str, before: tuple[str, str]) -> None:
    found = periods.read(first, last, "UTC").before()
    assert (found.first.isoformat(), found.last.isoformat()) == before


def test_a_day_is_as_long_as_the_clock_on_the_wall_says() -> None:
    spring = Period(date(2026, 3, 29), date(2026, 3, 29), "Europe/London")
    assert spring.end - spring.start == timedelta(hours=23)


def test_usual_periods_end_today_or_before() -> None:
    usual = periods.usual(date(2026, 11, 25), "UTC")
    assert (usual["this_week"].first, usual["last_week"].last) == (date(2026, 11, 23), date(2026, 11, 22))
    assert (usual["last_month"].first, usual["last_month"].last) == (date(2026, 10, 1), date(2026, 10, 31))
    assert max(one.last for one in usual.values()) == date(2026, 11, 25)


@pytest.mark.parametrize("month", ["2026-00", "2026-2", "2026-11-01", "x", "9999-01"])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(InvalidInput):
        periods.month(month, "UTC")


def at(hour: int) -> datetime:
    return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=hour)


@given(st.lists(st.booleans(), max_size=12), st.integers(0, 30), st.integers(0, 300))
def test_days_and_the_gaps_between_them_cover_every_hour_once(kept: list[bool], start: int, length: int) -> None:
    end = start + length
    days = [Day(at(24 * n), at(24 * n + 24), 0) for n, keep in enumerate(kept) if keep]
    inside = [day for day in days if day.start_at >= at(start) and day.end_at <= at(end)]
    found = [piece for gap in gaps(inside, at(start), at(end)) for piece in pieces(*gap)]
    covered = [hour for hour in range(start, end) for s, e in found if s <= at(hour) < e]
    counted = [hour for hour in range(start, end) for day in inside if day.start_at <= at(hour) < day.end_at]
    assert sorted(covered + counted) == list(range(start, end))
    assert all(e - s <= timedelta(days=1) for s, e in found)
