"""Phrases people use when they are in danger, as data; a rule hidden in code could be neither read nor reviewed.

Rules live in ``config/lexicon.<language>.toml`` and run over normalised text (:mod:`hotline.triage.normalise`). A rule
without a level is a signal: it raises nothing by itself, but its tags count in the combinations of the policy and as
features of the model.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from hotline.domain.contact import Level
from hotline.domain.errors import ConfigurationError
from hotline.triage import concepts as words
from hotline.triage.concepts import Concepts, read_concepts
from hotline.triage.needs import Index, Needs, index, needs, pieces, possible
from hotline.triage.normalise import to_simplified

HEADS = ("suicide_self_harm", "violence_to_others", "abuse", "medical_emergency")
"""What a danger can be about; ``any_risk`` is the highest of them."""

Span = tuple[int, int]
LANGUAGES = ("zh_hans", "zh_hant", "en")
_BY_START = itemgetter(0, 2)
_MACRO = re.compile(r"<([a-z_]+)>")
_LATIN = re.compile("[a-z]")
_DEEPEST_MACRO = 4
_REQUIRED = ("id", "source", "patterns", "label_zh_hans", "label_zh_hant", "label_en", "must_match", "must_not_match")


@dataclass(frozen=True, slots=True)
class Rule:
    """One reviewed phrase rule; ``level`` is None for a signal, ``head`` is empty when no danger is named.

    ``features`` are the names of the model's features that it switches on where it speaks.
    """

    id: str
    level: Level | None
    head: str
    tags: frozenset[str]
    source: str
    labels: Mapping[str, str]
    parts: tuple[tuple[re.Pattern[str], Needs], ...]
    unless: tuple[tuple[re.Pattern[str], Needs], ...]
    must_match: tuple[str, ...]
    must_not_match: tuple[str, ...]
    features: tuple[str, ...]
    latin: bool = False

    def counted(self, text: str, found: list[tuple[int, int, int]], offered: frozenset[str]) -> list[Span]:
        """Which matches (start, end, expression) count: of those that overlap the first, and none that is spared.

        Spared is what overlaps an ``unless`` phrase; ``offered`` are the text's pieces.
        """
        kept: list[Span] = []
        for start, end, _ in sorted(found, key=_BY_START):
            if start < end and (not kept or start >= kept[-1][1]):
                kept.append((start, end))
        spared = [
            match.span() for each, wanted in self.unless if possible(wanted, offered) for match in each.finditer(text)
        ]
        return [(start, end) for start, end in kept if not any(start < stop and begin < end for begin, stop in spared)]


class Hit(NamedTuple):
    """A rule that spoke, and where in the normalised text."""

    rule: Rule
    start: int
    end: int


class Expression(NamedTuple):
    """One expression of one rule, by the rule's place among all rules and its own within the rule."""

    rule: int
    part: int
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All rules; a text is read with those of every script that occurs in it, because people mix languages.

    ``latin`` and ``han`` are the expressions by script, each with its index.
    """

    rules: tuple[Rule, ...]
    latin: tuple[tuple[Expression, ...], Index]
    han: tuple[tuple[Expression, ...], Index]
    concepts: Concepts

    def find(self, text: str) -> list[Hit]:
        """Every hit in a normalised text, in the order of the rules."""
        offered = pieces(text)
        found: dict[int, list[tuple[int, int, int]]] = {}
        for expressions, known in self._scripts(text):
            for number in known.candidates(offered):
                rule, part, pattern = expressions[number]
                for match in pattern.finditer(text):
                    found.setdefault(rule, []).append((*match.span(), part))
        return [
            Hit(self.rules[number], start, end)
            for number in sorted(found)
            for start, end in self.rules[number].counted(text, found[number], offered)
        ]

    def _scripts(self, text: str) -> list[tuple[tuple[Expression, ...], Index]]:
        found = [] if text.isascii() else [self.han]
        return [*found, self.latin] if _LATIN.search(text) else found

    def features(self, text: str, hits: Iterable[Hit]) -> set[str]:
        """The names of the model's features, besides n-grams, that a normalised text with these hits switches on."""
        return features(hits) | words.features(self.concepts.find(text))

    def label(self, rule_id: str, language: str) -> str | None:
        """A few words for the listener on what a rule saw; ``language`` as in :data:`LANGUAGES`; None when unknown."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule.labels[language]
        return None


def features(hits: Iterable[Hit]) -> set[str]:
    """The names of the rule features that these hits switch on."""
    return {name for hit in hits for name in hit.rule.features}


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
    return Lexicon(rules, _indexed(rules, latin=True), _indexed(rules, latin=False), read_concepts(documents))


def _indexed(rules: Sequence[Rule], *, latin: bool) -> tuple[tuple[Expression, ...], Index]:
    found = [
        (Expression(number, at, pattern), wanted)
        for number, rule in enumerate(rules)
        if rule.latin is latin
        for at, (pattern, wanted) in enumerate(rule.parts)
    ]
    return tuple(expression for expression, _ in found), index([wanted for _, wanted in found])


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
    spared = [_expanded(name, rule_id, part, macros) for part in raw.get("unless", [])]
    if not parts:
        raise ConfigurationError(f"{name}: rule {rule_id} has no pattern.")
    tags = frozenset(map(str, raw.get("tags", [])))
    return Rule(
        id=rule_id,
        level=Level(level) if level else None,
        head=head,
        tags=tags,
        source=str(raw["source"]),
        labels={language: str(raw[f"label_{language}"]) for language in LANGUAGES},
        parts=tuple((_compiled(name, rule_id, part), needs(part)) for part in parts),
        unless=tuple((_compiled(name, rule_id, part), needs(part)) for part in spared),
        must_match=tuple(raw["must_match"]),
        must_not_match=tuple(raw["must_not_match"]),
        features=_features(level or "signal", head, tags),
        latin=latin,
    )


def _features(level: str, head: str, tags: Iterable[str]) -> tuple[str, ...]:
    """The names of the model's features that a rule switches on where it speaks."""
    named = (f"head:{head}:{level}",) if head else ()
    return f"level:{level}", *named, *(f"tag:{tag}" for tag in sorted(tags))


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
