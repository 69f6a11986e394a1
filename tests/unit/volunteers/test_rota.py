"""Patterns keep their wall clock: over midnight, across both clock changes, at times that are not and times twice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.errors import ConfigurationError, InvalidInput
from hotline.settings import Settings
from hotline.volunteers import rota
from hotline.volunteers.rota import Pattern, RotaPolicy, Shift, hours, moment, occurrence, occurrences

HOUR = timedelta(hours=1)
BERLIN = "Europe/Berlin"
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
EVERY_DAY = tuple(range(7))


def pattern(start: str, end: str, *, zone: str = BERLIN, weekdays: tuple[int, ...] = EVERY_DAY) -> Pattern:
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (start, end))
    return Pattern("lin", zone, weekdays, first, last, date(2026, 1, 1))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_shift_over_midnight_ends_on_the_next_day() -> None:
    found = occurrence(pattern("20:00", "02:00", zone="Asia/Hong_Kong"), date(2026, 11, 23))
    assert found == (utc("2026-11-23T12:00"), utc("2026-11-23T18:00"))


@pytest.mark.parametrize(("day", "length"), [(SPRING, 7), (AUTUMN, 9), (date(2026, 6, 1), 8)])
def test_the_wall_clock_stays_and_the_length_changes_with_the_clock(day: date, length: int) -> None:
    before = day - timedelta(days=1)
    start, end = occurrence(pattern("22:00", "06:00"), before) or (utc("2026-01-01"), utc("2026-01-01"))
    assert end - start == length * HOUR
    local = [one.astimezone(rota.check_zone(BERLIN)).strftime("%H:%M") for one in (start, end)]
    assert local == ["22:00", "06:00"]


def test_a_time_that_does_not_exist_is_the_moment_the_clock_jumps() -> None:
    assert moment(SPRING, 150, BERLIN) == utc("2026-03-29T01:00")
    assert moment(date(2026, 10, 4), 2 * 60 + 15, "Australia/Lord_Howe") == utc("2026-10-03T15:30")


def test_a_time_that_comes_twice_is_the_first() -> None:
    assert moment(AUTUMN, 150, BERLIN) == utc("2026-10-25T00:30")


def test_a_shift_that_lies_within_the_jump_does_not_take_place() -> None:
    assert occurrence(pattern("02:10", "02:50"), SPRING) is None
    assert occurrence(pattern("02:10", "03:30"), SPRING) == (utc("2026-03-29T01:00"), utc("2026-03-29T01:30"))


def test_a_day_that_a_zone_left_out_has_no_shift() -> None:
    dateline = Pattern("lin", "Pacific/Apia", EVERY_DAY, 9 * 60, 10 * 60, date(2011, 12, 1))
    assert occurrence(dateline, date(2011, 12, 30)) is None


@pytest.mark.parametrize("zone", [BERLIN, "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
@given(day=st.dates(date(2025, 1, 1), date(2028, 1, 1)), cut=st.integers(1, 1439))
def test_shifts_that_touch_by_the_wall_touch_in_truth(zone: str, day: date, cut: int) -> None:
    first, second = moment(day, 0, zone), moment(day, cut, zone)
    assert first <= second <= moment(day, 1440, zone)
    one = occurrence(Pattern("lin", zone, EVERY_DAY, 0, cut, day), day)
    other = occurrence(Pattern("lin", zone, EVERY_DAY, cut, 0, day), day)
    assert (one is None or one[1] == second) and (other is None or other[0] == second)  # noqa: PT018


def test_weekdays_first_and_last_day_and_holidays_decide() -> None:
    weekly = Pattern("lin", BERLIN, (0, 4), 540, 600, date(2026, 11, 23), date(2026, 12, 4))
    days = [day for day, _, _ in occurrences(weekly, date(2026, 11, 1), date(2026, 12, 31), {date(2026, 11, 27)})]
    assert days == [date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 4)]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Pattern("x", "Mars/Base", (0,), 0, 60, SPRING), "zone"),
        (Pattern("x", BERLIN, (), 0, 60, SPRING), "weekdays"),
        (Pattern("x", BERLIN, (7,), 0, 60, SPRING), "weekdays"),
        (Pattern("x", BERLIN, (0,), 1440, 60, SPRING), "start"),
        (Pattern("x", BERLIN, (0,), 0, 15 * 60, SPRING), "end"),
        (Pattern("x", BERLIN, (0,), 60, 60, SPRING), "end"),
        (Pattern("x", BERLIN, (0,), 0, 60, SPRING, SPRING - timedelta(days=1)), "last_day"),
    ],
)
def test_a_pattern_that_cannot_be_names_its_fault(wrong: Pattern, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        rota.check_pattern(wrong)
    assert caught.value.field == field


@pytest.fixture(scope="module")
def policy() -> RotaPolicy:
    return RotaPolicy.from_numbers(Settings.load({}).policy_values("wellbeing_policy"))


def test_an_hour_counts_whoever_is_there_for_all_of_it(policy: RotaPolicy) -> None:
    start = utc("2026-11-23T12:00")
    halves = [
        Shift("1", "lin", start, start + HOUR / 2, "UTC"),
        Shift("2", "lin", start + HOUR / 2, start + HOUR, "UTC"),
        Shift("3", "mei", start + HOUR / 2, start + 2 * HOUR, "UTC"),
    ]
    found = hours(policy, halves, start, start + 2 * HOUR)
    assert [(one.planned, one.needed, one.missing) for one in found] == [(1, 3, 2), (1, 3, 2)]


def test_the_needed_number_follows_the_local_hour(policy: RotaPolicy) -> None:
    assert rota.needed_at(policy, utc("2026-11-23T17:30")) == 3
    assert rota.needed_at(policy, utc("2026-11-23T21:30")) == 1


def test_a_needed_table_with_a_missing_hour_stops_the_start() -> None:
    values = Settings.load({}).policy_values("wellbeing_policy")
    values["needed"]["friday"] = "1 2 3"
    with pytest.raises(ConfigurationError):
        RotaPolicy.from_numbers(values)
