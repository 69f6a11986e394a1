"""What counts as a message and a codename."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.contacts import policy
from hotline.domain.errors import InvalidInput


def test_a_codename_has_at_least_sixty_bits() -> None:
    bits = policy.CODENAME_CHARACTERS * math.log2(len(policy.CODENAME_ALPHABET))
    assert bits >= 60
    assert len(set(policy.CODENAME_ALPHABET)) == len(policy.CODENAME_ALPHABET)


def test_a_codename_may_be_typed_loosely() -> None:
    codename = policy.new_codename()
    typed = f"  {codename.upper().replace('-', ' — ')} "
    assert policy.normal_codename(typed) == codename.replace("-", "")


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\x00\x01", None, 3, "x" * 4001])
def test_what_is_no_message_is_refused(text: object) -> None:
    with pytest.raises(InvalidInput):
        policy.clean_text(text)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=4000))
def test_a_persons_words_are_kept_as_they_are(text: str) -> None:
    if text.strip():
        assert policy.clean_text(text) == text


@pytest.mark.parametrize("value", ["short", "x" * 65, "has space", "ümlaut-12", None, 7])
def test_a_client_message_id_is_checked(value: object) -> None:
    with pytest.raises(InvalidInput):
        policy.check_client_message_id(value)
