"""Shares with intervals, confusion and calibration: figures a supervisor may trust."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.contact import Level
from hotline.reports.triage_figures import Case, calibration, confusion, fit, fits_by, share

Z = 1.959964


def case(machine: Level, people: Level, risk: float | None = None, language: str = "en") -> Case:
    return Case(language, "web", machine, people, risk)


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(15, 20, 0.5313, 0.8881), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 1, 0.2065, 1.0)],
)
def test_an_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    found = share(hits, total, Z)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_nothing_to_count_is_no_share_at_all() -> None:
    assert share(0, 0, Z).value is None


@given(st.integers(1, 500).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_an_interval_holds_its_share_and_stays_on_the_scale(given_counts: tuple[int, int]) -> None:
    found = share(*given_counts, Z)
    assert found.low is not None
    assert found.high is not None
    assert found.value is not None
    assert 0.0 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1.0


def test_recall_counts_whom_people_meant_and_precision_whom_the_machine_flagged() -> None:
    cases = [
        case(Level.HIGH, Level.HIGH),
        case(Level.ROUTINE, Level.HIGH),
        case(Level.HIGH, Level.ROUTINE),
        case(Level.IMMINENT, Level.HIGH),
    ]
    found = fit(cases, Level.HIGH, Z)
    assert (found.recall.hits, found.recall.total) == (2, 3)
    assert (found.precision.hits, found.precision.total) == (2, 3)


def test_each_language_has_its_own_figures() -> None:
    cases = [case(Level.HIGH, Level.HIGH), case(Level.ROUTINE, Level.HIGH, language="zh-Hant")]
    found = {one.name: one.recall.value for one in fits_by(cases, Level.HIGH, Z, lambda one: one.language)}
    assert found == {"en": 1.0, "zh-Hant": 0.0}


def test_a_confusion_table_runs_from_imminent_to_information() -> None:
    table = confusion({(Level.IMMINENT, Level.INFORMATION): 2, (Level.ROUTINE, Level.ROUTINE): 3})
    assert table[0] == [0, 0, 0, 0, 2]
    assert table[3][3] == 3


def test_calibration_puts_each_score_into_its_tenth_and_the_highest_into_the_last() -> None:
    cases = [case(Level.HIGH, Level.HIGH, 1.0), case(Level.HIGH, Level.ROUTINE, 0.95), case(Level.HIGH, Level.HIGH)]
    found = calibration(cases, Z)
    assert (found[-1].risk.hits, found[-1].risk.total) == (1, 2)
    assert sum(tenth.risk.total for tenth in found) == 2
