"""An invented person answers by written rules, and the feedback sees what was done."""

import pytest

from hotline.domain.contact import Language, Level
from hotline.settings import Settings
from hotline.volunteers.practice import Practice, Script, Shown, met, next_step

SCRIPT = Script("t", "h", "hi", ("one", "two"), "yes, I think of it", ("more",), "bye")


@pytest.fixture(scope="module")
def practice() -> Practice:
    return Practice.from_numbers(Settings.load({}).policy_values("practice"))


def told(asked_at: int | None) -> list[str]:
    """The steps that are said while a listener writes seven times, asking in plain words the ``asked_at``-th time."""
    said = ["opening"]
    for number in range(7):
        step = next_step(SCRIPT, said, asked=asked_at is not None and number >= asked_at)
        if step is not None:
            said.append(step)
    return said


def test_the_lines_come_in_their_order_and_then_nothing_more() -> None:
    assert told(asked_at=None) == ["opening", "lines:0", "lines:1", "end"]


def test_what_was_asked_in_plain_words_is_answered_once_and_changes_what_follows() -> None:
    assert told(asked_at=1) == ["opening", "lines:0", "asked", "after:0", "end"]
    assert [SCRIPT.text(step) for step in ("lines:1", "asked", "end")] == ["two", "yes, I think of it", "bye"]


def test_a_longer_answer_takes_longer_within_limits(practice: Practice) -> None:
    short, long = practice.pause_before("hi"), practice.pause_before("x" * 60)
    assert practice.least == short < long < practice.pause_before("x" * 6000) == practice.most


@pytest.mark.parametrize(
    ("text", "direct"),
    [
        ("are you thinking of suicide?", True),
        ("你有自杀的念头吗", True),
        ("how did you sleep?", False),
        ("想你了", False),
    ],
)
def test_only_plain_words_count_as_asking_directly(practice: Practice, text: str, *, direct: bool) -> None:
    assert practice.asks_directly([text]) is direct


def test_feedback_finds_what_was_said_avoided_judged_and_agreed(practice: Practice) -> None:
    urgent = practice.scenarios["urgent"]
    said = ("are you safe? do you think of suicide? could you put it away", "who is near you?")
    good = met(practice, urgent, Shown(said, noted_asking=True, level=Level.IMMINENT, next_step=""))
    assert set(good) == set(urgent.checklist)
    assert all(good.values())
    poor = met(practice, urgent, Shown(("why? i promise",), noted_asking=False, level=Level.ROUTINE, next_step=""))
    assert not any(poor.values())


def test_every_scenario_speaks_every_language_equally_long(practice: Practice) -> None:
    for scenario in practice.scenarios.values():
        shapes = {(len(one.lines), len(one.after)) for one in scenario.scripts.values()}
        assert len(shapes) == 1, scenario.code
        assert set(scenario.scripts) == {language.value for language in Language}


def test_all_of_a_scenario_can_be_said_without_asking_and_with_asking(practice: Practice) -> None:
    for scenario in practice.scenarios.values():
        for script in scenario.scripts.values():
            assert all(script.text(step) for step in ("opening", "asked", "end"))
            assert [script.text(f"lines:{n}") for n in range(len(script.lines))] == list(script.lines)
