"""What a listener asks and what an answer asks for; without it, what nobody asked would look like what was denied.

The questions are those of the C-SSRS screener in short form, three about the person's surroundings, and what the ASQ,
made for young people, asks besides. The words to say stand in ``config/words.*.toml`` (``screen_…``) and are our own.
Pure: an answer may only ever ask for a higher level, and a refusal counts upwards.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from hotline.domain.contact import AskedDirectly, Level, highest


class Screener(StrEnum):
    """In which order is asked."""

    CSSRS = "cssrs"
    ASQ = "asq"


class Question(StrEnum):
    """What may be asked, in the order of asking; the last three only by the ASQ."""

    WISH = "wish"
    THOUGHTS = "thoughts"
    METHOD = "method"
    INTENT = "intent"
    PLAN = "plan"
    BEHAVIOUR = "behaviour"
    ALONE = "alone"
    MEANS = "means"
    SAFE_HOME = "safe_home"
    BURDEN = "burden"
    TRIED = "tried"
    NOW = "now"

    @property
    def screener(self) -> Screener:
        """Under which screener it is listed; what both ask is listed under the first."""
        return Screener.ASQ if self in _ONLY_ASQ else Screener.CSSRS


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
    Question.BURDEN,
    Question.TRIED,
    Question.NOW,
)
_ONLY_ASQ = frozenset({Question.BURDEN, Question.TRIED, Question.NOW})
_INDIRECT = frozenset({Question.BURDEN})
"""About suicide, but not in plain words."""
_FIRST_OF_ASQ = (Question.WISH, Question.BURDEN, Question.THOUGHTS, Question.TRIED)
_ONLY_AFTER_THOUGHTS = frozenset({Question.METHOD, Question.INTENT, Question.PLAN})
_ONLY_IN_DANGER = frozenset({Question.ALONE, Question.MEANS})
_PASSIVE = frozenset({Question.WISH, Question.THOUGHTS})
_DENIALS_THAT_COUNT = frozenset({Question.INTENT, Question.PLAN, Question.BEHAVIOUR})
Answers = Mapping[Question, Answer]


def ask_next(screener: Screener, answers: Answers) -> Question | None:
    """The question to ask next, or ``None`` when all that the answers so far call for was asked.

    Method, intent and plan are asked only after thoughts of suicide, the last question of the ASQ only after a yes or a
    refusal, being alone and means at hand only when anything pointed to danger (C-SSRS screener, ASQ).
    """
    due = _due_of_asq(answers) if screener is Screener.ASQ else _due_of_cssrs(answers)
    return next((one for one in due if answers.get(one, Answer.NOT_YET) is Answer.NOT_YET), None)


def _due_of_cssrs(answers: Answers) -> list[Question]:
    thoughts = answers.get(Question.THOUGHTS) is Answer.YES
    danger = any(answers.get(one) in {Answer.YES, Answer.REFUSED} for one in ABOUT_SUICIDE)
    left_out = _ONLY_ASQ | (frozenset() if thoughts else _ONLY_AFTER_THOUGHTS)
    left_out |= frozenset() if danger else _ONLY_IN_DANGER
    return [one for one in Question if one not in left_out]


def _due_of_asq(answers: Answers) -> list[Question]:
    positive = any(answers.get(one) in {Answer.YES, Answer.REFUSED} for one in _FIRST_OF_ASQ)
    return [*_FIRST_OF_ASQ, *([Question.NOW] if positive else [])]


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
    said = {answers[question] for question in ABOUT_SUICIDE if question in answers and question not in _INDIRECT}
    if Answer.YES in said:
        return AskedDirectly.YES
    if Answer.REFUSED in said:
        return AskedDirectly.REFUSED
    return AskedDirectly.DENIED if Answer.NO in {answers.get(question) for question in _PASSIVE} else None
