"""Months go by the calendar, and the record's three years cannot be written shorter."""

from datetime import UTC, datetime

import pytest

from hotline.contacts.keeping import RetentionPolicy, months_before
from hotline.domain.errors import ConfigurationError

PERIODS = {
    "transcripts_months": 12,
    "record_months": 36,
    "whispers_days": 90,
    "drafts_days": 14,
    "addresses_hours": 24,
}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ((2026, 11, 23), 12, (2025, 11, 23)),
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2028, 2, 29), 12, (2027, 2, 28)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 12, 31), 36, (2023, 12, 31)),
    ],
)
def test_months_are_calendar_months(day: tuple[int, int, int], months: int, expected: tuple[int, int, int]) -> None:
    assert months_before(datetime(*day, 9, 30, tzinfo=UTC), months) == datetime(*expected, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("name", "value"), [("record_months", 35), ("transcripts_months", 0), ("drafts_days", "soon")])
def test_a_file_that_keeps_too_short_is_refused(name: str, value: object) -> None:
    with pytest.raises(ConfigurationError):
        RetentionPolicy.from_numbers({"version": "1", "periods": PERIODS | {name: value}})
