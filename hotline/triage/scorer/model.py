"""The trained model as plain arrays, opened only when its hash is the one that was signed; a swapped file would decide.

A message is scored as a direct sparse dot product: its n-grams, words and named features are looked up in the model's
own vocabulary and their weights are summed. It agrees with scikit-learn's own pipeline to 1e-6 (tested).
"""

import hashlib
import io
import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hotline.domain.errors import ModelRefused
from hotline.triage.lexicon import HEADS
from hotline.triage.scorer.kinds import Kinds, read_kinds

FORMAT = 5
"""The layout of manifest and arrays that this code understands."""

ANY_RISK = "any_risk"
"""The head over all dangers; its score is the mean of its own probability and that of at least one single danger."""

NESTED = (("urgent", ANY_RISK), ("imminent", "urgent"))
"""Steps of severity that cannot be likelier than the wider one they are part of."""

COVERAGE = "coverage"
"""Beside the heads, a score says which share (0-1) of the text's n-grams the model knows."""

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Part = tuple[str, AbstractSet[str]]
_LATIN = re.compile(r"[A-Za-z0-9]+")
_SPACE = re.compile(r"\s")
_BASE, _ONE = np.uint64(1_099_511_628_211), np.uint64(1)


@dataclass(frozen=True, slots=True)
class Model:
    """Everything needed to score: vocabularies, weights (features x heads), intercepts and calibration per head.

    ``grams`` holds the sorted 64-bit numbers of the known character n-grams (of ``sizes``), row by row; ``words``
    and ``features`` give the rows of the others. ``idf`` are the inverse document frequencies of grams and words;
    ``kinds`` is the table of word kinds, whose features the model finds by itself. ``joints`` (3 x heads) calibrate a
    text of several passages: what the whole counts, what the highest passage counts, and an offset.
    """

    name: str
    heads: tuple[str, ...]
    sizes: range
    grams: npt.NDArray[np.uint64]
    words: Mapping[str, int]
    features: Mapping[str, int]
    idf: Floats
    weights: npt.NDArray[np.float32]
    intercepts: Floats
    slopes: Floats
    offsets: Floats
    joints: Floats
    kinds: Kinds

    def score(self, text: str, features: AbstractSet[str], parts: Sequence[Part] = ()) -> dict[str, float]:
        """Probabilities 0-1 by head, and the coverage, for one normalised text and its named features.

        ``parts`` are the passages of a longer text with the named features of each; one of them may tell what the
        whole, thinned out by everything else, does not.
        """
        total, coverage = self._total(text, features)
        logits = self.slopes * total + self.offsets
        if parts:
            best = np.max([self._total(*part)[0] for part in parts], axis=0)
            whole, most, offset = self.joints
            logits = whole * total + most * best + offset
        scores = {head: _probability(logit) for head, logit in zip(self.heads, logits.tolist(), strict=True)}
        none = math.prod(1.0 - scores[head] for head in HEADS)
        scores[ANY_RISK] = (scores[ANY_RISK] + 1.0 - none) / 2.0
        for step, wider in NESTED:
            scores[step] = min(scores[step], scores[wider])
        scores[COVERAGE] = coverage
        return scores

    def _total(self, text: str, features: AbstractSet[str]) -> tuple[Floats, float]:
        """The summed weights by head, uncalibrated, and the coverage."""
        rows, values, coverage = self._characters(spaced(text))
        named = features | self.kinds.features(text)
        on = [row for row in map(self.features.get, named) if row is not None]
        total = self.intercepts + values @ self.weights.take(rows, axis=0)
        total += self.weights.take(np.array(on, dtype=np.intp), axis=0).sum(axis=0, dtype=np.float64)
        if _LATIN.search(text):
            rows, values = self._words(text)
            total += values @ self.weights.take(rows, axis=0)
        return total, coverage

    def _characters(self, framed: str) -> tuple[Rows, Floats, float]:
        """The rows of a framed text's known n-grams, their TF-IDF values, and the share of its n-grams known."""
        codes = np.concatenate(gram_codes(framed, self.sizes))
        codes.sort()
        places = self._known(codes)
        if not len(places):
            return places, np.zeros(0), 0.0
        first = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1])))
        rows = places[first]
        return rows, self._weighed(rows, np.diff(np.append(first, len(places)))), len(places) / len(codes)

    def _known(self, codes: npt.NDArray[np.uint64]) -> Rows:
        places = np.searchsorted(self.grams, codes)
        places[places == len(self.grams)] = 0
        return places[self.grams[places] == codes] if len(self.grams) else places[:0]

    def _words(self, text: str) -> tuple[Rows, Floats]:
        counts = Counter(row for row in map(self.words.get, word_grams(text)) if row is not None)
        rows = np.fromiter(counts, dtype=np.intp, count=len(counts))
        return rows, self._weighed(rows, np.fromiter(counts.values(), dtype=np.intp, count=len(counts)))

    def _weighed(self, rows: Rows, times: Rows) -> Floats:
        values = (1.0 + np.log(times)) * self.idf.take(rows)
        length = math.sqrt(float(values @ values))
        return np.asarray(values / length) if length else values

    def leanings(self, text: str, head: str, named: Mapping[str, Sequence[tuple[int, int]]]) -> list[float]:
        """How much each character of a normalised text speaks for a head, in log-odds.

        ``named`` gives the stretches of the text that its named features stand on. Every feature's part is spread over
        the characters it covers.
        """
        column = self.heads.index(head)
        leaning = np.zeros(len(text) + 2)
        framed = f" {_SPACE.sub(' ', text)} "
        rows, values, _ = self._characters(framed)
        worth = values * self.weights[rows, column]
        for size, codes in zip(self.sizes, gram_codes(framed, self.sizes), strict=False):
            known = np.flatnonzero(np.isin(codes, self.grams[rows]))
            parts = worth[np.searchsorted(rows, np.searchsorted(self.grams, codes[known]))] / size
            for offset in range(size):
                np.add.at(leaning, known + offset, parts)
        leaning = leaning[1:-1]
        rows, values = self._words(text)
        worth_of = dict(zip(rows.tolist(), (values * self.weights[rows, column]).tolist(), strict=True))
        spread = [(worth_of.get(self.words.get(gram), 0.0), [(start, end)]) for gram, start, end in word_spans(text)]
        places = {**named, **self.kinds.placed(text)}
        spread += [(self._weight(name, column), list(spans)) for name, spans in places.items()]
        for part, spans in spread:
            for start, end in spans:
                leaning[start:end] += part / len(spans) / (end - start)
        return [float(each) for each in leaning]

    def _weight(self, feature: str, column: int) -> float:
        row = self.features.get(feature)
        return 0.0 if row is None else float(self.weights[row, column])


