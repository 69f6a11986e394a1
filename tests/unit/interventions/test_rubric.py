"""Points, marks and agreement, on paper."""

import pytest

from hotline.domain.errors import ConfigurationError, InvalidInput
from hotline.interventions.rubric import Item, ReviewPolicy, agreement, check_scores, drawn, share_of
from hotline.settings import Settings

NUMBERS = Settings.load({}).policy_values("review_policy")
POLICY = ReviewPolicy.from_numbers(NUMBERS)


def test_what_did_not_apply_counts_neither_way() -> None:
    assert share_of(POLICY, {"welcome": 4, "asked": 2}) == 0.75
    assert check_scores(POLICY, {Item.ASKED: 2, Item.WELCOME: 4}) == {"welcome": 4, "asked": 2}
    for bad in ({}, {Item.ASKED: 5}):
        with pytest.raises(InvalidInput):
            check_scores(POLICY, bad)


def test_chance_draws_its_share_and_always_the_same() -> None:
    ids = [f"{number:032x}" for number in range(20_000)]
    first = [drawn("sample", one, 0.1) for one in ids]
    assert sum(first) / len(ids) == pytest.approx(0.1, abs=0.01)
    assert first == [drawn("sample", one, 0.1) for one in ids]
    assert not any(drawn("sample", one, 0.0) for one in ids[:100])
    assert all(drawn("sample", one, 1.0) for one in ids[:100])


def test_agreement_of_two_raters_is_that_of_the_textbook() -> None:
    """By hand: squared differences 0, 1, 4 give a mean of 5/3; by chance the mean over all nine pairs is 32/9."""
    pairs = [({"welcome": 0, "asked": 2, "level": 4}, {"welcome": 0, "asked": 1, "level": 2})]
    found = agreement(POLICY, pairs)
    assert found is not None
    assert (found.items, found.close) == (3, 2 / 3)
    by_chance = sum((a - b) ** 2 for a in (0, 2, 4) for b in (0, 1, 2)) / 9
    assert found.kappa == pytest.approx(1 - (5 / 3) / by_chance)
    assert agreement(POLICY, []) is None
    same = agreement(POLICY, [({"welcome": 4}, {"welcome": 4})])
    assert same is not None
    assert same.kappa is None


def test_a_policy_that_lacks_a_number_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        ReviewPolicy.from_numbers({**NUMBERS, "due": {}})
