"""Disguised words are read as what they are, and evidence always points into the person's own text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.triage import normalise as spelling
from hotline.triage.normalise import Reading, Step, normalise, reading, to_simplified


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("自/杀", "自杀"),
        ("自 杀", "自杀"),
        ("活*不 下/去", "活不下去"),
        ("自\u200b杀", "自杀"),
        ("自x杀", "自杀"),
        ("自殺", "自杀"),
        ("我想zs", "我想自杀"),
        ("zisha", "自杀"),
        ("我想紫砂", "我想自杀"),
        ("想亖", "想死"),
        ("想4了", "想死了"),
        ("我。想。死。了", "我想死了"),
        ("我想死死死死", "我想死"),
        ("ＫＩＬＬ", "kill"),
        ("k!ll", "kill"),
        ("k i l l", "kill"),
        ("k*ll", "kill"),
        ("kіll", "kill"),
        ("kms", "kill myself"),
        ("unalive", "kill"),
        ("don’t", "dont"),
        ("killllll", "kill"),
        ("ki\ud800ll", "kill"),
    ],
)
def test_a_disguise_is_undone(typed: str, read: str) -> None:
    assert normalise(typed).text == read


@pytest.mark.parametrize("kept", ["紫砂壶", "4点下课", "自己", "今天4号", "zsh"])
def test_a_harmless_word_stays_what_it_is(kept: str) -> None:
    assert normalise(kept).text == kept


def test_a_span_covers_the_whole_disguise() -> None:
    text = "我好想自/\u200b殺啊"
    plain = normalise(text)
    at = plain.text.index("自杀")
    start, end = plain.span(at, at + 2)
    assert text[start:end] == "自/\u200b殺"


@given(st.text(max_size=80))
def test_any_text_can_be_read_and_every_span_lies_within_it(text: str) -> None:
    plain = normalise(text)
    assert len(plain.text) == len(plain.starts) == len(plain.ends)
    spans = [plain.span(place, place + 1) for place in range(len(plain.text))]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


@pytest.mark.parametrize(
    ("written", "plain"), [("没人瞭解我", "没人了解我"), ("反覆想", "反复想"), ("心情沈重", "心情沉重")]
)
def test_a_phrase_is_simplified_though_none_of_its_characters_is_alone(written: str, plain: str) -> None:
    assert normalise(written).text == plain


@given(st.text(max_size=40))
def test_simplifying_never_changes_the_length(text: str) -> None:
    assert len(to_simplified(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我想死", Reading.READABLE),
        ("help me please", Reading.READABLE),
        ("", Reading.EMPTY),
        ("……", Reading.EMPTY),
        ("123", Reading.READABLE),
        ("Мне очень плохо", Reading.UNSUPPORTED),
        ("너무 힘들어요", Reading.UNSUPPORTED),
        ("je suis vraiment triste ce soir", Reading.UNSUPPORTED),
        ("asdkj qwlek zxmcn qpwoe alskd", Reading.UNSUPPORTED),
    ],
)
def test_a_language_we_cannot_read_is_told_apart(text: str, expected: Reading) -> None:
    assert reading(normalise(text).text) is expected


@pytest.mark.parametrize("step", [*spelling.STEPS, *spelling.EVASIONS], ids=lambda step: step.pattern.pattern[:30])
@given(data=st.data())
def test_a_disguise_always_shows_one_of_its_signs(step: Step, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(step.pattern))
    assert not step.signs or not set(text).isdisjoint(step.signs)
