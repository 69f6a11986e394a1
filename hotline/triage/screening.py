"""What a listener asks and what an answer asks for; without it, what nobody asked would look like what was denied.

The questions are those of the C-SSRS screener in short form, and three about the person's surroundings. Pure: an answer
may only ever ask for a higher level, and a refusal counts upwards.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from hotline.domain.contact import AskedDirectly, Level, highest


class Question(StrEnum):
    """What may be asked, in the order of asking."""

    WISH = "wish"
    THOUGHTS = "thoughts"
    METHOD = "method"
    INTENT = "intent"
    PLAN = "plan"
    BEHAVIOUR = "behaviour"
    ALONE = "alone"
    MEANS = "means"
    SAFE_HOME = "safe_home"


class Answer(StrEnum):
    """What was answered; ``NOT_YET`` takes back an answer that was ticked by mistake."""

    YES = "yes"
    NO = "no"
    REFUSED = "refused"
    NOT_YET = "not_yet"


ABOUT_SUICIDE = (
    Question.WISH,
    Question.THOUGHTS,
    Question.METHOD,
    Question.INTENT,
    Question.PLAN,
    Question.BEHAVIOUR,
)
_PASSIVE = frozenset({Question.WISH, Question.THOUGHTS})
_DENIALS_THAT_COUNT = frozenset({Question.INTENT, Question.PLAN, Question.BEHAVIOUR})
Answers = Mapping[Question, Answer]


def not_asked(answers: Answers) -> list[Question]:
    """The questions nobody has asked yet, in the order of asking."""
    return [question for question in Question if answers.get(question, Answer.NOT_YET) is Answer.NOT_YET]


def least_level(numbers: Mapping[str, Any], answers: Answers) -> Level | None:
    """The level these answers ask for at least, or ``None`` when they ask for none.

    ``numbers`` is the section ``screening`` of ``quality_policy.toml``. A wish to be dead or passing thoughts alone ask
    for nothing once intent, plan and behaviour were asked and denied (helpline rules, level ``routine``).
    """
    denied = all(answers.get(question) is Answer.NO for question in _DENIALS_THAT_COUNT)
    asked = [
        Level(numbers["asks"][question.value])
        for question in ABOUT_SUICIDE
        if answers.get(question) is Answer.YES and not (denied and question in _PASSIVE)
    ]
    if answers.get(Question.SAFE_HOME) is Answer.NO:
        asked.append(Level(numbers["asks"]["unsafe_home"]))
    if Answer.REFUSED in answers.values():
        asked.append(Level(numbers["refused_level"]))
    return highest(*asked) if asked else None


def asked_directly(answers: Answers) -> AskedDirectly | None:
    """What these answers say about having asked about suicide in plain words; ``None`` when they say nothing."""
    said = {answers[question] for question in ABOUT_SUICIDE if question in answers}
    if Answer.YES in said:
        return AskedDirectly.YES
    if Answer.REFUSED in said:
        return AskedDirectly.REFUSED
    return AskedDirectly.DENIED if Answer.NO in {answers.get(question) for question in _PASSIVE} else None
