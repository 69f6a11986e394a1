"""A new text for what the helpline says: whole, safe to say, and filled in exactly as the old one."""

from pathlib import Path

import pytest

from hotline.domain.contact import Language
from hotline.domain.words import (
    NEVER_SAID,
    NeverSaid,
    NumbersMissing,
    Signed,
    Words,
    WrongPlaces,
    WrongText,
    checked,
)
from hotline.web.words import load_words

WORDS = load_words(Path(__file__).resolve().parents[3] / "config")
WAIT = "sentences.waiting_position"


def proposed(name: str, text: str, lang: str = "en") -> str:
    return checked(WORDS, name, lang, text)


def test_a_good_text_is_taken_with_its_spaces_tidied() -> None:
    text = proposed(WAIT, "  Number {position},\n about {minutes} min. ")
    assert text == "Number {position}, about {minutes} min."


@pytest.mark.parametrize(
    "text",
    [
        "Number {position}.",
        "Number {position}, {minutes} min, {alias}.",
        "Number {position}, {minutes min.",
        "Number {position}, {minutes!r} min.",
        "Number {position}, {minutes:>900000000} min.",
        "Number {position.__class__}, {minutes} min.",
        "Number {position}, {minutes:{position}} min.",
        "Number {}, {minutes} min.",
    ],
)
def test_what_is_filled_in_must_be_exactly_that_of_the_file(text: str) -> None:
    with pytest.raises(WrongPlaces):
        proposed(WAIT, text)


@pytest.mark.parametrize("text", ["", " \n ", "x" * 1001, "turned \u202e round", "nothing\u200bseen"])
def test_a_text_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(WrongText):
        proposed("sentences.goodbye", text)


def test_a_levels_name_stays_short() -> None:
    assert proposed("sentences.level_high", "Very high") == "Very high"
    with pytest.raises(WrongText):
        proposed("sentences.level_high", "x" * 41)


@pytest.mark.parametrize(("text", "lang"), [("I will always be here", "en"), ("为什么难过", "zh-Hans"), ("Why?", "en")])
def test_no_text_promises_constant_presence_or_asks_for_reasons(text: str, lang: str) -> None:
    with pytest.raises(NeverSaid):
        proposed("sentences.goodbye", text, lang)


@pytest.mark.parametrize("lang", list(Language))
def test_who_is_sent_to_the_numbers_stays_sent_there(lang: Language) -> None:
    with pytest.raises(NumbersMissing):
        proposed("sentences.nobody_on_duty", "Nobody is here. / 没有人。", lang)


def test_every_text_of_the_files_may_be_proposed_as_it_is() -> None:
    for name in WORDS.names():
        for lang in Language:
            assert proposed(name, WORDS.text(name, lang), lang) == WORDS.text(name, lang)
            assert not NEVER_SAID.search(WORDS.text(name, lang))


def test_a_signed_text_is_said_and_says_its_version() -> None:
    signed = [Signed("sentences.goodbye", "en", 3, "Bye."), Signed("phrases.greet", "en", 1, "Hello.")]
    found = WORDS.with_signed(signed)
    assert (found.sentence("goodbye", "en"), found.phrases("en")[0].text) == ("Bye.", "Hello.")
    assert found.version_of("sentences.goodbye", "en") == f"{WORDS.versions['en']}#3"
    assert found.version_of("sentences.goodbye", "zh-Hans") == WORDS.versions["zh-Hans"]
    assert found.sentence("goodbye", "zh-Hans") == WORDS.sentence("goodbye", "zh-Hans")


@pytest.mark.parametrize(
    "old",
    [
        Signed("sentences.no_longer_there", "en", 1, "Hello."),
        Signed(WAIT, "en", 1, "Number {place}."),
        Signed("sentences.goodbye", "fr", 1, "Salut."),
        Signed("elsewhere.goodbye", "en", 1, "Hello."),
    ],
)
def test_a_signed_text_that_no_longer_fits_the_file_is_not_said(old: Signed) -> None:
    found: Words = WORDS.with_signed([old])
    assert found.texts == WORDS.texts
    assert found.signed == {}