def _probability(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(60.0, max(-60.0, logit))))


def spaced(text: str) -> str:
    """The text as n-grams see it: white space as one space, framed by a space at both ends."""
    return f" {' '.join(text.split())} "


def gram_codes(framed: str, sizes: Sequence[int]) -> list[npt.NDArray[np.uint64]]:
    """For each size the 64-bit numbers of a text's n-grams, in order; :func:`code_of` numbers a single one."""
    points = np.frombuffer(framed.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64) + _ONE
    codes = np.zeros(len(points), dtype=np.uint64)
    found = []
    for size in range(1, min(max(sizes), len(points)) + 1):
        length = len(points) - size + 1
        codes = codes[:length] * _BASE + points[size - 1 : size - 1 + length]
        if size in sizes:
            found.append(codes)
    return found


def code_of(gram: str) -> np.uint64:
    """The 64-bit number of one n-gram."""
    code = 0
    for character in gram:
        code = (code * int(_BASE) + ord(character) + 1) % 2**64
    return np.uint64(code)


def word_grams(text: str) -> list[str]:
    """Latin words, runs of two and three, and pairs with one word between, as the word vocabulary counts them."""
    return _runs(_LATIN.findall(text))


def worded(text: str) -> str:
    """The text as the word vectoriser sees it."""
    return "|".join(word_grams(text))


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """The same with the stretch ``text[start:end]`` that each stands on."""
    spans = [match.span() for match in _LATIN.finditer(text)]
    pairs = [(start, end) for (start, _), (_, end) in pairwise(spans)]
    threes = [(start, end) for (start, _), (_, end) in zip(spans, spans[2:], strict=False)]
    grams = _runs([text[start:end] for start, end in spans])
    return [(gram, *span) for gram, span in zip(grams, [*spans, *pairs, *threes, *threes], strict=True)]


