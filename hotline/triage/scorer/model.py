"""The trained model as plain arrays, opened only when its hash is the one that was signed; a swapped file would decide.

A message is scored as a direct sparse dot product: its n-grams, words and named features are looked up in the model's
own vocabulary and their weights are summed, for each head and for each unit of a small net. It agrees with
scikit-learn's own answer to 1e-6 (tested).
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
from itertools import accumulate
from operator import add
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hotline.domain.errors import ModelRefused
from hotline.triage.lexicon import HEADS
from hotline.triage.scorer.grams import LATIN, Rows, gram_codes, runs_of, spaced, word_grams, word_spans
from hotline.triage.scorer.kinds import Kinds, kind_code, read_kinds
from hotline.triage.scorer.net import Net

FORMAT = 6
"""The layout of manifest and arrays that this code understands."""

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
_NET = ("unit_most", "thresholds", "outputs", "output_intercepts")
_SURE = 60.0
_NOTHING = (np.zeros(0, dtype=np.intp), np.zeros(0))
_SPACE = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class Model:
    """Everything needed to score: vocabularies, weights, intercepts and calibration per head.

    A score is the mean of a linear model's and of a net's; ``weights`` (features x heads) are the linear ones.

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
        raw, coverage = self._raw(text, features)
        logits = self.slopes * raw + self.offsets
        if parts:
            best = np.max([self._raw(*part)[0] for part in parts], axis=0)
            whole, most, offset = self.joints
            logits = whole * raw + most * best + offset
        scores = {head: _probability(logit) for head, logit in zip(self.heads, logits.tolist(), strict=True)}
        none = math.prod(1.0 - scores[head] for head in HEADS)
        scores[ANY_RISK] = (scores[ANY_RISK] + 1.0 - none) / 2.0
        for step, wider in NESTED:
            scores[step] = min(scores[step], scores[wider])
        scores[COVERAGE] = coverage
        return scores

    def _raw(self, text: str, features: AbstractSet[str]) -> tuple[Floats, float]:
        """Uncalibrated log-odds by head, the mean of the linear model's and the net's, and the coverage."""
        linear, units, coverage = self._sums(text, features)
        return np.asarray((linear + self.intercepts + self.net.logits(units)) / 2.0), coverage

    def _sums(self, text: str, features: AbstractSet[str]) -> tuple[Floats, Floats, float]:
        """The summed weights by head and by unit, and the coverage."""
        rows, values, coverage = self._characters(spaced(text))
        on = [row for row in map(self.features.get, features) if row is not None]
        on += [row for row in map(self.kind_rows.get, self.kinds.codes(text)) if row is not None]
        words, worth = self._words(text) if LATIN.search(text) else _NOTHING
        every = np.concatenate((rows, words, np.array(on, dtype=np.intp)))
        counts = np.concatenate((values, worth, np.ones(len(on)))).astype(np.float32)
        linear, units = counts @ self.weights.take(every, axis=0), counts @ self.net.weights(every)
        return linear.astype(np.float64), units.astype(np.float64), coverage

    def _characters(self, framed: str) -> tuple[Rows, Floats, float]:
        """The rows of a framed text's known n-grams, their TF-IDF values, and the share of its n-grams known."""
        codes = gram_codes(framed, self.sizes).ravel()
        codes.sort()
        places = self._known(codes)
        starts, times = runs_of(places)
        rows = places[starts]
        grams = sum(max(0, len(framed) - size + 1) for size in self.sizes)
        return rows, self._weighed(rows, times), len(places) / max(grams, 1)

    def _known(self, codes: npt.NDArray[np.uint64]) -> Rows:
        places = self.grams.searchsorted(codes)
        return np.asarray(places[self.grams.take(places, mode="clip") == codes])

    def _words(self, text: str) -> tuple[Rows, Floats]:
        counts = Counter(row for row in map(self.words.get, word_grams(text)) if row is not None)
        rows = np.fromiter(counts, dtype=np.intp, count=len(counts))
        return rows, self._weighed(rows, np.fromiter(counts.values(), dtype=np.intp, count=len(counts)))

    def _weighed(self, rows: Rows, times: Rows) -> Floats:
        values = (1.0 + np.log(times)) * self.idf.take(rows)
        length = math.sqrt(float(values @ values))
        return np.asarray(values / length) if length else values

    def leanings(
        self, text: str, head: str, features: AbstractSet[str], named: Mapping[str, Sequence[Stretch]]
    ) -> list[float]:
        """How much each character of a normalised text speaks for a head, in log-odds.

        What the net says is taken as it would change by a little more of each word.

        ``features`` are those that the text was scored with; ``named`` gives the stretches that some of them stand on.
        Every feature's part is spread over the characters it covers.
        """
        column = self.heads.index(head)
        toward = Toward(self, column, self.net.pull(self._sums(text, features)[1], column))
        rows, values = self._words(text)
        worth_of = dict(zip(rows.tolist(), (values * toward.of(rows)).tolist(), strict=True))
        spread: list[tuple[float, Sequence[Stretch]]]
        spread = [(worth_of.get(self.words.get(gram), 0.0), [(start, end)]) for gram, start, end in word_spans(text)]
        places = {**named, **self.kinds.placed(text)}
        spread += [(self._weight(name, toward), spans) for name, spans in places.items()]
        change = [0.0] * (len(text) + 1)
        for part, spans in spread:
            for start, end, *_ in spans if part else ():
                each = part / len(spans) / (end - start)
                change[start] += each
                change[end] -= each
        grams = self._grams_lean(f" {_SPACE.sub(' ', text)} ", toward)[1:-1].tolist()
        return list(map(add, grams, accumulate(change)))

    def _grams_lean(self, framed: str, toward: "Toward") -> Floats:
        rows, values, _ = self._characters(framed)
        codes = gram_codes(framed, self.sizes)
        found = self.grams.searchsorted(codes)
        places, sizes = (self.grams.take(found, mode="clip") == codes).nonzero()
        worth = (values * toward.of(rows))[rows.searchsorted(found[places, sizes])]
        lengths = sizes + self.sizes[0]
        change = np.bincount(places, worth / lengths, minlength=len(framed) + 1)
        change -= np.bincount(places + lengths, worth / lengths, minlength=len(framed) + 1)
        return np.asarray(change.cumsum()[:-1])

    def _weight(self, feature: str, toward: "Toward") -> float:
        code = kind_code(feature)
        row = self.features.get(feature) if code is None else self.kind_rows.get(code)
        return 0.0 if row is None else float(toward.of(np.array([row]))[0])


