"""The trained model as plain arrays, opened only when its hash is the one that was signed; a swapped file would decide.

A message is scored as a direct sparse dot product: n-grams become 64-bit numbers, a binary search finds those the
model knows, and their weights are summed. It agrees with scikit-learn's own pipeline to 1e-6 (tested).
"""

import hashlib
import io
import json
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from hotline.domain.errors import ModelRefused

FORMAT = 1
"""The layout of manifest and arrays that this code understands."""

Floats = npt.NDArray[np.float64]
_LATIN = re.compile(r"[A-Za-z0-9]+")
BASE = 1_099_511_628_211
"""Multiplier of the n-gram numbers (the FNV prime); the training script numbers its vocabulary with the same."""


@dataclass(frozen=True, slots=True)
class Grams:
    """A vocabulary of character n-grams: sorted 64-bit numbers and their inverse document frequencies."""

    codes: npt.NDArray[np.uint64]
    idf: Floats
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Model:
    """Everything needed to score: vocabularies, weights (features x heads), intercepts and calibration per head."""

    name: str
    heads: tuple[str, ...]
    characters: Grams
    words: Mapping[str, int]
    word_idf: Floats
    rule_features: Mapping[str, int]
    weights: Floats
    intercepts: Floats
    slopes: Floats
    offsets: Floats

    def score(self, text: str, features: AbstractSet[str]) -> dict[str, float]:
        """Probabilities 0-1 by head for one normalised text and its rule features."""
        total = self.intercepts.copy()
        at = 0
        for columns, values in (self._characters(text), self._words(text)):
            if len(columns):
                total += values @ self.weights[at + columns]
            at = len(self.characters.codes)
        at += len(self.word_idf)
        on = [at + self.rule_features[name] for name in features if name in self.rule_features]
        if on:
            total += self.weights[on].sum(axis=0)
        calibrated = 1.0 / (1.0 + np.exp(-np.clip(self.slopes * total + self.offsets, -60.0, 60.0)))
        return dict(zip(self.heads, calibrated.tolist(), strict=True))

    def _characters(self, text: str) -> tuple[npt.NDArray[np.intp], Floats]:
        grams = self.characters
        codes = gram_codes(text, grams.lowest, grams.highest)
        places = np.searchsorted(grams.codes, codes)
        places[places == len(grams.codes)] = 0
        known = places[grams.codes[places] == codes] if len(grams.codes) else places[:0]
        columns, counts = np.unique(known, return_counts=True)
        return columns, _unit((1.0 + np.log(counts)) * grams.idf[columns])

    def _words(self, text: str) -> tuple[npt.NDArray[np.intp], Floats]:
        counts: dict[int, int] = {}
        for gram in word_grams(text):
            column = self.words.get(gram)
            if column is not None:
                counts[column] = counts.get(column, 0) + 1
        columns = np.fromiter(counts, dtype=np.intp, count=len(counts))
        times = np.fromiter(counts.values(), dtype=np.float64, count=len(counts))
        return columns, _unit((1.0 + np.log(times)) * self.word_idf[columns])


def _unit(values: Floats) -> Floats:
    length = float(np.sqrt(values @ values))
    return values / length if length else values


def spaced(text: str) -> str:
    """The text as n-grams see it: white space as one space, framed by a space at both ends."""
    return f" {' '.join(text.split())} "


def gram_codes(text: str, lowest: int, highest: int) -> npt.NDArray[np.uint64]:
    """A 64-bit number for every character n-gram of ``lowest`` to ``highest`` characters, in no useful order."""
    points = np.frombuffer(spaced(text).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(
        np.uint64
    ) + np.uint64(1)
    codes = np.zeros(len(points), dtype=np.uint64)
    gathered = []
    for size in range(1, min(highest, len(points)) + 1):
        length = len(points) - size + 1
        codes = codes[:length] * np.uint64(BASE) + points[size - 1 : size - 1 + length]
        if size >= lowest:
            gathered.append(codes)
    return np.concatenate(gathered) if gathered else codes[:0]


def word_grams(text: str) -> list[str]:
    """Single Latin words and pairs of neighbours, as the word vocabulary counts them."""
    words = _LATIN.findall(text)
    return words + [f"{first} {second}" for first, second in pairwise(words)]


def load_model(models_dir: Path) -> Model:
    """The model that ``manifest.json`` in this folder names.

    Raises:
        ModelRefused: a file is missing, altered, malformed, of an unknown format, holds a number that is not finite,
            or the recorded results are below the floor it was signed with.

    """
    try:
        manifest = json.loads((models_dir / "manifest.json").read_text("utf-8"))
        _check_manifest(manifest)
        entry = manifest["runtime"]
        content = (models_dir / Path(entry["file"]).name).read_bytes()
        _check_hash(content, entry["sha256"])
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return _checked(_assemble(manifest, {name: arrays[name] for name in arrays.files}))
    except ModelRefused:
        raise
    except Exception as error:
        raise ModelRefused(f"The model cannot be opened: {type(error).__name__}.") from error


def _check_hash(content: bytes, signed: str) -> None:
    if hashlib.sha256(content).hexdigest() != signed:
        raise ModelRefused("The model's arrays do not have the hash of the manifest.")


def _check_manifest(manifest: Mapping[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise ModelRefused("The model is of a format that this program does not know.")
    for name, floor in manifest["floors"].items():
        if not float(manifest["results"][name]) >= float(floor):
            raise ModelRefused(f"The model's recorded {name} is below its floor.")


def _assemble(manifest: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]) -> Model:
    lowest, highest = (int(size) for size in manifest["character_ngrams"])
    return Model(
        name=str(manifest["name"]),
        heads=tuple(map(str, manifest["heads"])),
        characters=Grams(
            arrays["gram_codes"].astype(np.uint64), arrays["gram_idf"].astype(np.float64), lowest, highest
        ),
        words={str(word): column for column, word in enumerate(arrays["words"].tolist())},
        word_idf=arrays["word_idf"].astype(np.float64),
        rule_features={str(name): column for column, name in enumerate(manifest["rule_features"])},
        weights=np.ascontiguousarray(arrays["weights"].astype(np.float64)),
        intercepts=arrays["intercepts"].astype(np.float64),
        slopes=arrays["slopes"].astype(np.float64),
        offsets=arrays["offsets"].astype(np.float64),
    )


def _checked(model: Model) -> Model:
    rows = len(model.characters.codes) + len(model.word_idf) + len(model.rule_features)
    heads = len(model.heads)
    shapes = [
        model.weights.shape == (rows, heads),
        len(model.characters.idf) == len(model.characters.codes),
        len(model.words) == len(model.word_idf),
        bool(np.all(model.characters.codes[1:] > model.characters.codes[:-1])),
        *(each.shape == (heads,) for each in (model.intercepts, model.slopes, model.offsets)),
    ]
    if not all(shapes):
        raise ModelRefused("The model's arrays do not fit together.")
    numbers = (model.weights, model.intercepts, model.slopes, model.offsets, model.characters.idf, model.word_idf)
    if not all(bool(np.isfinite(each).all()) for each in numbers):
        raise ModelRefused("The model holds a number that is not finite.")
    return model
