"""Which kind of word each word is, learnt from far more text than ours; else a word no training row holds says nothing.

A table (``models/kinds.npz``) gives some hundred thousand Chinese and English words one of a few thousand numbers;
words that are used alike, such as "pistol" and "gun", share one. The model counts the kinds of a text and which follow
one another. Words are found from left to right, the longest first. The table raises nothing by itself.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from operator import add

import numpy as np

from hotline.triage.scorer import wordlist

REACH = 2
"""A word is paired with so many that follow it."""

_UNKNOWN = -1
_ONE = (1,)
_SINGLE, _FOLLOWED = "kind:", "kinds:"
_PAIR = 2**17
"""Kinds stay below it, so a pair of them is one number that no kind has."""
_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_HAN = "\u3400"


Word = tuple[int, int, int]
"""One word of a normalised text, ``text[start:end]``, and its kind; -1 for a word the table does not know."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The table; ``lengths`` says, longest first, how many characters Chinese words with two first characters have."""

    numbers: Mapping[str, int]
    lengths: Mapping[str, tuple[int, ...]]

    def find(self, text: str) -> list[Word]:
        """Every word of a normalised text, in the order of the text."""
        known, lengths = self.numbers, self.lengths
        found: list[Word] = []
        for match in _RUN.finditer(text):
            run, start = match[0], match.start()
            if run[0] < _HAN:
                found.append((start, match.end(), known.get(run, _UNKNOWN)))
                continue
            at = 0
            while at < len(run):
                for size in lengths.get(run[at : at + 2], _ONE):
                    word = run[at : at + size]
                    kind = known.get(word, _UNKNOWN)
                    if kind != _UNKNOWN:
                        break
                found.append((start + at, start + at + len(word), kind))
                at += len(word)
        return found

    def features(self, text: str) -> set[str]:
        """The names of the model's features for a normalised text: each kind, and each that one of the next follows."""
        return {_name(code) for code in self.codes(text)}

    def codes(self, text: str) -> set[int]:
        """The same features as numbers (:func:`kind_code`), which are found faster than names."""
        if not self.numbers:
            return set()
        kinds = [kind + 1 for _, _, kind in self.find(text)]
        before = [(kind + 1) * _PAIR for kind in kinds]
        found = set(kinds)
        for reach in range(1, REACH + 1):
            found.update(map(add, before, kinds[reach:]))
        return found

    def placed(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """The same features with the stretches of text that each stands on."""
        places: dict[str, list[tuple[int, int]]] = {}
        words = self.find(text)
        for place, (start, end, kind) in enumerate(words):
            places.setdefault(f"{_SINGLE}{kind}", []).append((start, end))
            for after, stop, later in words[place + 1 : place + 1 + REACH]:
                places.setdefault(f"{_FOLLOWED}{kind}>{later}", []).extend([(start, end), (after, stop)])
        return places


def kind_code(feature: str) -> int | None:
    """The number of a feature by its name; None for one that is no kind."""
    if feature.startswith(_SINGLE):
        return int(feature.removeprefix(_SINGLE)) + 1
    if not feature.startswith(_FOLLOWED):
        return None
    kind, later = map(int, feature.removeprefix(_FOLLOWED).split(">"))
    return (kind + 2) * _PAIR + later + 1


def _name(code: int) -> str:
    before, kind = divmod(code, _PAIR)
    return f"{_FOLLOWED}{before - 2}>{kind - 1}" if before else f"{_SINGLE}{kind - 1}"


NO_KINDS = Kinds({}, {})
"""A table that knows no word; a model without one scores as before."""


def read_kinds(content: bytes) -> Kinds:
    """The table from the bytes of its file.

    Raises:
        ValueError: the arrays do not fit together, a word is empty, or a kind is no number from 0.
        KeyError: an array is missing.
        ModelRefused: the words are not kept as bytes.

    """
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        words, numbers = wordlist.read(arrays["words"]), arrays["kinds"]
    if "" in words or numbers.shape != (len(words),) or numbers.dtype.kind != "u" or bool(np.any(numbers >= _PAIR - 1)):
        raise ValueError("The table of kinds does not fit together.")
    marks: dict[str, int] = {}
    for word in words:
        if word[0] >= _HAN and len(word) > 1:
            marks[word[:2]] = marks.get(word[:2], 0) | 1 << len(word)
    sizes = {mark: (*_lengths(mark), 1) for mark in set(marks.values())}
    return Kinds(
        dict(zip(words, numbers.tolist(), strict=True)), {beginning: sizes[mark] for beginning, mark in marks.items()}
    )


def _lengths(mark: int) -> list[int]:
    """The lengths whose bits are set, the longest first."""
    return [size for size in reversed(range(mark.bit_length())) if mark >> size & 1]
