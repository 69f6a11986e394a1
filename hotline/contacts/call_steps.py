"""What a key or a word means at each moment of a call; pure, so that every path a caller can take may be tried.

Key 1 is danger wherever a single key is asked, so that nobody in danger has to find out where they are. Yes is 5 and no
is 6 for the same reason. Silence is an answer: at the first question it leads to the queue, about safety it means no.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hotline.domain.contact import Language
from hotline.domain.phone import Gate, Key, Stage

LANGUAGE_KEYS: Mapping[str, Language] = {"2": Language.ZH_HANS, "3": Language.ZH_HANT, "4": Language.EN}
"""The keys of the greeting, each said in its own language."""
YES, NO = Key.SAFE_AGAIN, Key.NOT_SAFE_AGAIN
SHORTEST_NUMBER_DIGITS = 5
_WITHOUT_DANGER = frozenset({Stage.EXPECTED, Stage.TALKING, Stage.GOODBYE})


class Act(StrEnum):
    """What follows from what a caller pressed or said."""

    NOTHING = "nothing"
    DANGER = "danger"
    LANGUAGE = "language"
    SPEAK = "speak"
    SILENT = "silent"
    BREATHE = "breathe"
    SAFE_AGAIN = "safe_again"
    FOR_OTHER = "for_other"
    OWN_NUMBER = "own_number"
    OTHER_NUMBER = "other_number"
    TYPED_NUMBER = "typed_number"
    ANSWER = "answer"
    ALL_ANSWERED = "all_answered"
    MESSAGE_OVER = "message_over"
    MESSAGE = "message"
    SPEAK_AT_GATE = "speak_at_gate"
    ASK_ONCE_MORE = "ask_once_more"
    SAY_NOTHING = "say_nothing"
    RECORD = "record"
    EXPECTED = "expected"
    NOT_EXPECTED = "not_expected"


ALWAYS = frozenset({Act.DANGER, Act.SPEAK, Act.SPEAK_AT_GATE})
"""What counts however late it comes: nobody's danger and nobody's words are lost to a slow network."""


@dataclass(frozen=True, slots=True)
class Step:
    """The stage that follows, what is to be done, and with which value."""

    stage: Stage
    act: Act
    value: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller did: keys pressed, whether words were understood; ``memory`` is that of the leg."""

    digits: str
    spoken: bool
    memory: Mapping[str, Any]


def step(stage: Stage, given: Answer) -> Step:
    """What an answer means at this stage."""
    types_number = stage is Stage.NUMBER and given.memory.get("typing")
    if given.digits == Key.DANGER and stage not in _WITHOUT_DANGER and not types_number:
        return Step(Stage.WAITING, Act.DANGER)
    return _STEPS[stage](given)


def _stays(stage: Stage) -> Callable[[Answer], Step]:
    return lambda _given: Step(stage, Act.NOTHING)


def _gate(given: Answer) -> Step:
    """Whoever is asked first and says nothing is asked once more; then a blocked number hears goodbye.

    Words from a blocked number are judged before it is known what follows. Whoever only called often goes on as
    everybody, also in silence.
    """
    asked_twice = bool(given.memory.get(Act.ASK_ONCE_MORE))
    if given.memory.get("gate") == Gate.FLOOD and (given.spoken or asked_twice):
        return _asking(given)
    if given.spoken:
        return Step(Stage.WAITING, Act.SPEAK_AT_GATE)
    if asked_twice:
        return Step(Stage.GOODBYE, Act.SAY_NOTHING)
    return Step(Stage.GATE, Act.ASK_ONCE_MORE)


def _greeting(given: Answer) -> Step:
    chosen = LANGUAGE_KEYS.get(given.digits)
    return Step(Stage.ASKING, Act.NOTHING if chosen is None else Act.LANGUAGE, chosen)


def _asking(given: Answer) -> Step:
    return Step(Stage.WAITING, Act.SPEAK if given.spoken else Act.SILENT)


def _waiting(given: Answer) -> Step:
    if given.spoken:
        return Step(Stage.WAITING, Act.SPEAK)
    if given.digits in {YES, NO}:
        return Step(Stage.WAITING, Act.SAFE_AGAIN, given.digits == YES)
    return {
        Key.CALL_BACK.value: Step(Stage.NUMBER, Act.NOTHING),
        Key.BREATHE.value: Step(Stage.WAITING, Act.BREATHE),
        Key.MESSAGE.value: Step(Stage.MESSAGE if given.memory.get("wished") else Stage.NUMBER, Act.MESSAGE),
        Key.FOR_OTHER.value: Step(Stage.WAITING, Act.FOR_OTHER),
    }.get(given.digits, Step(Stage.WAITING, Act.NOTHING))


def _recording(given: Answer) -> Step:
    return Step(Stage.WAITING, Act.RECORD, given.digits == YES)


def _number(given: Answer) -> Step:
    if not given.memory.get("typing"):
        return {
            YES.value: Step(Stage.SAFE_CALL, Act.OWN_NUMBER),
            NO.value: Step(Stage.NUMBER, Act.OTHER_NUMBER),
        }.get(given.digits, Step(_after_questions(given), Act.NOTHING))
    if len(given.digits) < SHORTEST_NUMBER_DIGITS:
        return Step(_after_questions(given), Act.NOTHING)
    return Step(Stage.SAFE_CALL, Act.TYPED_NUMBER, given.digits)


def _safe_call(given: Answer) -> Step:
    return Step(Stage.SAFE_TEXT, Act.ANSWER, ("call", given.digits == YES))


def _safe_text(given: Answer) -> Step:
    """A voice message is only asked about where a call is safe."""
    if given.memory.get("call"):
        return Step(Stage.SAFE_MESSAGE, Act.ANSWER, ("text", given.digits == YES))
    return Step(_after_questions(given), Act.ALL_ANSWERED, ("text", given.digits == YES))


def _safe_message(given: Answer) -> Step:
    return Step(_after_questions(given), Act.ALL_ANSWERED, ("voicemail", given.digits == YES))


def _after_questions(given: Answer) -> Stage:
    """A message is spoken once it is known what is safe, so that whoever hangs up after it can be answered."""
    due = given.memory.get(Act.MESSAGE) and not given.memory.get(Act.MESSAGE_OVER)
    return Stage.MESSAGE if due else Stage.WAITING


def _message(given: Answer) -> Step:
    if given.spoken:
        return Step(Stage.MESSAGE, Act.SPEAK)
    return Step(Stage.WAITING, Act.MESSAGE_OVER)


def _expected(given: Answer) -> Step:
    if given.digits == Key.DANGER:
        return Step(Stage.TALKING, Act.EXPECTED)
    return Step(Stage.GOODBYE, Act.NOT_EXPECTED)


_STEPS = {
    Stage.GATE: _gate,
    Stage.GREETING: _greeting,
    Stage.ASKING: _asking,
    Stage.WAITING: _waiting,
    Stage.RECORDING: _recording,
    Stage.NUMBER: _number,
    Stage.SAFE_CALL: _safe_call,
    Stage.SAFE_TEXT: _safe_text,
    Stage.SAFE_MESSAGE: _safe_message,
    Stage.MESSAGE: _message,
    Stage.EXPECTED: _expected,
    Stage.TALKING: _stays(Stage.TALKING),
    Stage.GOODBYE: _stays(Stage.GOODBYE),
}
