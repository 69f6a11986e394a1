"""When it is open, by the wall clock: over midnight, on special days, across clock changes, and from a moment on."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotline.domain.errors import InvalidInput
from hotline.volunteers.opening import (
    ALWAYS,
    Hours,
    Opening,
    SpecialDay,
    WrongHours,
    checked,
    from_document,
    read_stretches,
    to_document,
)

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CHRISTMAS = date(2026, 12, 25)


def week(*days: str) -> Hours:
    """Monday first; one text stands for every day."""
    given = days if len(days) == 7 else days * 7
    return Hours(tuple(read_stretches(text, "day") for text in given))


def opening(hours: Hours, zone: str = SHANGHAI) -> Opening:
    return Opening(zone, ((LONG_AGO, hours),))


def at(text: str) -> datetime:
    """A UTC moment."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_where_nobody_set_hours_it_is_always_open() -> None:
    found = Opening(SHANGHAI)
    assert found.hours_at(at("2026-11-23T03:00")) is None
    assert found.open_at(at("2026-11-23T03:00"))
    assert found.opens_next(at("2026-11-23T03:00")) == at("2026-11-23T03:00")


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T11:59", False),  # 19:59 in Shanghai
        ("2026-11-23T12:00", True),
        ("2026-11-23T17:59", True),  # 01:59 on Tuesday
        ("2026-11-23T18:00", False),
        ("2026-11-22T17:00", False),  # Sunday has no hours: nothing reaches into Monday
    ],
)
def test_a_stretch_over_midnight_belongs_to_the_day_it_begins(moment: str, *, is_open: bool) -> None:
    found = opening(week("20:00-02:00", "", "", "", "", "", ""))
    assert found.open_at(at(moment)) is is_open


def test_several_stretches_a_day_and_the_next_one() -> None:
    found = opening(week("09:00-12:00, 20:00-02:00"))
    assert found.opens_next(at("2026-11-23T05:00")) == at("2026-11-23T12:00")
    assert found.opens_next(at("2026-11-23T20:00")) == at("2026-11-24T01:00")
    assert found.opens_next(at("2026-11-23T02:30")) == at("2026-11-23T02:30")


def test_equal_ends_are_the_whole_day() -> None:
    found = opening(week("00:00-00:00", "", "", "", "", "", ""))
    assert found.open_at(at("2026-11-22T16:00"))
    assert found.open_at(at("2026-11-23T15:59"))
    assert not found.open_at(at("2026-11-23T16:00"))


def test_a_special_day_replaces_what_begins_on_it() -> None:
    closed = Hours(week("20:00-02:00").week, (SpecialDay(CHRISTMAS, "Christmas", ()),))
    found = opening(closed)
    assert found.open_at(at("2026-12-24T17:00"))  # 01:00 on the 25th still belongs to the evening before
    assert not found.open_at(at("2026-12-25T13:00"))
    assert found.opens_next(at("2026-12-25T13:00")) == at("2026-12-26T12:00")
    other = Hours(closed.week, (SpecialDay(CHRISTMAS, "Christmas", read_stretches("10:00-11:00", "x")),))
    assert opening(other).opens_next(at("2026-12-24T20:00")) == at("2026-12-25T02:00")


@pytest.mark.parametrize(
    ("since", "opens", "hours"),
    [
        ("2026-03-28T00:00", "2026-03-28T19:00", 6),  # 20:00-03:00 on the night the clock jumps from 2 to 3
        ("2026-10-24T00:00", "2026-10-24T18:00", 8),  # on the night it goes back
        ("2026-11-23T00:00", "2026-11-23T19:00", 7),
    ],
)
def test_the_wall_clock_counts_across_daylight_saving(since: str, opens: str, hours: int) -> None:
    found = opening(week("20:00-03:00"), BERLIN)
    begins, ends = next(one for one in found.stretches(at(since), at(since) + timedelta(days=2)) if one[0] >= at(since))
    assert (begins, ends - begins) == (at(opens), timedelta(hours=hours))


def test_a_time_that_the_clock_jumps_over_is_the_jump() -> None:
    found = opening(week("02:30-05:00"), BERLIN)
    assert found.opens_next(at("2026-03-28T22:00")) == at("2026-03-29T01:00")


def test_new_hours_count_from_their_moment_and_old_ones_before() -> None:
    change = at("2026-12-01T00:00")
    found = Opening(SHANGHAI, ((LONG_AGO, week("09:00-12:00")), (change, ALWAYS)))
    assert not found.open_at(change - timedelta(hours=1))
    assert found.opens_next(change - timedelta(hours=1)) == change
    assert found.open_at(change)
    back = Opening(SHANGHAI, ((LONG_AGO, ALWAYS), (change, week("20:00-21:00"))))
    assert back.open_at(change - timedelta(seconds=1))
    assert not back.open_at(change)


def test_an_hour_that_is_open_for_a_part_of_it_is_inside() -> None:
    found, hour = opening(week("20:30-21:00")), timedelta(hours=1)
    assert found.open_within(at("2026-11-23T12:00"), at("2026-11-23T12:00") + hour)
    assert not found.open_within(at("2026-11-23T11:00"), at("2026-11-23T11:00") + hour)
    assert not found.open_within(at("2026-11-23T13:00"), at("2026-11-23T13:00") + hour)


def test_hours_that_never_begin_within_a_year_say_nothing() -> None:
    far = SpecialDay(date(2029, 1, 1), "far", read_stretches("10:00-11:00", "x"))
    assert opening(Hours(((),) * 7, (far,))).opens_next(at("2026-11-23T00:00")) is None


def test_times_are_read_as_chinese_keyboards_write_them() -> None:
    assert read_stretches("20：00～02：00，09:00 – 12:00", "x") == read_stretches("09:00-12:00, 20:00-02:00", "x")


@pytest.mark.parametrize("text", ["9-12", "25:00-26:00", "09:00", "09:00-12:00-13:00", "09:60-10:00", "x"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(WrongHours):
        read_stretches(text, "day-0")


@pytest.mark.parametrize(
    "wrong",
    [
        week(""),
        week("09:00-12:00, 11:00-13:00"),
        week("20:00-02:00, 23:00-23:30"),
        week("00:00-00:00, 10:00-11:00"),
        week(",".join(f"{hour:02}:00-{hour:02}:30" for hour in range(7))),
        Hours(week("09:00-12:00").week, (SpecialDay(CHRISTMAS, "", ()),)),
        Hours(week("09:00-12:00").week, (SpecialDay(CHRISTMAS, "a", ()), SpecialDay(CHRISTMAS, "b", ()))),
        Hours(week("09:00-12:00").week, tuple(SpecialDay(date.fromordinal(740_000 + n), "x", ()) for n in range(61))),
        Hours(((),) * 6),
    ],
)
def test_hours_that_make_no_sense_are_refused(wrong: Hours) -> None:
    with pytest.raises(WrongHours):
        checked(wrong, SHANGHAI)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(InvalidInput):
        checked(ALWAYS, "Mars/Olympus")


def test_what_is_kept_is_read_back_as_it_was() -> None:
    hours = Hours(week("09:00-12:00, 20:00-02:00").week, (SpecialDay(CHRISTMAS, "Christmas", ()),))
    for one in (hours, ALWAYS):
        assert from_document(to_document(one)) == one
