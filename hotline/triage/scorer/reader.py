"""A small sentence encoder as plain arrays: it reads a message as a whole, which sums over its words cannot.

Universal Sentence Encoder multilingual v3 (convolutions over word pieces; Cer et al. 2018, Yang et al. 2019), taught on
our own rows by ``models/reading.py``. One message takes milliseconds, so it reads in a worker and nobody waits for it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from hotline.domain.errors import ModelRefused
from hotline.triage.scorer import wordlist
from hotline.triage.scorer.pieces import Piece, Pieces

Floats = npt.NDArray[np.float32]
One = TypeVar("One")

WIDTHS = ((2, 0), (3, 1), (5, 2))
"""Pieces that each convolution looks at, and how many of them stand before its own."""

WINDOW = 160
"""Pieces read together; a longer text is read window by window."""

OVERLAP = 32
MOST_WINDOWS = 12
"""Of a longer text its beginning and its end are read; the first reading has seen it all."""

FIRST, LAST = 0, 1
"""Rows that stand before and after every window."""

SPREAD = 22.0
"""The length that a sentence's vector is given before the heads weigh it."""

WIDTH, NEAR, DEEP = 512, 256, 320
"""Numbers per piece, per convolution, and of the first layers over the sentence."""

_WORDS = WIDTH + len(WIDTHS) * NEAR
SHAPES = {
    **{f"in{width}": (WIDTH, NEAR) for width, _ in WIDTHS},
    **{f"{each}{width}": (width * NEAR, NEAR) for width, _ in WIDTHS for each in ("a", "b")},
    **{f"{each}{width}": (NEAR,) for width, _ in WIDTHS for each in ("in_b", "in_g", "in_s", "a_b", "b_b")},
    "words_g": (_WORDS,),
    "words_s": (_WORDS,),
    "mean": (_WORDS, WIDTH),
    "mean_b": (WIDTH,),
    "d0": (WIDTH, DEEP),
    "d1": (DEEP, DEEP),
    "d2": (DEEP, WIDTH),
    "d3": (WIDTH, WIDTH),
    "p1": (WIDTH, DEEP),
    "p3": (DEEP, WIDTH),
}
"""Every array of weights but the heads', ``out`` (see :func:`read_reader`) and ``out_b``, with its shape."""

