"""The numbers that watch over the triage, and how far its input has moved; unread drift is a model nobody checked."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hotline.domain.contact import Level
from hotline.domain.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class QualityPolicy:
    """``config/quality_policy.toml`` without its sources; see there for unit, source and signer of each number."""

    version: str
    least_judged: int
    confidence_z: float
    sample_size: int
    recent_days: int
    before_days: int
    least_scores: int
    bins: int
    shift: float
    screening: Mapping[str, Any]

    @classmethod
    def from_numbers(cls, numbers: Mapping[str, Any]) -> "QualityPolicy":
        """Build from the file with its numbers unwrapped.

        Raises:
            ConfigurationError: a number is missing, or a level is none of ours.

        """
        try:
            drift, report, screening = numbers["drift"], numbers["report"], numbers["screening"]
            levels = [Level(value) for value in (screening["refused_level"], *screening["asks"].values())]
            if min(level.rank for level in levels) < Level.ELEVATED.rank:
                raise ConfigurationError("quality_policy.toml: no answer may ask for less than elevated")
            return cls(
                version=str(numbers["version"]),
                least_judged=int(report["least_judged"]),
                confidence_z=float(report["confidence_z"]),
                sample_size=int(report["sample_size"]),
                recent_days=int(drift["recent_days"]),
                before_days=int(drift["before_days"]),
                least_scores=int(drift["least_scores"]),
                bins=int(drift["bins"]),
                shift=float(drift["shift"]),
                screening=screening,
            )
        except (KeyError, TypeError, ValueError) as trouble:
            raise ConfigurationError(f"quality_policy.toml is incomplete or malformed: {trouble!r}") from trouble


def stability_index(before: Sequence[float], recent: Sequence[float], *, bins: int) -> float:
    """Population stability index (PSI) of ``recent`` against ``before``; 0 for the same shape, no upper bound.

    The bins are quantiles of ``before``; a value so frequent that it fills a bin has one of its own. Half a score is
    added to every bin, so that an empty one gives a large number and not an infinite one. Both need a value at least.
    """
    edges = _edges(sorted(before), bins)
    were, are = _shares(sorted(before), edges), _shares(sorted(recent), edges)
    return sum((new - old) * math.log(new / old) for old, new in zip(were, are, strict=True))


def _edges(ordered: Sequence[float], bins: int) -> list[float]:
    """Where a bin begins: a value belongs to the bin of the last edge that is not above it."""
    found = set()
    for step in range(1, bins):
        cut = ordered[len(ordered) * step // bins]
        found.add(cut)
        if bisect_right(ordered, cut) - bisect_left(ordered, cut) > len(ordered) / bins:
            found.add(math.nextafter(cut, math.inf))
    return sorted(found)


def _shares(ordered: Sequence[float], edges: Sequence[float]) -> list[float]:
    places = [0, *(bisect_left(ordered, edge) for edge in edges), len(ordered)]
    total = len(ordered) + 0.5 * (len(edges) + 1)
    return [(end - start + 0.5) / total for start, end in pairwise(places)]
