"""What a text must contain before a rule can match at all; without it every message would pay for every rule.

Most rules speak of words that most messages do not hold. From the parsed regular expression follows a list of sets, and
a text that misses one of them whole cannot match. It may let a text through for nothing; it never holds one back
(tested over the corpus).
"""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_PARSER: Any = importlib.import_module("re._parser")
_SIZE = 3
_LARGEST = 120
_COMMON = frozenset(
    "的一是了我不在人有他这个们来到时大为子中你说生年着就那和要她出也得里后自以会家可下过天去能对多心么都好看起没成把还用想从己面手又头很给被已话点真就再让"
)

Needs = tuple[frozenset[str], ...]
"""Sets of pieces; a text that can match holds at least one piece of every set."""


def pieces(text: str) -> frozenset[str]:
    """What a text offers: its characters outside ASCII, and every three neighbouring characters."""
    found = {text[at : at + _SIZE] for at in range(len(text) - _SIZE + 1)}
    if not text.isascii():
        found.update(text)
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


Part = tuple[int, int]
"""A rule's number and the number of one of its expressions."""


@dataclass(frozen=True, slots=True)
class Index:
    """Which expressions are worth a look, by one rare need of each."""

    always: tuple[Part, ...]
    by_piece: Mapping[str, tuple[Part, ...]]

    def candidates(self, offered: frozenset[str]) -> set[Part]:
        """The expressions whose rarest need the text meets, and those that need nothing."""
        return set(self.always).union(*(self.by_piece[each] for each in offered if each in self.by_piece))


def index(wanted: Mapping[Part, Needs]) -> Index:
    """An index over the needs of all expressions."""
    by_piece: dict[str, list[Part]] = {}
    for part, sets in wanted.items():
        for piece in min(sets, key=_likelihood) if sets else ():
            by_piece.setdefault(piece, []).append(part)
    always = tuple(part for part, sets in wanted.items() if not sets)
    return Index(always, {piece: tuple(parts) for piece, parts in by_piece.items()})


def _likelihood(pieces_: frozenset[str]) -> float:
    return sum(1.0 if each in _COMMON else 0.1 for each in pieces_)


def _sequence(items: Iterable[tuple[Any, Any]]) -> list[frozenset[str]]:
    found: list[frozenset[str]] = []
    literal = ""
    for kind, value in items:
        if str(kind) == "LITERAL":
            literal += chr(value)
            continue
        found += _literal(literal)
        literal = ""
        found += _item(str(kind), value)
    return found + _literal(literal)


def _item(kind: str, value: Any) -> list[frozenset[str]]:
    if kind == "SUBPATTERN":
        return _sequence(value[3])
    if kind in {"MAX_REPEAT", "MIN_REPEAT"}:
        return _sequence(value[2]) if value[0] else []
    if kind == "BRANCH":
        return _either([_sequence(branch) for branch in value[1]])
    if kind == "IN" and all(str(each) == "LITERAL" and code > 127 for each, code in value):  # noqa: PLR2004  ASCII ends
        return [frozenset(chr(code) for _, code in value)]
    return []


def _either(branches: Sequence[Sequence[frozenset[str]]]) -> list[frozenset[str]]:
    """What holds whichever branch is taken: the narrowest set of each branch, joined."""
    if not all(branches):
        return []
    joined = frozenset().union(*(min(branch, key=len) for branch in branches))
    return [joined] if len(joined) <= _LARGEST else []


def _literal(text: str) -> list[frozenset[str]]:
    if text.isascii():
        return [frozenset({text[at : at + _SIZE]}) for at in range(len(text) - _SIZE + 1)]
    return [frozenset({character}) for character in text if not character.isascii()]
