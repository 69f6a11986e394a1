"""The level is the highest that anyone asks for, and nothing the machine sees can lower it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from hotline.domain.contact import Level
from hotline.domain.errors import ConfigurationError
from hotline.triage.lexicon import HEADS
from hotline.triage.normalise import Reading, normalise
from hotline.triage.policy import STEPS, Decision, decide, label, raised, read_policy
from hotline.triage.scorer import load_lexicon, load_policy

CONFIG = Path(__file__).parents[3] / "config"
POLICY = load_policy(CONFIG)
LEXICON = load_lexicon(CONFIG)
CALM = dict.fromkeys((*HEADS, *STEPS), 0.0)


def _decide(text: str = "", **changes: Any) -> Decision:
    hits = LEXICON.find(normalise(text).text)
    given: dict[str, Any] = {
        "hits": hits,
        "tags": frozenset(tag for hit in hits for tag in hit.rule.tags),
        "scores": CALM,
        "language": "zh",
        "reading": Reading.READABLE,
        **changes,
    }
    return decide(POLICY, **given)


def test_a_practical_question_is_information() -> None:
    assert _decide("几点下班").level is Level.INFORMATION


def test_a_wish_to_die_is_elevated_until_somebody_has_asked() -> None:
    assert _decide("我想死").level is Level.ELEVATED


def test_intent_with_means_and_a_near_time_is_imminent() -> None:
    assert _decide("我决定今晚跳楼自杀").level is Level.IMMINENT


@pytest.mark.parametrize(("head", "level"), STEPS.items())
def test_a_step_of_the_model_past_its_threshold_asks_for_its_level(head: str, level: Level) -> None:
    wider = {"urgent": ("any_risk",), "imminent": ("any_risk", "urgent")}.get(head, ())
    assert _decide(scores={**CALM, **dict.fromkeys((head, *wider), 1.0)}).level is level


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_looks_imminent_is_elevated_whatever_any_risk_says(language: str) -> None:
    soon = POLICY.thresholds[language]["soon"]
    assert soon < POLICY.thresholds[language]["any_risk"]
    doubtful = {**CALM, "any_risk": soon, "urgent": soon}
    assert _decide(scores=doubtful, language=language).level is Level.INFORMATION
    happening = {**doubtful, "imminent": soon}
    assert _decide(scores=happening, language=language) == Decision(Level.ELEVATED, ("model:imminent",))
    assert raised(POLICY, happening, language) == ["imminent"]


@pytest.mark.parametrize("value", [0.9, 20.0, -0.1])
def test_a_bar_for_soon_that_would_not_hold_is_refused(value: float) -> None:
    document = _document()
    document["thresholds"]["en"]["soon"]["value"] = value
    with pytest.raises(ConfigurationError, match=r"soon|outside"):
        read_policy(document)


def test_imminent_counts_only_on_top_of_urgent() -> None:
    assert _decide(scores={**CALM, "imminent": 1.0}).level is Level.ELEVATED


@pytest.mark.parametrize("head", HEADS)
def test_each_danger_past_its_threshold_is_at_least_elevated(head: str) -> None:
    assert _decide(scores={**CALM, head: 1.0}).level is Level.ELEVATED


def test_a_certain_danger_needs_less_certainty_about_how_soon() -> None:
    doubtful = POLICY.thresholds["zh"]["urgent"] - 0.05
    assert not _decide(scores={**CALM, "urgent": doubtful, "any_risk": doubtful}).level.urgent
    assert _decide(scores={**CALM, "urgent": doubtful, "any_risk": 1.0}).level is Level.HIGH


def test_a_certain_danger_alone_is_not_urgent() -> None:
    assert _decide(scores={**CALM, "any_risk": 1.0}).level is Level.ELEVATED


def test_a_silent_model_is_never_less_than_elevated() -> None:
    assert _decide("几点下班", scores=None).level is Level.ELEVATED


def test_a_silent_model_does_not_silence_the_rules() -> None:
    assert _decide("我刚吃了一整瓶安眠药", scores=None).level is Level.IMMINENT


@pytest.mark.parametrize("reading", [Reading.UNSUPPORTED, Reading.EMPTY])
def test_what_cannot_be_read_is_at_least_elevated(reading: Reading) -> None:
    assert _decide(reading=reading).level is Level.ELEVATED


@pytest.mark.parametrize("memory", list(Level))
def test_memory_is_never_lowered(memory: Level) -> None:
    assert _decide("谢谢", memory=memory).level.rank >= memory.rank


def test_the_reasons_name_what_asked_for_the_level() -> None:
    assert "rule:zh.suicide.wish" in _decide("我想死").reasons


@pytest.mark.parametrize("language", ["zh_hans", "zh_hant", "en"])
def test_every_reason_has_a_name_in_three_languages(language: str) -> None:
    heads = [f"model:{name}" for name in (*HEADS, *STEPS)]
    combinations = [f"combination:{each.id}" for each in POLICY.combinations]
    assert all(label(POLICY, source, language) for source in [*heads, *combinations, "memory", "floor:model_silent"])


def _document() -> dict[str, Any]:
    return tomllib.loads((CONFIG / "risk_policy.toml").read_text("utf-8"))


@pytest.mark.parametrize("key", ["unit", "source", "decided_by"])
def test_a_number_without_its_papers_is_refused(key: str) -> None:
    document = _document()
    del document["thresholds"]["zh"]["urgent"][key]
    with pytest.raises(ConfigurationError):
        read_policy(document)


@pytest.mark.parametrize("floor", ["model_failure", "unsupported_language"])
def test_a_floor_below_elevated_is_refused(floor: str) -> None:
    document = _document()
    document["floors"][floor]["value"] = "routine"
    with pytest.raises(ConfigurationError):
        read_policy(document)


@pytest.mark.parametrize("name", ["abuse", "soon", "mentioned"])
def test_a_missing_threshold_is_refused(name: str) -> None:
    document = _document()
    del document["thresholds"]["en"][name]
    with pytest.raises(ConfigurationError, match=name):
        read_policy(document)
