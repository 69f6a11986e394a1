"""The helpline's own sentences: whole in every language, and safe to say."""

import shutil
from pathlib import Path

import pytest

from hotline.domain import errors
from hotline.domain.contact import Language, Level, Region
from hotline.domain.errors import ConfigurationError, HotlineError
from hotline.domain.words import NEVER_SAID, SENDS_TO_NUMBERS
from hotline.web.words import load_emergency, load_words

CONFIG = Path(__file__).resolve().parents[3] / "config"
EDGE_ERRORS = ("totp_needed", "nobody_waiting", "csrf", "too_large", "already_claimed_unknown")
ALARM_KINDS = (
    "urgent_waiting", "risk_rising", "listener_silent", "seeker_silent", "nobody_on_duty",
    "dispatch_unsigned", "model_failing", "second_reading_failing", "sweep_stale", "urgent_abandoned", "target_missed",
    "model_drift", "rota_gap", "help_wanted", "follow_up_overdue",
)  # fmt: skip
SPEAKING_OF_DANGER = (
    "acknowledgement",
    "acknowledgement_urgent",
    "nobody_on_duty",
    "third_party_hint",
    "seeker_ended",
    "callback_noted",
    "nobody_on_duty_yet",
    "hours_outside",
)


def _copy(tmp_path: Path) -> Path:
    for path in CONFIG.glob("*.toml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def _error_codes() -> list[str]:
    found = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, HotlineError)]
    return sorted({error.code for error in found})


@pytest.mark.parametrize("code", [*_error_codes(), *EDGE_ERRORS])
def test_every_error_has_a_sentence_in_every_language(code: str) -> None:
    words = load_words(CONFIG)
    for language in Language:
        assert words.sentence(f"error_{code}", language.value, by="Lin")


@pytest.mark.parametrize("kind", [*ALARM_KINDS, "urgent_waiting_everyone"])
def test_every_alarm_has_a_sentence_without_anything_to_fill_in(kind: str) -> None:
    words = load_words(CONFIG)
    for language in Language:
        assert words.sentence(f"alarm_{kind}", language.value)


@pytest.mark.parametrize("level", list(Level))
def test_every_level_has_a_name_in_every_language(level: Level) -> None:
    words = load_words(CONFIG)
    assert all(words.sentence(f"level_{level.value}", language.value) for language in Language)


@pytest.mark.parametrize("key", SPEAKING_OF_DANGER)
def test_a_sentence_that_speaks_of_danger_sends_to_the_numbers(key: str) -> None:
    words = load_words(CONFIG)
    assert all(part in words.sentence(key, lang) for lang, part in SENDS_TO_NUMBERS.items())


def test_the_numbers_of_a_region_fit_into_one_line() -> None:
    line = load_emergency(CONFIG).line("cn", "zh-Hans")
    assert all(number in line for number in ("110", "120", "119", "12356"))
    assert "112" in load_emergency(CONFIG).line("other", "en")


def test_no_sentence_promises_constant_presence_or_asks_for_reasons() -> None:
    words = load_words(CONFIG)
    for language in Language:
        said = [*words.texts[language.value].values(), *(phrase.text for phrase in words.phrases(language.value))]
        assert [text for text in said if NEVER_SAID.search(text)] == []


def test_simplified_and_traditional_sentences_differ() -> None:
    words = load_words(CONFIG)
    same = [key for key, text in words.texts["zh-Hans"].items() if words.texts["zh-Hant"][key] == text]
    assert set(same) <= {"level_imminent", "level_high", "level_routine"}


def test_a_sentence_missing_in_one_language_stops_the_start(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    path = folder / "words.zh-Hant.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[sentences.check_in]", "[sentences.other_name]"), "utf-8")
    with pytest.raises(ConfigurationError, match=r"check_in.*zh-Hant"):
        load_words(folder)


def test_different_placeholders_stop_the_start(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    path = folder / "words.en.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("{minutes} min.", "some minutes."), "utf-8")
    with pytest.raises(ConfigurationError, match="waiting_position"):
        load_words(folder)


def test_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_words(tmp_path)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_emergency(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('text = "You are next', 'text = "" #', "wait_next has no text"),
        ("{minutes}", "{minutes", "malformed braces"),
        ("reviewed_by", "read_by", "reviewed_by is missing"),
    ],
)
def test_a_broken_file_is_refused_with_its_fault(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = _copy(tmp_path)
    path = folder / "words.en.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), "utf-8")
    with pytest.raises(ConfigurationError, match=said):
        load_words(folder)


def test_an_unknown_sentence_or_a_missing_value_is_an_error() -> None:
    words = load_words(CONFIG)
    assert words.has("goodbye")
    assert not words.has("no_such_key")
    assert words.placeholders("waiting_position") == {"position", "minutes"}
    with pytest.raises(KeyError):
        words.sentence("no_such_key", "en")
    with pytest.raises(KeyError):
        words.sentence("waiting_position", "en", position=1)


def test_a_value_with_braces_is_said_as_it_is() -> None:
    assert "{x}" in load_words(CONFIG).sentence("listener_joined", "en", alias="{x}")


@pytest.mark.parametrize("region", list(Region))
def test_every_region_has_numbers_in_every_language(region: Region) -> None:
    numbers = load_emergency(CONFIG)
    for language in Language:
        assert numbers.for_region(region.value, language.value)
        assert dict(numbers.regions(language.value))[region.value]


def test_an_unknown_region_gets_the_numbers_that_hold_anywhere() -> None:
    numbers = load_emergency(CONFIG)
    assert numbers.for_region("mars", "en") == numbers.for_region("other", "en")


@pytest.mark.parametrize("missing", ['zh-Hant = "警察"', "[regions.tw]", 'source = "published by Caritas Macau"'])
def test_an_incomplete_region_stops_the_start(tmp_path: Path, missing: str) -> None:
    folder = _copy(tmp_path)
    path = folder / "emergency_numbers.toml"
    content = path.read_text(encoding="utf-8")
    if missing not in content:
        missing = 'zh-Hant = "報警"'
    path.write_text(content.replace(missing, missing.split(" = ")[0] + ' = ""' if "source" in missing else ""), "utf-8")
    with pytest.raises(ConfigurationError):
        load_emergency(folder)
