"""What a text must hold before a phrase rule can match it at all; else every message would pay for every rule.

From a regular expression follow sets of pieces (a digit, a character or a pair outside ASCII, three or four ASCII
ones); a text that can match holds at least one piece of every set. Each expression is looked up by its rarest set only.
"""

import importlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import add
from typing import Any

_PARSER: Any = importlib.import_module("re._parser")
_SIZE = 3
_ASCII_RUN = re.compile(r"[\x00-\x7f]{3}")
_LARGEST = 120
_COMMON = frozenset(
    "的一是了我不在人有他这个们来到时大为子中你说生年着就那和要她出也得里后自以会家可下过天去能对多心么都好看起没成把还用想从己面手又头很给被已话点真就再让"
)

_COMMON_LATIN = (
    " i have been the and to my a in it is of that with for you me not just on do so was were be but this they what "
    "all about out up from one when will would could get got going go know like feel her his she he him them are "
    "can cant dont didnt wont want need think there here him back now time day today tonight night work home people "
    "someone every everything anything nothing something never always really because after before again over still "
    "more even how who why if or at we your our has had very too no him any some talk help last year years week "
    "month hours make made making take took taking said says saying ing been being thing things other another away "
    "down into "
)
"""Words that most messages hold; a piece of them says little."""

Needs = tuple[frozenset[str], ...]
"""Sets of pieces; a text that can match holds at least one piece of every set."""


def pieces(text: str) -> frozenset[str]:
    """What a text offers: its characters, pairs outside ASCII, every three and four neighbouring ASCII characters."""
    found = set(text)
    if not text.isascii():
        found.update(map(add, text, text[1:]))
    if _ASCII_RUN.search(text):
        threes = [text[at : at + _SIZE] for at in range(len(text) - _SIZE + 1)]
        found.update(threes, map(add, threes, text[_SIZE:]))
    return frozenset(found)


def needs(pattern: str) -> Needs:
    """The sets that follow from one regular expression; empty when nothing can be said."""
    found = dict.fromkeys(_sequence(_PARSER.parse(pattern)))
    return tuple(sorted(found, key=lambda each: (len(each), sorted(each))))


def possible(wanted: Needs, offered: frozenset[str]) -> bool:
    """Whether an expression with these needs could match a text that offers these pieces."""
    for each in wanted:  # noqa: SIM110  a generator costs twice as much here, thousands of times a message
        if each.isdisjoint(offered):
            return False
    return True


@dataclass(frozen=True, slots=True)
class Index:
    """Which expressions are worth a look, by one rare need of each; expressions are numbered as they were given.

    ``rest`` holds what each expression needs besides its rare piece.
    """

    always: tuple[int, ...]
    by_piece: Mapping[str, tuple[int, ...]]
    rest: tuple[Needs, ...]

    def candidates(self, offered: frozenset[str]) -> list[int]:
        """The numbers of the expressions that a text with these pieces may match."""
        rest = self.rest
        met = set(self.always).union(*filter(None, map(self.by_piece.get, offered)))
        return [number for number in met if not rest[number] or possible(rest[number], offered)]


def index(wanted: Sequence[Needs]) -> Index:
    """An index over the needs of all expressions."""
    by_piece: dict[str, list[int]] = {}
    rest: list[Needs] = []
    for number, sets in enumerate(wanted):
        rarest = min(sets, key=_likelihood) if sets else frozenset()
        for piece in rarest:
            by_piece.setdefault(piece, []).append(number)
        rest.append(tuple(each for each in sets if each is not rarest))
    always = tuple(number for number, sets in enumerate(wanted) if not sets)
    return Index(always, {piece: tuple(numbers) for piece, numbers in by_piece.items()}, tuple(rest))


def _likelihood(pieces_: frozenset[str]) -> float:
    return sum(map(_share, pieces_))


def _share(piece: str) -> float:
    """About which share of messages hold a piece."""
    if len(piece) == 1:
        return 1.0 if piece in _COMMON else 0.1
    return 0.3 if piece.isascii() and piece in _COMMON_LATIN else 0.02


def _sequence(items: Iterable[tuple[Any, Any]]) -> list[frozenset[str]]:
    found: list[frozenset[str]] = []
    literal: list[tuple[Any, Any]] = []
    for item in items:
        kind, value = str(item[0]), item[1]
        if kind == "LITERAL":
            literal.append(item)
            continue
        found += _literal("".join(chr(code) for _, code in literal))
        if kind == "BRANCH":  # the parser took out what all branches begin with, or they begin with what stands before
            found += _either([_sequence([*literal, *branch]) for branch in value[1]])
        else:
            found += _item(kind, value)
        literal = []
    return found + _literal("".join(chr(code) for _, code in literal))


def _item(kind: str, value: Any) -> list[frozenset[str]]:
    if kind == "SUBPATTERN":
        return _sequence(value[3])
    if kind in {"MAX_REPEAT", "MIN_REPEAT"}:
        return _sequence(value[2]) if value[0] else []
    if kind == "IN":
        members = [_members(str(each), code) for each, code in value]
        return [frozenset().union(*members)] if all(members) else []
    return []


def _members(kind: str, value: Any) -> frozenset[str]:
    """The characters of one part of a class, as far as they are pieces; empty when they are not."""
    codes = range(value[0], value[1] + 1) if kind == "RANGE" else [value] if kind == "LITERAL" else ()
    if len(codes) > _LARGEST:
        return frozenset()
    characters = frozenset(map(chr, codes))
    return characters if all(each.isdigit() or not each.isascii() for each in characters) else frozenset()


def _either(branches: Sequence[Sequence[frozenset[str]]]) -> list[frozenset[str]]:
    """What holds whichever branch is taken: the narrowest set of each branch, joined."""
    if not all(branches):
        return []
    joined = frozenset().union(*(min(branch, key=_likelihood) for branch in branches))
    return [joined] if len(joined) <= _LARGEST else []


def _literal(text: str) -> list[frozenset[str]]:
    if text.isascii():
        size = min(_SIZE + 1, max(_SIZE, len(text)))
        return [frozenset({text[at : at + size]}) for at in range(len(text) - size + 1)]
    if len(text) == 1:
        return [frozenset({text})]
    pairs = (first + second for first, second in pairwise(text))
    return [frozenset({pair}) for pair in pairs if not pair.isascii()]
