"""A disguise that a person reads through must not hide a crisis from the triage."""

from pathlib import Path

import disguises
import pytest

from hotline.domain.contact import Level
from hotline.triage.scorer import load_assessor

ROOT = Path(__file__).parents[2]
ASSESSOR = load_assessor(ROOT / "models", ROOT / "config")

CRISES = [
    "我想死",
    "我决定今晚自杀",
    "我刚吃了一整瓶安眠药",
    "I want to kill myself",
    "I just took a whole bottle of pills",
]


def test_there_are_at_least_twelve_disguises() -> None:
    assert len(disguises.TRANSFORMS) >= 12


@pytest.mark.parametrize("name", disguises.TRANSFORMS)
@pytest.mark.parametrize("crisis", CRISES)
def test_a_disguised_crisis_is_still_seen(crisis: str, name: str) -> None:
    disguised = disguises.TRANSFORMS[name](crisis)
    assert ASSESSOR.judge([disguised]).level.rank >= Level.ELEVATED.rank


@pytest.mark.parametrize("crisis", CRISES)
def test_fifty_benign_messages_do_not_lower_a_crisis_line(crisis: str) -> None:
    alone = ASSESSOR.judge([crisis]).level
    assert ASSESSOR.judge(disguises.buried(crisis)).level.rank >= alone.rank
