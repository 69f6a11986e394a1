"""What an answer of a model must look like before it may weigh; a NaN compared with a threshold would say "calm"."""

import math
from typing import Any

from hotline.triage.lexicon import HEADS
from hotline.triage.policy import STEPS

NUMBERS = frozenset({*STEPS, *HEADS})
"""The names that every answer must hold."""


def checked(scores: Any) -> tuple[dict[str, float] | None, str | None]:
    """The scores, or why they cannot be trusted."""
    if not isinstance(scores, dict) or not set(scores) >= NUMBERS:
        return None, "model answered in a wrong shape"
    for value in scores.values():
        if isinstance(value, bool) or not isinstance(value, float | int):
            return None, "model answered in a wrong type"
        if not (math.isfinite(value) and 0.0 <= value <= 1.0):
            return None, "model answered no probability"
    return {str(name): float(value) for name, value in scores.items()}, None
