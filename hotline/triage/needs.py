"""What a text must contain before a rule can match at all; without it every message would pay for every rule.

Most rules speak of words that most messages do not hold. From the parsed regular expression follows a list of sets, and
a text that misses one of them whole cannot match. It may let a text through for nothing; it never holds one back
(tested over the corpus).
"""

import importlib
from collections.abc import Iterable, Sequence
from typing import Any

_PARSER: Any = importlib.import_module("re._parser")
_SIZE = 3
_LARGEST = 120

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


def possible(wanted: Iterable[Needs], offered: frozenset[str]) -> bool:
    """Whether at least one of several expressions could match a text that offers these pieces."""
    return any(all(not each.isdisjoint(offered) for each in one) for one in wanted)


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
