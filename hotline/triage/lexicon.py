"""Phrases people use when they are in danger, as data; a rule hidden in code could be neither read nor reviewed.

Rules live in ``config/lexicon.<language>.toml`` and run over normalised text (:mod:`hotline.triage.normalise`). A rule
without a level is a signal: it raises nothing by itself, but its tags count in the combinations of the policy and as
features of the model.
"""

import importlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotline.domain.contact import Level
from hotline.domain.errors import ConfigurationError
from hotline.triage.normalise import to_simplified

HEADS = ("suicide_self_harm", "violence_to_others", "abuse", "medical_emergency")
"""What a danger can be about; ``any_risk`` is the highest of them."""

LANGUAGES = ("zh_hans", "zh_hant", "en")
_MACRO = re.compile(r"<([a-z_]+)>")
_LATIN = re.compile("[a-z]")
_DEEPEST_MACRO = 4
_REQUIRED = ("id", "source", "patterns", "label_zh_hans", "label_zh_hant", "label_en", "must_match", "must_not_match")


# --- what a text must hold before a rule can match at all; else every message would pay for every rule --------------
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


# --- the rules -------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Rule:
    """One reviewed phrase rule; ``level`` is None for a signal, ``head`` is empty when no danger is named."""

    id: str
    level: Level | None
    head: str
    tags: frozenset[str]
    source: str
    labels: Mapping[str, str]
    parts: tuple[tuple[re.Pattern[str], Needs], ...]
    unless: tuple[re.Pattern[str], ...]
    must_match: tuple[str, ...]
    must_not_match: tuple[str, ...]
    latin: bool = False

    def spans(self, text: str, parts: Sequence[int] | None = None) -> list[tuple[int, int]]:
        """Where the rule speaks in a normalised text; matches that overlap an ``unless`` phrase do not count.

        Of matches that overlap one another the first counts. ``parts`` are the expressions to try; None means all.
        """
        tried = range(len(self.parts)) if parts is None else sorted(parts)
        found = [match.span() for part in tried for match in self.parts[part][0].finditer(text) if match.group()]
        if not found:
            return found
        found.sort(key=lambda span: span[0])
        kept: list[tuple[int, int]] = []
        for span in found:
            if not kept or span[0] >= kept[-1][1]:
                kept.append(span)
        spared = [match.span() for each in self.unless for match in each.finditer(text)]
        return [(start, end) for start, end in kept if not any(start < stop and begin < end for begin, stop in spared)]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that spoke, and where in the normalised text."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All rules; a text is read with those of every script that occurs in it, because people mix languages."""

    rules: tuple[Rule, ...]
    feature_names: tuple[str, ...]
    known: Index

    def find(self, text: str) -> list[Hit]:
        """Every hit in a normalised text, in the order of the rules."""
        latin, other = _LATIN.search(text) is not None, not text.isascii()
        offered = pieces(text)
        tried: dict[int, list[int]] = {}
        for number, part in self.known.candidates(offered):
            rule = self.rules[number]
            if (latin if rule.latin else other) and possible(rule.parts[part][1], offered):
                tried.setdefault(number, []).append(part)
        return [
            Hit(self.rules[number], start, end)
            for number in sorted(tried)
            for start, end in self.rules[number].spans(text, tried[number])
        ]

    def label(self, rule_id: str, language: str) -> str | None:
        """A few words for the listener on what a rule saw; ``language`` as in :data:`LANGUAGES`; None when unknown."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule.labels[language]
        return None


def features(hits: Iterable[Hit]) -> set[str]:
    """The names of the model's rule features that these hits switch on."""
    names: set[str] = set()
    for hit in hits:
        rule = hit.rule
        names.add(f"level:{rule.level.value if rule.level else 'signal'}")
        names.update(f"tag:{tag}" for tag in rule.tags)
        if rule.head:
            names.add(f"head:{rule.head}:{rule.level.value if rule.level else 'signal'}")
    return names


