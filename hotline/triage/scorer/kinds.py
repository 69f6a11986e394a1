"""Which kind of word each word is, learnt from far more text than ours; else a word no training row holds says nothing.

A table (``models/kinds.npz``) gives some hundred thousand Chinese and English words one of a few thousand numbers;
words that are used alike, such as "pistol" and "gun", share one. The model counts the kinds of a text and which follow
one another. Words are found from left to right, the longest first. The table raises nothing by itself.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

REACH = 2
"""A word is paired with so many that follow it."""

_UNKNOWN = -1
_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
_HAN = "\u3400"


class Word(NamedTuple):
    """One word of a normalised text, ``text[start:end]``, and its kind; -1 for a word the table does not know."""

    start: int
    end: int
    kind: int


@dataclass(frozen=True, slots=True)
class Kinds:
    """The table; ``longest`` says how many characters the longest Chinese word with a beginning has."""

    numbers: Mapping[str, int]
    longest: Mapping[str, int]

    def find(self, text: str) -> list[Word]:
        """Every word of a normalised text, in the order of the text."""
        known, found = self.numbers, []
        for match in _RUN.finditer(text):
            if match[0][0] < _HAN:
                found.append(Word(*match.span(), known.get(match[0], _UNKNOWN)))
                continue
            at, end = match.span()
            while at < end:
                size = min(self.longest.get(text[at], 1), end - at)
                while (kind := known.get(text[at : at + size], _UNKNOWN)) == _UNKNOWN and size > 1:
                    size -= 1
                found.append(Word(at, at + size, kind))
                at += size
        return found

    def features(self, text: str) -> set[str]:
        """The names of the model's features for a normalised text: each kind, and each that one of the next follows."""
        if not self.numbers:
            return set()
        kinds = [word.kind for word in self.find(text)]
        found = {f"kind:{each}" for each in kinds}
        for reach in range(1, REACH + 1):
            found |= {f"kinds:{kind}>{later}" for kind, later in zip(kinds, kinds[reach:], strict=False)}
        return found

    def placed(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """The same features with the stretches of text that each stands on."""
        places: dict[str, list[tuple[int, int]]] = {}
        words = self.find(text)
        for place, word in enumerate(words):
            places.setdefault(f"kind:{word.kind}", []).append((word.start, word.end))
            for later in words[place + 1 : place + 1 + REACH]:
                spans = places.setdefault(f"kinds:{word.kind}>{later.kind}", [])
                spans += [(word.start, word.end), (later.start, later.end)]
        return places


NO_KINDS = Kinds({}, {})
"""A table that knows no word; a model without one scores as before."""


def read_kinds(content: bytes) -> Kinds:
    """The table from the bytes of its file.

    Raises:
        ValueError: the arrays do not fit together, or a kind is no number from 0.
        KeyError: an array is missing.

    """
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        words, numbers = arrays["words"].tolist(), arrays["kinds"].tolist()
    if len(words) != len(numbers) or not all(isinstance(each, int) and each >= 0 for each in numbers):
        raise ValueError("The table of kinds does not fit together.")
    longest: dict[str, int] = {}
    for word in words:
        if word[0] >= _HAN:
            longest[word[0]] = max(longest.get(word[0], 1), len(word))
    return Kinds(dict(zip(words, numbers, strict=True)), longest)
