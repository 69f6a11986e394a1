"""An answer may only ask for more: what nobody asked is not denied, and a refusal counts upwards."""

from itertools import product

import pytest

from hotline.domain.contact import AskedDirectly, Level
from hotline.settings import Settings
from hotline.triage.screening import ABOUT_SUICIDE, Answer, Question, Screener, ask_next, asked_directly, least_level

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
        ({Question.BURDEN: YES}, Level.ELEVATED),
        ({Question.TRIED: YES}, Level.ELEVATED),
        ({Question.NOW: YES}, Level.IMMINENT),
        ({Question.NOW: NO, Question.TRIED: NO}, None),
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


def order(screener: Screener, says: dict[Question, Answer]) -> list[Question]:
    """What is asked one after the other of somebody who answers so, and no to all else."""
    answers: dict[Question, Answer] = {}
    while (question := ask_next(screener, answers)) is not None:
        answers[question] = says.get(question, NO)
    return list(answers)


def test_who_denies_thoughts_is_asked_nothing_about_a_method() -> None:
    short = [Question.WISH, Question.THOUGHTS, Question.BEHAVIOUR, Question.SAFE_HOME]
    assert order(Screener.CSSRS, {}) == short
    assert order(Screener.CSSRS, {Question.THOUGHTS: YES}) == [
        *ABOUT_SUICIDE[:6],
        Question.ALONE,
        Question.MEANS,
        Question.SAFE_HOME,
    ]
    assert Question.MEANS in order(Screener.CSSRS, {Question.WISH: REFUSED})


def test_the_last_question_to_young_people_follows_any_yes_or_refusal() -> None:
    first = [Question.WISH, Question.BURDEN, Question.THOUGHTS, Question.TRIED]
    assert order(Screener.ASQ, {}) == first
    for question, said in product(first, (YES, REFUSED)):
        assert order(Screener.ASQ, {question: said}) == [*first, Question.NOW]


def test_what_both_screeners_ask_is_asked_once() -> None:
    assert ask_next(Screener.ASQ, {Question.WISH: NO}) is Question.BURDEN
    assert ask_next(Screener.CSSRS, {Question.WISH: Answer.NOT_YET}) is Question.WISH


def test_feeling_a_burden_is_not_asking_about_suicide() -> None:
    assert asked_directly({Question.BURDEN: YES}) is None
    assert asked_directly({Question.NOW: YES}) is AskedDirectly.YES


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
