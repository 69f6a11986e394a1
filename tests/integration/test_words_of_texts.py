"""What is written for texts: short enough for a network, true without a page, whole in pieces."""

import pytest

from hotline.domain.contact import Language, Region
from hotline.domain.texting import NOT_REACHED, TextState, cut, segments
from hotline.flow.helpline import Helpline


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("region", list(Region))
def test_every_sentence_written_for_texts_fits_into_three(
    helpline: Helpline, language: Language, region: Region
) -> None:
    words, emergency = helpline.words.now, helpline.emergency.texted(region, language)
    keys = [key for key in words.texts[Language.EN] if key.startswith(("text_", "texts_"))]
    values = {"emergency": emergency, "alias": "Cheung Siu-ming", "position": "12", "minutes": "45"}
    keys += ["listener_joined", "waiting_position", "wait_unknown", "listener_released", "supervisor_joined"]
    long = {key: segments(words.sentence(key, language, **values)) for key in keys}
    assert {key: number for key, number in long.items() if number > 3} == {}


SAID = (
    "acknowledgement", "acknowledgement_urgent", "asked_place", "nobody_on_duty", "wait_unknown", "waiting_position",
    "listener_joined", "listener_changed", "listener_vanished", "listener_released", "supervisor_joined",
    "companion_left", "shadowing_began", "shadowing_ended", "callback_noted", "callback_withdrawn", "plan_shared",
    "conversation_ended", "seeker_ended", "texts_stopped",
)  # fmt: skip
"""All that ``receive.say`` says."""


@pytest.mark.parametrize("key", SAID)
def test_no_text_speaks_of_a_page_nobody_sees(helpline: Helpline, key: str) -> None:
    words = helpline.words.now
    said = f"text_{key}" if words.has(f"text_{key}") else key
    for language, off in zip(
        Language, (("本页", "页面", "屏幕"), ("本頁", "頁面", "螢幕"), ("page", "screen", "below")), strict=True
    ):
        assert [word for word in off if word in words.texts[language][said]] == []


def test_a_text_that_speaks_of_danger_holds_the_numbers(helpline: Helpline) -> None:
    for key in ("acknowledgement", "acknowledgement_urgent", "nobody_on_duty", "conversation_ended", "seeker_ended"):
        assert "emergency" in helpline.words.now.placeholders(f"text_{key}")


def test_pieces_are_the_whole_and_break_no_sign() -> None:
    family = "👨‍👩‍👧‍👦"
    assert "".join(cut(family * 40, 100)) == family * 40
    assert cut("", 10) == []
    assert all(not piece.startswith("\u0301") for piece in cut("e\u0301" * 99, 10))


def test_segments_are_counted_as_networks_bill_them() -> None:
    assert [segments(one) for one in ("a" * 160, "a" * 161, "你" * 70, "你" * 71, "[" * 80, "[" * 81)] == [
        1,
        2,
        1,
        2,
        1,
        2,
    ]


def test_ranks_leave_no_doubt() -> None:
    assert [one.value for one in NOT_REACHED] == ["refused", "failed", "undelivered"]
    assert TextState.DELIVERED.rank > TextState.UNDELIVERED.rank > TextState.SENT.rank
