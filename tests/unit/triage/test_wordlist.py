"""Words come back as they were written, and what is no list of words is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.errors import ModelRefused
from hotline.triage.scorer.wordlist import read, written

words = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]))


@given(st.lists(words))
def test_words_come_back_as_they_were(kept: list[str]) -> None:
    assert read(written(kept)) == kept


def test_a_word_of_two_lines_is_no_word() -> None:
    with pytest.raises(ValueError, match="end of a line"):
        written(["one", "two\nlines"])


def test_other_arrays_are_refused() -> None:
    with pytest.raises(ModelRefused):
        read(np.array(["one"]))
