"""What must be read again, by when, by how many, and what its points say; pure, so that nobody reviews by mood."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from hotline.domain.errors import ConfigurationError, InvalidInput

_SLICES = 10_000
CLOSE_ENOUGH = 1
"""Two raters agree about an item when their points differ by no more."""


class Why(StrEnum):
    """Why a contact must be read again."""

    IMMINENT = "imminent"
    DISPATCH = "dispatch"
    ABANDONED = "abandoned"
    URGENT = "urgent"
    OVERRIDE = "override"
    SAMPLE = "sample"
    WEEKLY = "weekly"


class Item(StrEnum):
    """What is looked at, each with 0 to :attr:`ReviewPolicy.points` points, or left out where it does not apply."""

    WELCOME = "welcome"
    LISTENING = "listening"
    ASKED = "asked"
    LEVEL = "level"
    SAFETY = "safety"
    ESCALATION = "escalation"
    LIMITS = "limits"
    NEXT_STEP = "next_step"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """``config/review_policy.toml`` without its sources; see there for unit, source and signer of each number."""

    version: str
    due: Mapping[Why, timedelta]
    claim_lapses: timedelta
    sample_share: float
    double_share: float
    approval_lasts: timedelta
    points: int
    pass_share: float

    @classmethod
    def from_numbers(cls, numbers: Mapping[str, Any]) -> "ReviewPolicy":
        """Build from the file with its numbers unwrapped; raises ``ConfigurationError``."""
        try:
            return cls(
                version=str(numbers["version"]),
                due={why: timedelta(hours=float(numbers["due"][why.value])) for why in Why},
                claim_lapses=timedelta(hours=float(numbers["claim"]["lapses"])),
                sample_share=float(numbers["draw"]["sample_share"]),
                double_share=float(numbers["draw"]["double_share"]),
                approval_lasts=timedelta(hours=float(numbers["training_sets"]["approval_lasts"])),
                points=int(numbers["rubric"]["points"]),
                pass_share=float(numbers["rubric"]["pass_share"]),
            )
        except (KeyError, TypeError, ValueError) as trouble:
            raise ConfigurationError(f"review_policy.toml is incomplete or malformed: {trouble!r}") from trouble


def drawn(salt: str, contact_id: str, share: float) -> bool:
    """Whether chance picks this contact; the same answer each time, and nobody can choose an id that is spared."""
    digest = hashlib.sha256(f"{salt}:{contact_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _SLICES < share * _SLICES


def check_scores(policy: ReviewPolicy, given: Mapping[Item, int]) -> dict[str, int]:
    """The points by item name; raises ``InvalidInput`` for none at all or points outside the scale."""
    for item, points in given.items():
        if not 0 <= points <= policy.points:
            raise InvalidInput(f"an item has 0 to {policy.points} points", field=item.value)
    if not given:
        raise InvalidInput("at least one item is rated", field="scores")
    return {item.value: given[item] for item in Item if item in given}


def share_of(policy: ReviewPolicy, scores: Mapping[str, int]) -> float:
    """Points reached of those that could be had, 0 to 1, over the items that were rated."""
    return sum(scores.values()) / (policy.points * len(scores))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How two raters agree over ``items`` items rated twice: share within a point, and quadratic weighted kappa.

    ``kappa`` is ``None`` while both gave the same points everywhere: chance then explains everything and nothing.
    """

    items: int
    close: float
    kappa: float | None


def agreement(policy: ReviewPolicy, pairs: Sequence[tuple[Mapping[str, int], Mapping[str, int]]]) -> Agreement | None:
    """Agreement over reviews rated by two people; ``None`` without any.

    Kappa with quadratic weights: J. Cohen, Weighted kappa, Psychological Bulletin 70 (1968).
    """
    both = [(one[name], other[name]) for one, other in pairs for name in one if name in other]
    if not both:
        return None
    close = sum(abs(a - b) <= CLOSE_ENOUGH for a, b in both) / len(both)
    return Agreement(len(both), close, _kappa(both, policy.points))


def _kappa(both: Sequence[tuple[int, int]], most: int) -> float | None:
    seen = sum((a - b) ** 2 for a, b in both) / len(both)
    by_chance = sum((a - b) ** 2 for a, _ in both for _, b in both) / len(both) ** 2
    return None if by_chance == 0 or most == 0 else 1 - seen / by_chance