@dataclass(frozen=True, slots=True)
class Toward:
    """What features say for one head where a text stands: ``pull`` is how much each unit of the net moves it."""

    model: Model
    column: int
    pull: Floats

    def of(self, rows: Rows) -> Floats:
        """Log-odds by feature."""
        return np.asarray((self.model.weights[rows, self.column] + self.model.net.weights(rows) @ self.pull) / 2.0)


def _probability(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit)) if logit > -_SURE else 0.0


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
    if arrays["units"].dtype != np.int8:
        raise ModelRefused("The net's weights are not kept in steps of a byte.")
    lowest, highest = (int(size) for size in manifest["character_ngrams"])
    grams, words, features = arrays["grams"], arrays["words"].tolist(), arrays["features"].tolist()
    first_word, first_feature = len(grams), len(grams) + len(words)
    first_kind = first_feature + len(features)
    return Model(
        name=str(manifest["name"]),
        heads=tuple(map(str, manifest["heads"])),
        sizes=range(lowest, highest + 1),
        grams=np.ascontiguousarray(grams.astype(np.uint64)),
        words={word: row for row, word in enumerate(words, start=first_word)},
        features={feature: row for row, feature in enumerate(features, start=first_feature)},
        kind_rows={code: row for row, code in enumerate(arrays["kind_codes"].tolist(), start=first_kind)},
        idf=arrays["idf"].astype(np.float64),
        weights=np.ascontiguousarray(arrays["weights"].astype(np.float32)),
        intercepts=arrays["intercepts"].astype(np.float64),
        net=Net(arrays["units"], *(arrays[name].astype(np.float64) for name in _NET)),
        slopes=arrays["slopes"].astype(np.float64),
        offsets=arrays["offsets"].astype(np.float64),
        joints=arrays["joints"].astype(np.float64),
        kinds=kinds,
    )


def _checked(model: Model) -> Model:
    heads, named = len(model.heads), len(model.features) + len(model.kind_rows)
    if not {*HEADS, *(step for pair in NESTED for step in pair)} <= set(model.heads):
        raise ModelRefused("The model lacks a head that the policy asks for.")
    units = len(model.net.thresholds)
    shapes = [
        model.weights.shape == (len(model.grams) + len(model.words) + named, heads),
        model.net.steps.shape == (len(model.weights), units),
        model.net.most.shape == model.net.thresholds.shape == (units,),
        model.net.outputs.shape == (units, heads),
        model.idf.shape == (len(model.grams) + len(model.words),),
        len(model.grams) > 0,
        bool(np.all(model.grams[1:] > model.grams[:-1])),
        *(each.shape == (heads,) for each in (model.intercepts, model.net.intercepts, model.slopes, model.offsets)),
        model.joints.shape == (3, heads),
    ]
    if not all(shapes):
        raise ModelRefused("The model's arrays do not fit together.")
    net = (model.net.most, model.net.thresholds, model.net.outputs, model.net.intercepts)
    numbers = (model.weights, model.intercepts, *net, model.slopes, model.offsets, model.joints, model.idf)
    if not all(bool(np.isfinite(each).all()) for each in numbers):
        raise ModelRefused("The model holds a number that is not finite.")
    return model
