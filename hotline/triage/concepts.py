"""Words of like meaning, so that a danger told in words no training row used is still a known pattern to the model.

A concept is a list of words under ``[concepts]`` of ``config/lexicon.<language>.toml``. It raises nothing by itself;
the model counts which concepts a text holds and which follow one another ("not", "want", "live"). Words are found from
left to right, the longest first, so 死机 (a crashed phone) is one word and holds no 死 (die).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from hotline.domain.errors import ConfigurationError
from hotline.triage.normalise import to_simplified

NEIGHBOURS = 4
"""A concept is paired with so many that follow it."""

_WORD = re.compile(r"[a-z0-9&]+")
_LATIN = re.compile(r"[a-z]")
_ONE = (1,)

Table = Mapping[str, frozenset[str]]


class Found(NamedTuple):
    """One word of the lists in a normalised text, ``text[start:end]``, and the concepts that name it."""

    start: int
    end: int
    concepts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Concepts:
    """All word lists.

    ``lengths`` says, longest first, how many characters the entries have that begin with two characters (and always 1,
    for the first alone), or how many words those that begin with a word.
    """

    names: tuple[str, ...]
    han: Table
    latin: Table
    stems: Table
    lengths: Mapping[str, tuple[int, ...]]

    def find(self, text: str) -> list[Found]:
        """Every listed word of a normalised text, in the order of the text."""
        found = [] if text.isascii() else self._han_words(text)
        if _LATIN.search(text):
            found += self._latin_words(text)
            found.sort(key=lambda each: each.start)
        return found

    def _han_words(self, text: str) -> list[Found]:
        found: list[Found] = []
        at, lengths, known = 0, self.lengths, self.han
        while at < len(text):
            for size in lengths.get(text[at : at + 2], _ONE):
                named = known.get(text[at : at + size])
                if named is not None and at + size <= len(text):
                    found.append(Found(at, at + size, named))
                    at += size
                    break
            else:
                at += 1
        return found

    def _latin_words(self, text: str) -> list[Found]:
        places = [match.span() for match in _WORD.finditer(text)]
        words = [text[start:end] for start, end in places]
        stems = tuple(self.stems)
        found: list[Found] = []
        at = 0
        while at < len(words):
            for size in self.lengths.get(words[at], ()):
                named = self.latin.get(" ".join(words[at : at + size]))
                if named is not None and at + size <= len(words):
                    found.append(Found(places[at][0], places[at + size - 1][1], named))
                    at += size
                    break
            else:
                if words[at].startswith(stems):
                    found.append(Found(*places[at], self._stem(words[at])))
                at += 1
        return found

    def _stem(self, word: str) -> frozenset[str]:
        return next(named for stem, named in self.stems.items() if word.startswith(stem))


def features(found: Sequence[Found]) -> set[str]:
    """The names of the model's features for these words: each concept, and each that one of the next few follows."""
    names = {name for word in found for name in _alone(word.concepts)}
    for place, word in enumerate(found):
        for later in found[place + 1 : place + 1 + NEIGHBOURS]:
            names.update(_followed(word.concepts, later.concepts))
    return names


def placed(found: Sequence[Found]) -> dict[str, list[Found]]:
    """The same features with the words that each stands on, as often as it occurs."""
    places: dict[str, list[Found]] = {}
    for place, word in enumerate(found):
        for name in _alone(word.concepts):
            places.setdefault(name, []).append(word)
        for later in found[place + 1 : place + 1 + NEIGHBOURS]:
            for name in _followed(word.concepts, later.concepts):
                places.setdefault(name, []).extend((word, later))
    return places


@cache
def _alone(concepts: frozenset[str]) -> tuple[str, ...]:
    return tuple(f"is:{concept}" for concept in concepts)


@cache
def _followed(concepts: frozenset[str], later: frozenset[str]) -> tuple[str, ...]:
    return tuple(f"then:{concept}>{other}" for concept in concepts for other in later)


def read_concepts(documents: Mapping[str, Mapping[str, object]]) -> Concepts:
    """The word lists of parsed lexicon documents by file name; without any, nothing is ever found.

    Raises:
        ConfigurationError: a list is not one string of words parted by commas.

    """
    han: dict[str, set[str]] = {}
    latin: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    names: set[str] = set()
    for file in sorted(documents):
        for concept, words in _lists(file, documents[file]):
            names.add(concept)
            for word in words:
                table, key = _placed(word, han, latin, stems)
                table.setdefault(key, set()).add(concept)
    phrases = [(phrase.partition(" ")[0], phrase.count(" ") + 1) for phrase in latin]
    lengths = _longest_first([*phrases, *((word[:2], size) for word in han for size in {len(word), 1})])
    return Concepts(tuple(sorted(names)), _frozen(han), _frozen(latin), _frozen(stems), lengths)


def _longest_first(entries: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    """Which lengths the entries with a beginning have, the longest first, by that beginning."""
    found: dict[str, set[int]] = {}
    for beginning, size in entries:
        found.setdefault(beginning, set()).add(size)
    return {beginning: tuple(sorted(sizes, reverse=True)) for beginning, sizes in found.items()}


def _placed(
    word: str, han: dict[str, set[str]], latin: dict[str, set[str]], stems: dict[str, set[str]]
) -> tuple[dict[str, set[str]], str]:
    if not word.isascii():
        return han, to_simplified(word)
    return (stems, word[:-1]) if word.endswith("*") else (latin, " ".join(_WORD.findall(word)))


def _lists(file: str, document: Mapping[str, object]) -> list[tuple[str, list[str]]]:
    table = document.get("concepts", {})
    if not isinstance(table, Mapping) or not all(isinstance(words, str) for words in table.values()):
        raise ConfigurationError(f"{file}: every concept is one string of words parted by commas.")
    parted = {str(concept): [word.strip().lower() for word in words.split(",")] for concept, words in table.items()}
    return [
        (concept, [word for word in words if _WORD.search(word) or not word.isascii()])
        for concept, words in parted.items()
    ]


def _frozen(table: Mapping[str, set[str]]) -> Table:
    return {word: frozenset(named) for word, named in table.items()}
