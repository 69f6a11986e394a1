"""Quarters of an hour on the board: who came, how long they waited, who was answered in time."""

from datetime import UTC, datetime, timedelta

from hotline.reports.last_hours import QUARTERS, Arrival, quarters
from hotline.reports.plots import Bars, Caption, bars

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def came(minutes_ago: float, wait: float | None, *, urgent: bool = False, target: float = 60) -> Arrival:
    return Arrival(NOW - timedelta(minutes=minutes_ago), urgent, wait, target)


def test_each_counts_in_the_quarter_in_which_it_came() -> None:
    rows = quarters([came(1, 30, urgent=True), came(2, 90), came(14, 10), came(359, 5), came(361, 5)], NOW)
    assert len(rows) == QUARTERS
    assert (rows[-1]["arrivals"], rows[-1]["urgent"], rows[-1]["median_wait_seconds"]) == (3, 1, 30)
    assert rows[-1]["within_target_share"] == 2 / 3
    assert rows[0]["arrivals"] == 1
    assert sum(row["arrivals"] for row in rows) == 4


def test_who_still_waits_counts_as_missed_only_past_the_target() -> None:
    (*_, waits) = quarters([came(10, None, target=60), came(0.5, None, target=60)], NOW)
    assert (waits["arrivals"], waits["median_wait_seconds"], waits["within_target_share"]) == (2, None, 0.0)
    (*_, nothing) = quarters([came(0.5, None, target=60)], NOW)
    assert nothing["within_target_share"] is None


def test_bars_never_grow_over_their_scale_and_escape_their_words() -> None:
    drawn = bars(Bars([None, 2.0, 9.0], 2.0, "<most>", [0.0, 1.0, 0.0]), Caption("b", "t", "x"))
    assert "&lt;most&gt;" in drawn
    heights = [float(part.partition('"')[0]) for part in drawn.split('height="')[1:]]
    assert max(heights) <= 96
    assert drawn.count("<rect") == 5
