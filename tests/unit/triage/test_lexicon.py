"""Every rule keeps its own examples; a rule that forgets one has become another rule."""

import json
from pathlib import Path
from typing import Any

import pytest

from hotline.domain.errors import ConfigurationError
from hotline.triage.lexicon import Rule, read_lexicon
from hotline.triage.needs import pieces, possible
from hotline.triage.normalise import normalise
from hotline.triage.scorer import load_lexicon

LEXICON = load_lexicon(Path(__file__).parents[3] / "config")
RULES = pytest.mark.parametrize("rule", LEXICON.rules, ids=lambda rule: rule.id)


@RULES
def test_a_rule_speaks_where_its_examples_say_so(rule: Rule) -> None:
    missed = [text for text in rule.must_match if rule.id not in _found(text)]
    assert not missed


@RULES
def test_a_rule_is_silent_where_its_examples_say_so(rule: Rule) -> None:
    wrong = [text for text in rule.must_not_match if rule.id in _found(text)]
    assert not wrong


@RULES
def test_a_rule_has_examples_of_both_kinds_labels_in_three_languages_and_a_source(rule: Rule) -> None:
    assert rule.must_match
    assert rule.must_not_match
    assert all(rule.labels.values())
    assert rule.source


def test_an_obfuscated_example_is_found_in_the_original_text() -> None:
    text = "真的好想自 殺"
    plain = normalise(text)
    found = {text[slice(*plain.span(hit.start, hit.end))] for hit in LEXICON.find(plain.text)}
    assert any("自 殺" in each for each in found)


def _rule(**changes: Any) -> dict[str, Any]:
    labels = {f"label_{language}": "x" for language in ("zh_hans", "zh_hant", "en")}
    return {
        "id": "a",
        "level": "elevated",
        "head": "abuse",
        "source": "test",
        "patterns": ["x"],
        "must_match": ["x"],
        "must_not_match": ["y"],
        **labels,
        **changes,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "dangerous"},
        {"head": "weather"},
        {"patterns": ["("]},
        {"patterns": []},
        {"patterns": ["<nobody>"]},
    ],
)
def test_a_broken_rule_refuses_to_load(changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        read_lexicon({"lexicon.x.toml": {"rule": [_rule(**changes)]}})


def test_a_rule_without_a_source_refuses_to_load() -> None:
    raw = _rule()
    del raw["source"]
    with pytest.raises(ConfigurationError, match="source"):
        read_lexicon({"lexicon.x.toml": {"rule": [raw]}})


def test_two_rules_of_one_name_refuse_to_load() -> None:
    with pytest.raises(ConfigurationError, match="twice"):
        read_lexicon({"lexicon.x.toml": {"rule": [_rule(), _rule()]}})


def test_an_empty_lexicon_refuses_to_load() -> None:
    with pytest.raises(ConfigurationError):
        read_lexicon({})


def test_macros_that_name_one_another_refuse_to_load() -> None:
    document = {"macros": {"a": "<b>", "b": "<a>"}, "rule": [_rule(patterns=["<a>"])]}
    with pytest.raises(ConfigurationError, match="macros"):
        read_lexicon({"lexicon.x.toml": document})


def test_what_a_rule_needs_never_holds_back_a_match() -> None:
    corpus = Path(__file__).parents[3] / "models" / "corpus"
    lines = [line for path in sorted(corpus.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()[::17]]
    texts = [json.loads(line)["text"] for line in lines] + [text for rule in LEXICON.rules for text in rule.must_match]
    for text in texts:
        plain = normalise(text).text
        offered, asked = pieces(plain), [rule for rule in LEXICON.rules if _in_script(rule, plain)]
        assert _found(text) == {rule.id for rule in asked if _speaks(rule, plain, offered)}


def _found(text: str) -> set[str]:
    """The rules that speak in a text, as people wrote it."""
    return {hit.rule.id for hit in LEXICON.find(normalise(text).text)}


def _speaks(rule: Rule, text: str, offered: frozenset[str]) -> bool:
    """Whether a rule speaks in a normalised text, asked of every one of its expressions without the index."""
    found = [(*match.span(), part) for part, (each, _) in enumerate(rule.parts) for match in each.finditer(text)]
    return bool(found and rule.counted(text, found, offered))


def _in_script(rule: Rule, text: str) -> bool:
    return any("a" <= each <= "z" for each in text) if rule.latin else not text.isascii()


def test_a_text_without_a_rules_words_does_not_reach_its_expressions() -> None:
    wish = next(rule for rule in LEXICON.rules if rule.id == "zh.suicide.wish")
    assert not any(possible(wanted, pieces("今天天气不错")) for _, wanted in wish.parts)
