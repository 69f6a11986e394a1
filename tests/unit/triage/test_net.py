"""What a net's weights are packed into must give back nearly what was learnt, and say how each unit pulls."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hotline.triage.scorer.net import Net, packed, side_by_side, unpacked

_WEIGHTS = arrays(np.float32, (5, 3), elements=st.floats(-4, 4, width=32))


@given(_WEIGHTS)
def test_packed_weights_come_back_within_a_hundredth_of_the_largest(weights: np.ndarray) -> None:
    steps, most = packed(weights)
    assert steps.dtype == np.int8
    assert np.abs(unpacked(steps, most) - weights).max() <= 0.01 * max(float(most.max()), 1e-6)


@given(_WEIGHTS)
def test_what_was_packed_once_stays_what_it_is(weights: np.ndarray) -> None:
    once = unpacked(*packed(weights))
    assert np.array_equal(unpacked(*packed(once)), once)


def test_a_pull_is_what_a_little_more_of_a_unit_changes() -> None:
    net = Net(
        np.array([0.1, -0.3]),
        np.array([[1.0, 0.5], [-2.0, 0.0]]),
        np.array([0.2, -0.2]),
    )
    sums, little = np.array([0.4, -0.1]), 1e-6
    for unit in range(2):
        more = sums + np.eye(2)[unit] * little
        moved = (net.logits(more) - net.logits(sums)) / little
        assert moved == pytest.approx(net.pull(sums)[unit].tolist(), abs=1e-5)


def test_linear_and_unit_weights_stand_side_by_side_in_every_row() -> None:
    random = np.random.default_rng(0)
    linear, learnt = random.normal(size=(20_000, 2)).astype(np.float16), random.normal(size=(20_000, 3))
    steps, most = packed(learnt.astype(np.float32))
    both = side_by_side(linear, steps, most)
    assert np.array_equal(both[:, :2], linear.astype(np.float32))
    assert np.array_equal(both[:, 2:], unpacked(steps, most))
