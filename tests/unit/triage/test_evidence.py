"""A listener sees the words that the model leaned on: few, whole, and in the person's own spelling."""

from pathlib import Path

import pytest

from hotline.triage.scorer import load_assessor, load_model
from hotline.triage.scorer.evidence import MOST, telling

ROOT = Path(__file__).parents[3]
ASSESSOR = load_assessor(ROOT / "models", ROOT / "config")
KINDS = load_model(ROOT / "models").kinds


def test_strong_stretches_are_shown_and_no_word_is_ever_cut() -> None:
    text = "so they locked the door"
    leanings = [0.0] * len(text)
    leanings[9] = 1.0
    assert [text[start:end] for start, end in telling(text, leanings, [(8, 14), (15, 18)])] == ["locked"]


RISKS = ("我今晚打算做个了断，跟谁都不想说", "猫已经送到我妹那儿了，周日以后我就轻松了", "他昨天掐我脖子，我不敢回家")


@pytest.mark.parametrize("text", RISKS)
def test_no_chinese_word_is_shown_in_half(text: str) -> None:
    shown = [each for each in ASSESSOR.judge([text]).evidence if each.source.startswith("model:")]
    edges = {edge for start, end, _ in KINDS.find(text) for edge in (start, end)}
    assert shown
    assert {edge for each in shown for edge in (each.start, each.end)} <= edges


def test_at_most_a_few_stretches_are_shown_the_strongest() -> None:
    text = "一,二,三,四,五"
    leanings = [0.9, 0, 0.5, 0, 1.0, 0, 0.8, 0, 0.6]
    assert len(telling(text, leanings, [])) == MOST
    assert [text[start:end] for start, end in telling(text, leanings, [])] == ["一", "三", "四"]


def test_nothing_is_shown_when_nothing_spoke_for_it() -> None:
    assert telling("谢谢", [-1.0, 0.0], []) == []
    assert telling("", [], []) == []


def test_what_the_model_raised_is_shown_in_the_words_as_given() -> None:
    text = "他把我鎖喺屋企唔畀我出街，仲打我個女"
    judged = ASSESSOR.judge([text])
    shown = [text[each.start : each.end] for each in judged.evidence if each.source.startswith("model:")]
    assert shown
    assert len("".join(shown)) < len(text)


def test_calm_words_carry_no_evidence_of_the_model() -> None:
    assert not [
        each for each in ASSESSOR.judge(["谢谢你，今天聊得很开心"]).evidence if each.source.startswith("model:")
    ]
