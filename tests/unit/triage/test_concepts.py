"""Words of like meaning are found whole, longest first, in every script that a text mixes."""

from pathlib import Path

import pytest

from hotline.domain.errors import ConfigurationError
from hotline.triage.concepts import features, read_concepts
from hotline.triage.normalise import normalise
from hotline.triage.scorer import load_lexicon

LEXICON = load_lexicon(Path(__file__).parents[3] / "config")
LISTS = read_concepts(
    {
        "lexicon.en.toml": {"concepts": {"not": "dont, do not", "live": "live, liv*", "end": "end it all, end"}},
        "lexicon.zh.toml": {"concepts": {"die": "死", "idiom": "死機, 笑死", "not": "不"}},
    }
)


def seen(text: str) -> list[tuple[str, set[str]]]:
    return [(text[each.start : each.end], set(each.concepts)) for each in LISTS.find(text)]


def test_the_longest_word_wins_and_holds_no_shorter_one() -> None:
    assert seen("手机死机了") == [("死机", {"idiom"})]
    assert seen("end it all") == [("end it all", {"end"})]


def test_words_are_found_in_both_scripts_in_the_order_of_the_text() -> None:
    assert seen("i dont 死 living") == [("dont", {"not"}), ("死", {"die"}), ("living", {"live"})]


def test_a_latin_word_is_never_found_inside_another() -> None:
    assert seen("the weekend is lively") == [("lively", {"live"})]
    assert seen("pretend") == []


def test_features_name_concepts_and_which_follow_one_another() -> None:
    assert features(LISTS.find("不死")) == {"is:not", "is:die", "then:not>die"}
    assert "then:die>not" in features(LISTS.find("死不"))


def test_traditional_and_simplified_words_are_the_same() -> None:
    assert LEXICON.concepts.find(normalise("安眠藥").text) == LEXICON.concepts.find(normalise("安眠药").text) != []


def test_a_list_that_is_no_string_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"lexicon\.zh\.toml"):
        read_concepts({"lexicon.zh.toml": {"concepts": {"die": ["死"]}}})


def test_every_concept_is_named_in_chinese_and_in_english() -> None:
    told = {concept for named in LEXICON.concepts.han.values() for concept in named}
    said = {concept for named in LEXICON.concepts.latin.values() for concept in named}
    assert told == said == set(LEXICON.concepts.names)
