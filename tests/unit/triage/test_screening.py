"""An answer may only ask for more: what nobody asked is not denied, and a refusal counts upwards."""

from itertools import product

import pytest

from hotline.domain.contact import AskedDirectly, Level
from hotline.settings import Settings
from hotline.triage.screening import Answer, Question, asked_directly, least_level, not_asked

YES, NO, REFUSED = Answer.YES, Answer.NO, Answer.REFUSED


@pytest.fixture(scope="module")
def numbers() -> dict[str, object]:
    section: dict[str, object] = Settings.load({}).policy_values("quality_policy")["screening"]
    return section


@pytest.mark.parametrize(
    ("answers", "level"),
    [
        ({}, None),
        ({Question.WISH: YES}, Level.ELEVATED),
        ({Question.WISH: NO}, None),
        ({Question.METHOD: YES}, Level.ELEVATED),
        ({Question.INTENT: YES}, Level.HIGH),
        ({Question.PLAN: YES, Question.WISH: YES}, Level.HIGH),
        ({Question.BEHAVIOUR: YES}, Level.HIGH),
        ({Question.ALONE: YES, Question.MEANS: YES}, None),
        ({Question.SAFE_HOME: NO}, Level.ELEVATED),
        ({Question.SAFE_HOME: YES}, None),
        *(({question: REFUSED}, Level.ELEVATED) for question in Question),
    ],
)
def test_an_answer_asks_for_its_level(
    numbers: dict[str, object], answers: dict[Question, Answer], level: Level | None
) -> None:
    assert least_level(numbers, answers) is level


def test_passing_thoughts_ask_for_nothing_once_intent_plan_and_behaviour_were_denied(
    numbers: dict[str, object],
) -> None:
    denied = {Question.INTENT: NO, Question.PLAN: NO, Question.BEHAVIOUR: NO}
    assert least_level(numbers, {Question.WISH: YES, Question.THOUGHTS: YES, **denied}) is None
    assert least_level(numbers, {Question.METHOD: YES, **denied}) is Level.ELEVATED


def test_a_refusal_never_asks_for_less_than_a_yes_to_something_weaker(numbers: dict[str, object]) -> None:
    for question, other in product(Question, Question):
        level = least_level(numbers, {question: REFUSED, other: YES} if question != other else {question: REFUSED})
        assert level is not None
        assert level.rank >= Level.ELEVATED.rank


def test_what_nobody_asked_stays_listed_in_the_order_of_asking() -> None:
    assert not_asked({Question.THOUGHTS: YES, Question.WISH: Answer.NOT_YET})[:2] == [Question.WISH, Question.METHOD]


@pytest.mark.parametrize(
    ("answers", "directly"),
    [
        ({}, None),
        ({Question.ALONE: YES}, None),
        ({Question.WISH: NO}, AskedDirectly.DENIED),
        ({Question.PLAN: NO}, None),
        ({Question.WISH: NO, Question.THOUGHTS: REFUSED}, AskedDirectly.REFUSED),
        ({Question.WISH: REFUSED, Question.INTENT: YES}, AskedDirectly.YES),
        ({Question.WISH: Answer.NOT_YET}, None),
    ],
)
def test_the_answers_say_whether_it_was_asked_in_plain_words(
    answers: dict[Question, Answer], directly: AskedDirectly | None
) -> None:
    assert asked_directly(answers) is directly