def _runs(words: list[str]) -> list[str]:
    pairs = [f"{first} {second}" for first, second in pairwise(words)]
    threes = [f"{pair} {third}" for pair, third in zip(pairs, words[2:], strict=False)]
    return [*words, *pairs, *threes, *(f"{first} _ {third}" for first, third in zip(words, words[2:], strict=False))]


def load_model(models_dir: Path) -> Model:
    """The model that ``manifest.json`` in this folder names.

    Raises:
        ModelRefused: a file is missing, altered, malformed, of an unknown format, holds a number that is not finite,
            or the recorded results are below the floor it was signed with.

    """
    try:
        manifest = json.loads((models_dir / "manifest.json").read_text("utf-8"))
        _check_manifest(manifest)
        kinds = read_kinds(_signed(models_dir, manifest["kinds"]))
        with np.load(io.BytesIO(_signed(models_dir, manifest["runtime"])), allow_pickle=False) as arrays:
            return _checked(_assemble(manifest, {name: arrays[name] for name in arrays.files}, kinds))
    except ModelRefused:
        raise
    except Exception as error:
        raise ModelRefused(f"The model cannot be opened: {type(error).__name__}.") from error


def _signed(models_dir: Path, entry: Mapping[str, str]) -> bytes:
    content = (models_dir / Path(entry["file"]).name).read_bytes()
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ModelRefused("The model's arrays do not have the hash of the manifest.")
    return content


def _check_manifest(manifest: Mapping[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise ModelRefused("The model is of a format that this program does not know.")
    for name, floor in manifest["floors"].items():
        if not float(manifest["results"][name]) >= float(floor):
            raise ModelRefused(f"The model's recorded {name} is below its floor.")


def _assemble(manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]], kinds: Kinds) -> Model:
    lowest, highest = (int(size) for size in manifest["character_ngrams"])
    grams, words, features = arrays["grams"], arrays["words"].tolist(), arrays["features"].tolist()
    first_word, first_feature = len(grams), len(grams) + len(words)
    return Model(
        name=str(manifest["name"]),
        heads=tuple(map(str, manifest["heads"])),
        sizes=range(lowest, highest + 1),
        grams=np.ascontiguousarray(grams.astype(np.uint64)),
        words={word: row for row, word in enumerate(words, start=first_word)},
        features={feature: row for row, feature in enumerate(features, start=first_feature)},
        idf=arrays["idf"].astype(np.float64),
        weights=np.ascontiguousarray(arrays["weights"].astype(np.float32)),
        intercepts=arrays["intercepts"].astype(np.float64),
        slopes=arrays["slopes"].astype(np.float64),
        offsets=arrays["offsets"].astype(np.float64),
        joints=arrays["joints"].astype(np.float64),
        kinds=kinds,
    )


def _checked(model: Model) -> Model:
    heads = len(model.heads)
    if not {*HEADS, *(step for pair in NESTED for step in pair)} <= set(model.heads):
        raise ModelRefused("The model lacks a head that the policy asks for.")
    shapes = [
        model.weights.shape == (len(model.grams) + len(model.words) + len(model.features), heads),
        len(model.idf) == len(model.grams) + len(model.words),
        bool(np.all(model.grams[1:] > model.grams[:-1])),
        *(each.shape == (heads,) for each in (model.intercepts, model.slopes, model.offsets)),
        model.joints.shape == (3, heads),
    ]
    if not all(shapes):
        raise ModelRefused("The model's arrays do not fit together.")
    numbers = (model.weights, model.intercepts, model.slopes, model.offsets, model.joints, model.idf)
    if not all(bool(np.isfinite(each).all()) for each in numbers):
        raise ModelRefused("The model holds a number that is not finite.")
    return model