def tags(hits: Iterable[Hit]) -> frozenset[str]:
    """All tags of these hits."""
    return frozenset(tag for hit in hits for tag in hit.rule.tags)


def read_lexicon(documents: Mapping[str, Mapping[str, Any]]) -> Lexicon:
    """The lexicon from parsed TOML documents by file name.

    Raises:
        ConfigurationError: a rule is incomplete, named twice, or its pattern is not a regular expression.

    """
    rules = tuple(rule for name in sorted(documents) for rule in _read_document(name, documents[name]))
    if not rules:
        raise ConfigurationError("The lexicon holds no rule; add config/lexicon.<language>.toml.")
    names = [rule.id for rule in rules]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ConfigurationError(f"The lexicon names rules twice: {', '.join(twice)}.")
    everything = features(Hit(rule, 0, 1) for rule in rules)
    wanted = {(number, at): part[1] for number, rule in enumerate(rules) for at, part in enumerate(rule.parts)}
    return Lexicon(rules, tuple(sorted(everything)), index(wanted))


def _read_document(name: str, document: Mapping[str, Any]) -> list[Rule]:
    macros = {key: to_simplified(str(value)) for key, value in document.get("macros", {}).items()}
    latin = document.get("script", "han") == "latin"
    return [_read_rule(name, raw, macros, latin=latin) for raw in document.get("rule", [])]


def _read_rule(name: str, raw: Mapping[str, Any], macros: Mapping[str, str], *, latin: bool) -> Rule:
    missing = [key for key in _REQUIRED if key not in raw]
    if missing:
        raise ConfigurationError(f"{name}: rule {raw.get('id', '?')} lacks {', '.join(missing)}.")
    rule_id, level, head = str(raw["id"]), raw.get("level"), str(raw.get("head", ""))
    if level is not None and level not in set(Level):
        raise ConfigurationError(f"{name}: rule {rule_id} has the unknown level {level}.")
    if head and head not in HEADS:
        raise ConfigurationError(f"{name}: rule {rule_id} has the unknown head {head}.")
    parts = [_expanded(name, rule_id, part, macros) for part in raw["patterns"]]
    if not parts:
        raise ConfigurationError(f"{name}: rule {rule_id} has no pattern.")
    return Rule(
        id=rule_id,
        level=Level(level) if level else None,
        head=head,
        tags=frozenset(map(str, raw.get("tags", []))),
        source=str(raw["source"]),
        labels={language: str(raw[f"label_{language}"]) for language in LANGUAGES},
        parts=tuple((_compiled(name, rule_id, part), needs(part)) for part in parts),
        unless=tuple(
            _compiled(name, rule_id, _expanded(name, rule_id, part, macros)) for part in raw.get("unless", [])
        ),
        must_match=tuple(raw["must_match"]),
        must_not_match=tuple(raw["must_not_match"]),
        latin=latin,
    )


def _compiled(name: str, rule_id: str, part: str) -> re.Pattern[str]:
    try:
        return re.compile(part)
    except re.error as error:
        raise ConfigurationError(f"{name}: rule {rule_id} has a broken pattern: {error}.") from error


def _expanded(name: str, rule_id: str, part: str, macros: Mapping[str, str]) -> str:
    """A pattern as the engine reads it: simplified script, plain punctuation, macros written out."""

    def expand(text: str, depth: int = 0) -> str:
        if depth > _DEEPEST_MACRO:
            raise ConfigurationError(f"{name}: rule {rule_id} has macros that name one another.")
        return _MACRO.sub(lambda found: f"(?:{expand(macros[found.group(1)], depth + 1)})", text)

    try:
        whole = expand(to_simplified(part))
    except KeyError as error:
        raise ConfigurationError(f"{name}: rule {rule_id} uses the unknown macro {error.args[0]}.") from error
    return whole.replace("，", ",").replace("！", "!").replace("？", "?")
