"""The trained model as plain arrays; a call of the whole scikit-learn pipeline would keep a waiting person waiting.

A message is scored as a direct sparse dot product: its n-grams, words and named features are looked up in the model's
own vocabulary and their weights are summed, for each head and for each unit of a small net. It agrees with
scikit-learn's own answer to 1e-6 (tested).
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hotline.triage.lexicon import HEADS
from hotline.triage.scorer.grams import LATIN, Rows, gram_codes, runs_of, spaced, word_grams, word_spans
from hotline.triage.scorer.kinds import Kinds, kind_code
from hotline.triage.scorer.net import Net

ANY_RISK = "any_risk"
"""The head over all dangers; its score is the mean of its own probability and that of at least one single danger."""

NESTED = (("urgent", ANY_RISK), ("imminent", "urgent"))
"""Steps of severity that cannot be likelier than the wider one they are part of."""

COVERAGE = "coverage"
"""Beside the heads, a score says which share (0-1) of the text's n-grams the model knows."""

Floats = npt.NDArray[np.float64]
Part = tuple[str, AbstractSet[str]]
Stretch = tuple[int, int] | tuple[int, int, Any]
"""Where a feature stands in a text, ``text[start:end]``."""
Standing = tuple[int, float, Sequence[Stretch]]
"""The row of a feature in a text, how much it counts there, and the stretches it stands on."""
_SURE = 60.0
_NOTHING = (np.zeros(0, dtype=np.intp), np.zeros(0))
_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Model:
    """Everything needed to score: vocabularies, weights, intercepts and calibration per head.

    A score is the mean of a linear model's and of a net's; ``weights`` (features x heads and units) holds the linear
    ones and those of the net's units side by side, since a look into memory costs more than the sum.

    ``grams`` holds the sorted 64-bit numbers of the known character n-grams (of ``sizes``), row by row; ``words``
    and ``features`` give the rows of the others. ``idf`` are the inverse document frequencies of grams and words;
    ``kinds`` is the table of word kinds, whose features the model finds by itself; ``kind_rows`` are the rows of those
    by number. ``joints`` (3 x heads) calibrate a text of several passages: what the whole counts, what the highest
    passage counts, and an offset.
    """

    name: str
    heads: tuple[str, ...]
    sizes: range
    grams: npt.NDArray[np.uint64]
    words: Mapping[str, int]
    features: Mapping[str, int]
    kind_rows: Mapping[int, int]
    idf: Floats
    weights: npt.NDArray[np.float32]
    intercepts: Floats
    net: Net
    slopes: Floats
    offsets: Floats
    joints: Floats
    kinds: Kinds

    def score(self, text: str, features: AbstractSet[str], parts: Sequence[Part] = ()) -> dict[str, float]:
        """Probabilities 0-1 by head, and the coverage, for one normalised text and its named features.

        ``parts`` are the passages of a longer text with the named features of each; one of them may tell what the
        whole, thinned out by everything else, does not.
        """
        logits, coverage = self.logits(text, features, parts)
        return settled(self.heads, logits, coverage)

    def logits(self, text: str, features: AbstractSet[str], parts: Sequence[Part] = ()) -> tuple[Floats, float]:
        """Calibrated log-odds by head and the coverage, for the same text."""
        raw, coverage = self._raw(text, features)
        if not parts:
            return self.slopes * raw + self.offsets, coverage
        best = np.max([self._raw(*part)[0] for part in parts], axis=0)
        whole, most, offset = self.joints
        return np.asarray(whole * raw + most * best + offset), coverage

    def _raw(self, text: str, features: AbstractSet[str]) -> tuple[Floats, float]:
        """Uncalibrated log-odds by head, the mean of the linear model's and the net's, and the coverage."""
        linear, units, coverage = self._sums(text, features)
        return np.asarray((linear + self.intercepts + self.net.logits(units)) / 2.0), coverage

    def _sums(self, text: str, features: AbstractSet[str]) -> tuple[Floats, Floats, float]:
        """The summed weights by head and by unit, and the coverage."""
        rows, values, coverage = self._characters(spaced(text))
        on = [*filter(None, map(self.features.get, features))]  # row 0 is an n-gram's, so none of these is nothing
        on += filter(None, map(self.kind_rows.get, self.kinds.codes(text)))
        words, worth = self._words(text) if LATIN.search(text) else _NOTHING
        every = np.concatenate((rows, words, np.array(on, dtype=np.intp)))
        counts = np.ones(len(every), dtype=np.float32)
        counts[: len(rows)], counts[len(rows) : len(rows) + len(words)] = values, worth
        sums = (counts @ self.weights.take(every, axis=0)).astype(np.float64)
        return sums[: len(self.heads)], sums[len(self.heads) :], coverage

    def _characters(self, framed: str) -> tuple[Rows, Floats, float]:
        """The rows of a framed text's known n-grams, their TF-IDF values, and the share of its n-grams known."""
        codes = gram_codes(framed, self.sizes).ravel()
        codes.sort()
        found, known = self._known(codes)
        places = found[known]
        starts, times = runs_of(places)
        rows = places[starts]
        grams = sum(max(0, len(framed) - size + 1) for size in self.sizes)
        return rows, self._weighed(rows, times), len(places) / max(grams, 1)

    def _known(self, codes: npt.NDArray[np.uint64]) -> tuple[Rows, npt.NDArray[np.bool_]]:
        """Where each n-gram stands or would stand among the known ones, and whether it is one of them."""
        places = self.grams.searchsorted(codes)
        return places, self.grams.take(places, mode="clip") == codes

    def _words(self, text: str) -> tuple[Rows, Floats]:
        counts = Counter(filter(None, map(self.words.get, word_grams(text))))  # row 0 is an n-gram's
        rows = np.fromiter(counts, dtype=np.intp, count=len(counts))
        return rows, self._weighed(rows, np.fromiter(counts.values(), dtype=np.intp, count=len(counts)))

    def _weighed(self, rows: Rows, times: Rows) -> Floats:
        values = (1.0 + np.log(times)) * self.idf.take(rows)
        length = math.sqrt(float(values @ values))
        return np.asarray(values / length) if length else values

    def leanings(
        self, text: str, heads: Collection[str], features: AbstractSet[str], named: Mapping[str, Sequence[Stretch]]
    ) -> dict[str, list[float]]:
        """How much each character of a normalised text speaks for each of these heads: a list of log-odds per head.

        What the net says is taken as it would change by a little more of each word.

        ``features`` are those that the text was scored with; ``named`` gives the stretches that some of them stand on.
        Every feature's part is spread over the characters it covers.

        Raises:
            ValueError: the model has no such head.

        """
        columns = [self.heads.index(head) for head in heads]
        standing = self._standing(text, named)
        rows, starts, ends = standing[:, [0, 2, 3]].astype(np.intp).T
        toward, size = self.toward(rows, self._sums(text, features)[1]), len(text) + 3
        each = (toward[:, columns] * standing[:, [1]]).T
        change = [np.bincount(starts, part, size) - np.bincount(ends, part, size) for part in each]
        return {head: one.cumsum()[1:-2].tolist() for head, one in zip(heads, change, strict=True)}

    def toward(self, rows: Rows, units: Floats) -> Floats:
        """What these features say (features x heads, log-odds) in a text whose unit weights sum up to ``units``."""
        weights = self.weights[rows]
        heads, pulls = weights[:, : len(self.heads)], self.net.pull(units)
        return np.asarray((heads + weights[:, len(self.heads) :] @ pulls) / 2.0)

    def _standing(self, text: str, named: Mapping[str, Sequence[Stretch]]) -> Floats:
        """Every stretch that a feature stands on in the framed text, stretches x 4.

        The columns are the feature's row, what it counts for each character there, where it starts and where it ends.
        """
        rows, values = self._words(text)
        worth = dict(zip(rows.tolist(), values.tolist(), strict=True))
        words = ((self.words.get(gram), ((start, end),)) for gram, start, end in word_spans(text))
        found: list[Standing] = [(row, worth[row], spans) for row, spans in words if row is not None]
        places = ((self._row(name), spans) for name, spans in {**named, **self.kinds.placed(text)}.items())
        found += ((row, 1.0, spans) for row, spans in places if row is not None)
        each = [
            (row, value / len(spans) / (end - start), start + 1, end + 1)
            for row, value, spans in found
            for start, end, *_ in spans
        ]
        grams = self._standing_grams(f" {_SPACE.sub(' ', text)} ")
        return np.vstack([grams, each]) if each else grams

    def _standing_grams(self, framed: str) -> Floats:
        """The same of the n-grams."""
        places, known = self._known(gram_codes(framed, self.sizes))
        starts, sizes = known.nonzero()
        rows, back, times = np.unique(places[known], return_inverse=True, return_counts=True)
        lengths = sizes + self.sizes[0]
        return np.column_stack([rows[back], self._weighed(rows, times)[back] / lengths, starts, starts + lengths])

    def _row(self, feature: str) -> int | None:
        code = kind_code(feature)
        return self.features.get(feature) if code is None else self.kind_rows.get(code)


def settled(heads: Sequence[str], logits: Floats, coverage: float) -> dict[str, float]:
    """Probabilities 0-1 by head from log-odds: any risk averaged with at least one danger, steps nested."""
    scores = {head: _probability(logit) for head, logit in zip(heads, logits.tolist(), strict=True)}
    none = math.prod(1.0 - scores[head] for head in HEADS)
    scores[ANY_RISK] = (scores[ANY_RISK] + 1.0 - none) / 2.0
    for step, wider in NESTED:
        scores[step] = min(scores[step], scores[wider])
    scores[COVERAGE] = coverage
    return scores


def _probability(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit)) if logit > -_SURE else 0.0
