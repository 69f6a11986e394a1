"""The stability index: silent about chance, loud about a shift, never infinite; and numbers that must be whole."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.errors import ConfigurationError
from hotline.settings import Settings
from hotline.triage.quality import QualityPolicy, stability_index

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=60)


def numbers() -> dict[str, object]:
    return Settings.load({}).policy_values("quality_policy")


def test_the_same_scores_have_not_shifted() -> None:
    assert stability_index([0.1, 0.5, 0.9], [0.1, 0.5, 0.9], bins=10) == pytest.approx(0)


def test_it_equals_the_textbook_sum_over_two_bins() -> None:
    before, recent = [0.1] * 50 + [0.9] * 50, [0.1] * 20 + [0.9] * 80
    old, new = (50.5 / 101, 50.5 / 101), (20.5 / 101, 80.5 / 101)
    expected = sum((b - a) * math.log(b / a) for a, b in zip(old, new, strict=True))
    assert stability_index(before, recent, bins=2) == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("seed", range(20))
def test_chance_alone_stays_below_the_threshold_at_200_contacts(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # not a secret
    before = [chance.betavariate(1, 6) for _ in range(800)]
    recent = [chance.betavariate(1, 6) for _ in range(200)]
    assert stability_index(before, recent, bins=10) < 0.25


@pytest.mark.parametrize("seed", range(5))
def test_another_population_passes_the_threshold(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # not a secret
    before = [chance.betavariate(1, 6) for _ in range(800)]
    recent = [chance.betavariate(2, 4) for _ in range(200)]
    assert stability_index(before, recent, bins=10) > 0.25


def test_a_score_that_was_always_the_same_and_moves_is_seen() -> None:
    assert stability_index([0.5] * 300, [0.2] * 300, bins=10) > 1
    assert stability_index([0.5] * 300, [0.7] * 300, bins=10) > 1


@given(SCORES, SCORES)
def test_it_is_a_number_and_never_negative(before: list[float], recent: list[float]) -> None:
    found = stability_index(before, recent, bins=10)
    assert math.isfinite(found)
    assert found >= -1e-12


def test_a_missing_number_stops_the_start() -> None:
    given_numbers = numbers()
    given_numbers.pop("drift")
    with pytest.raises(ConfigurationError):
        QualityPolicy.from_numbers(given_numbers)


def test_an_answer_that_would_ask_for_less_than_elevated_stops_the_start() -> None:
    given_numbers = numbers()
    given_numbers["screening"] = {"refused_level": "routine", "asks": {}}
    with pytest.raises(ConfigurationError, match="less than elevated"):
        QualityPolicy.from_numbers(given_numbers)
