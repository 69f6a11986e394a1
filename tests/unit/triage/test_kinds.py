"""A word that no training row holds counts like its neighbours; and a table that is no table is refused."""

import io
from typing import Any

import numpy as np
import pytest

from hotline.triage.scorer.kinds import NO_KINDS, Kinds, read_kinds
from hotline.triage.scorer.wordlist import written


def _table(words: list[str], kinds: list[Any], kept_as: type = np.uint16) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, words=written(words), kinds=np.array(kinds, dtype=kept_as))
    return buffer.getvalue()


@pytest.fixture
def table() -> Kinds:
    return read_kinds(_table(["gun", "pistol", "my", "轻生", "寻短见", "轻", "想"], [1, 1, 2, 3, 3, 4, 5]))


def test_words_of_one_kind_switch_on_the_same_features(table: Kinds) -> None:
    assert table.features("my gun") == table.features("my pistol") == {"kind:2", "kind:1", "kinds:2>1"}
    assert table.features("想轻生") == table.features("想寻短见") == {"kind:5", "kind:3", "kinds:5>3"}


def test_the_longest_word_is_found_first(table: Kinds) -> None:
    assert table.find("轻轻生") == [(0, 1, 4), (1, 3, 3)]


def test_a_word_the_table_does_not_know_keeps_its_place(table: Kinds) -> None:
    assert [kind for _, _, kind in table.find("my blorf 攞 gun")] == [2, -1, -1, 1]


def test_a_word_is_paired_with_the_next_two(table: Kinds) -> None:
    pairs = {name for name in table.features("my gun my gun 想") if name.startswith("kinds:")}
    assert pairs == {"kinds:2>1", "kinds:2>2", "kinds:1>2", "kinds:1>1", "kinds:2>5", "kinds:1>5"}


def test_features_know_where_they_stand(table: Kinds) -> None:
    assert set(table.placed("my gun 想轻生 my")) == table.features("my gun 想轻生 my")
    assert table.placed("my gun")["kinds:2>1"] == [(0, 2), (3, 6)]


@pytest.mark.parametrize("text", ["", " ", "!?", "😀", "\ud800"])
def test_a_text_without_words_has_no_kinds(table: Kinds, text: str) -> None:
    assert table.features(text) == set()


def test_without_a_table_nothing_is_found() -> None:
    assert NO_KINDS.features("my gun 想轻生") == set()


@pytest.mark.parametrize(
    "content",
    [
        b"no archive",
        _table(["a", "b"], [1]),
        _table(["a"], [-1], np.int64),
        _table(["a"], [0.5], np.float64),
        _table(["a"], [2**18], np.uint32),
    ],
)
def test_a_table_that_does_not_fit_together_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_kinds(content)
