"""What both readings of a message say together; the second one alone knows no rule, and the first no sentence."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hotline.domain.errors import ModelRefused
from hotline.triage.scorer.kinds import Kinds
from hotline.triage.scorer.model import Model, Part, Stretch, settled
from hotline.triage.scorer.reader import Reader, read_reader

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Twice:
    """The n-gram model and the sentence reader, weighed against each other for every head.

    ``shares`` (3 x heads) are what the first's log-odds count, what the second's count, and an offset, learnt by a
    logistic regression on rows that neither had seen.
    """

    first: Model
    second: Reader
    shares: Floats

    @property
    def name(self) -> str:
        """The versions of both."""
        return f"{self.first.name}+{self.second.name}"

    @property
    def kinds(self) -> Kinds:
        """The first's table of word kinds."""
        return self.first.kinds

    def score(self, text: str, features: AbstractSet[str], parts: Sequence[Part] = ()) -> dict[str, float]:
        """Probabilities 0-1 by head, and the coverage, for one normalised text; see :meth:`Model.score`."""
        logits, coverage = self.first.logits(text, features, parts)
        mine, theirs, offset = self.shares
        return settled(self.first.heads, mine * logits + theirs * self.second.logits(text) + offset, coverage)

    def leanings(
        self, text: str, heads: Collection[str], features: AbstractSet[str], named: Mapping[str, Sequence[Stretch]]
    ) -> dict[str, list[float]]:
        """How much each character speaks for each of these heads in both; see :meth:`Model.leanings`."""
        first, second = self.first.leanings(text, heads, features, named), self.second.leanings(text, heads)
        found = {}
        for head in heads:
            column = self.first.heads.index(head)
            mine, theirs = self.first.slopes[column] * self.shares[0, column], self.shares[1, column]
            found[head] = (mine * np.array(first[head]) + theirs * np.array(second[head])).tolist()
        return found


def read_twice(first: Model, name: str, arrays: Mapping[str, npt.NDArray[Any]]) -> Twice:
    """This model with the reader of these arrays (see :func:`read_reader`) and their ``shares``.

    Raises:
        ModelRefused: the arrays do not fit together or to the model, or hold a number that is not finite.

    """
    shares = arrays["shares"].astype(np.float64)
    if shares.shape != (3, len(first.heads)) or not bool(np.isfinite(shares).all()):
        raise ModelRefused("The shares of both readings do not fit the model.")
    return Twice(first, read_reader(name, first.heads, arrays), shares)