_TINY = 1e-12
_STRETCHES = 24
"""Stretches left out in turn to see what a text leans on."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The encoder's table and weights, and a linear head per danger and step.

    ``table`` (pieces x width) holds steps of ``scales`` (one per piece) above ``lows``; ``weights`` are named as in
    :data:`SHAPES`. Its scores are uncalibrated log-odds.
    """

    name: str
    heads: tuple[str, ...]
    pieces: Pieces
    table: npt.NDArray[np.uint8]
    scales: Floats
    lows: Floats
    weights: Mapping[str, Floats]

    def logits(self, text: str) -> Floats:
        """Uncalibrated log-odds by head for one normalised text: the highest of its windows."""
        rows = [row for row, _, _ in self.pieces.cut(text)]
        return np.asarray(np.max([self._read(window) for window in _windows(rows)], axis=0))

    def leanings(self, text: str, heads: Collection[str]) -> dict[str, list[float]]:
        """How much each character speaks for each of these heads: what its head loses in log-odds without it.

        A text of several windows is asked in the one that speaks most for the head.
        """
        parts = list(_windows(self.pieces.cut(text)))
        scores = [self._read([row for row, _, _ in part]) for part in parts]
        columns = {head: self.heads.index(head) for head in heads}
        best = {head: int(np.argmax([score[column] for score in scores])) for head, column in columns.items()}
        worth = {place: self._without(parts[place], scores[place], len(text)) for place in set(best.values())}
        return {head: worth[place][:, columns[head]].tolist() for head, place in best.items()}

    def _without(self, part: Sequence[Piece], whole: Floats, size: int) -> Floats:
        """What a window's scores lose without each stretch of it, spread over its characters: characters x heads."""
        worth = np.zeros((size, len(self.heads)), dtype=np.float32)
        step = max(1, -(-len(part) // _STRETCHES))
        for start in range(0, len(part), step):
            rest = [row for row, _, _ in (*part[:start], *part[start + step :])]
            first, last = part[start][1], part[min(start + step, len(part)) - 1][2]
            worth[first:last] = (whole - self._read(rest)) / max(1, last - first)
        return worth

    def _read(self, rows: Sequence[int]) -> Floats:
        """The heads' log-odds for one window of pieces."""
        of, places = self.weights, np.array([FIRST, *rows, LAST])
        pieces = self.table[places] * self.scales[places, np.newaxis] + self.lows[places, np.newaxis]
        seen = [pieces]
        for width, before in WIDTHS:
            own = _evened(pieces @ of[f"in{width}"] + of[f"in_b{width}"], of[f"in_g{width}"], of[f"in_s{width}"])
            near = _ramp(_beside(own, width, before) @ of[f"a{width}"] + of[f"a_b{width}"]) + own
            seen.append(_ramp(_beside(near, width, before) @ of[f"b{width}"] + of[f"b_b{width}"]) + near)
        words = _evened(np.concatenate(seen, axis=1), of["words_g"], of["words_s"])
        count = len(places)
        mean = (words.sum(axis=0) @ of["mean"] + count * of["mean_b"]) / np.sqrt(np.float32(count))
        first = _ramp(mean @ of["d0"])
        second = _ramp(mean @ of["p1"] + first @ of["d1"])
        sentence = np.tanh(second @ of["p3"] + _ramp(second @ of["d2"]) @ of["d3"])
        sentence *= SPREAD / np.sqrt(max(float(sentence @ sentence), _TINY))
        return np.asarray(np.concatenate([sentence, words.max(axis=0)]) @ of["out"] + of["out_b"])


def read_reader(name: str, heads: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]]) -> Reader:
    """The reader that these arrays make.

    They are ``pieces`` (bytes of :mod:`wordlist`), ``worth``, ``table``, ``scales``, ``lows``, those of :data:`SHAPES`,
    ``out`` (sentence and words x heads) and ``out_b``.

    Raises:
        ModelRefused: the arrays do not fit together, or hold a number that is not finite.

    """
    pieces, count = wordlist.read(arrays["pieces"]), len(arrays["table"])
    shapes = {**SHAPES, "out": (WIDTH + _WORDS, len(heads)), "out_b": (len(heads),)}
    rows = dict.fromkeys(("worth", "scales", "lows"), (count,))
    fits = all(arrays[name].shape == shape for name, shape in {**shapes, **rows}.items())
    if not fits or arrays["table"].shape != (len(pieces) + 2, WIDTH) or arrays["table"].dtype != np.uint8:
        raise ModelRefused("The sentence reader's arrays do not fit together.")
    numbers = {name: arrays[name].astype(np.float32) for name in {**shapes, **rows}}
    if not pieces or not all(bool(np.isfinite(each).all()) for each in numbers.values()):
        raise ModelRefused("The sentence reader has no pieces, or holds a number that is not finite.")
    return Reader(
        name=name,
        heads=tuple(heads),
        pieces=Pieces(
            {piece: row for row, piece in enumerate(pieces, start=2)},
            tuple(numbers["worth"].tolist()),
            max(map(len, pieces)),
        ),
        table=arrays["table"],
        scales=numbers["scales"],
        lows=numbers["lows"],
        weights={name: numbers[name] for name in shapes},
    )


def _windows(pieces: Sequence[One]) -> Iterator[Sequence[One]]:
    """The stretches of a text that are read together; at least one, an empty one for a text without pieces."""
    if len(pieces) <= WINDOW:
        return iter([pieces])
    starts = list(range(0, len(pieces) - OVERLAP, WINDOW - OVERLAP))
    if len(starts) > MOST_WINDOWS:
        starts = starts[: MOST_WINDOWS // 2] + starts[-MOST_WINDOWS // 2 :]
    return (pieces[start : start + WINDOW] for start in starts)


def _ramp(values: Floats) -> Floats:
    return np.maximum(values, 0.0)


def _evened(values: Floats, scale: Floats, shift: Floats) -> Floats:
    """Each row with mean 0 and deviation 1, then scaled and shifted by column."""
    values = values - values.mean(axis=1, keepdims=True)
    return np.asarray(values / np.sqrt((values**2).mean(axis=1, keepdims=True) + _TINY) * scale + shift)


def _beside(rows: Floats, width: int, before: int) -> Floats:
    """Every row with its neighbours beside it (nothing beyond the ends): rows x (width x columns)."""
    framed = np.pad(rows, ((before, width - 1 - before), (0, 0)))
    return np.concatenate([framed[start : start + len(rows)] for start in range(width)], axis=1)
