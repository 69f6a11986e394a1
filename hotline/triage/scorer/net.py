"""The hidden layer of the model: what several words say only in company, which a sum over single words cannot."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_MOST_STEPS = 127
_AT_ONCE = 8192


@dataclass(frozen=True, slots=True)
class Net:
    """What the units of tanh say for every head (scikit-learn's ``MLPClassifier``), from their summed weights.

    ``thresholds`` is a number per unit, ``outputs`` units x heads, ``intercepts`` a number per head.
    """

    thresholds: Floats
    outputs: Floats
    intercepts: Floats

    def logits(self, sums: Floats) -> Floats:
        """Log-odds by head from the summed unit weights of a text."""
        return np.asarray(np.tanh(sums + self.thresholds) @ self.outputs + self.intercepts)

    def pull(self, sums: Floats) -> Floats:
        """How much a little more of each unit's sum would move each head (units x heads), where the text stands now."""
        bend = 1.0 - np.tanh(sums + self.thresholds) ** 2
        return np.asarray(bend[:, np.newaxis] * self.outputs)


def unpacked(steps: npt.NDArray[np.int8], most: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Unit weights (features x units) from the 255 steps they are kept in; small weights stand closer together.

    ``most`` is the largest weight of each unit; the step is the square root of the weight's share of it.
    """
    return np.asarray(_SHARES.take(steps.view(np.uint8)) * most.astype(np.float32))


def side_by_side(
    weights: npt.NDArray[np.floating], steps: npt.NDArray[np.int8], most: npt.NDArray[np.floating]
) -> npt.NDArray[np.float32]:
    """The linear weights (features x heads) and the unpacked ones of the units beside them, features x both.

    Filled some thousand rows at a time; one array for all units in between would cost as much again.
    """
    heads = weights.shape[1]
    both = np.empty((len(weights), heads + steps.shape[1]), dtype=np.float32)
    both[:, :heads] = weights
    for start in range(0, len(steps), _AT_ONCE):
        both[start : start + _AT_ONCE, heads:] = unpacked(steps[start : start + _AT_ONCE], most)
    return both


def _shares(steps: npt.NDArray[np.int8]) -> npt.NDArray[np.float32]:
    parts = steps * np.float32(1 / _MOST_STEPS)
    return np.asarray(parts * np.abs(parts))


_SHARES = _shares(np.arange(256, dtype=np.uint8).view(np.int8))
"""The share that each byte stands for."""


def packed(weights: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """The nearest steps to these unit weights, and the largest of each unit; see :func:`unpacked`."""
    most = np.maximum(np.abs(weights).max(axis=0), np.float32(1e-9)).astype(np.float32)
    return np.rint(_MOST_STEPS * np.sign(weights) * np.sqrt(np.abs(weights) / most)).astype(np.int8), most
