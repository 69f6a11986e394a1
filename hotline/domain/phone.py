"""Words about calls: whose leg it is, where it stands, what the caller is being asked; loose strings would strand one.

A call has legs. The person who needs help has one, everybody of the helpline who is rung or joins has one of their own;
those who talk meet in one conference per contact.
"""

import re
from enum import StrEnum

_WITHHELD = ("anonymous", "unavailable", "restricted", "unknown", "blocked")
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
ANONYMOUS = frozenset({"", *_WITHHELD, *(f"+{word.translate(_KEYPAD)}" for word in _WITHHELD)})
"""What stands where a number is withheld: a word, or the word spelled on a keypad (+266696687 is "anonymous")."""
_NUMBER = re.compile(r"\+[1-9][0-9]{4,14}")


class Party(StrEnum):
    """Whose leg it is."""

    SEEKER = "seeker"
    HELPER = "helper"


class LegState(StrEnum):
    """How far a leg has come; ``ended`` is final."""

    PLANNED = "planned"
    RINGING = "ringing"
    LIVE = "live"
    ENDED = "ended"


class Stage(StrEnum):
    """What the person on the line is hearing or being asked."""

    GATE = "gate"
    GREETING = "greeting"
    ASKING = "asking"
    WAITING = "waiting"
    RECORDING = "recording"
    NUMBER = "number"
    SAFE_CALL = "safe_call"
    SAFE_TEXT = "safe_text"
    SAFE_MESSAGE = "safe_message"
    MESSAGE = "message"
    EXPECTED = "expected"
    TALKING = "talking"
    GOODBYE = "goodbye"


ENDS_BY_ITSELF = frozenset({Stage.GATE, Stage.EXPECTED, Stage.GOODBYE})
"""Stages out of which nobody is torn."""
FIRST_QUESTIONS = frozenset({Stage.GREETING, Stage.ASKING})
"""Stages that end as soon as a person is on the line, who asks better; only somebody known from before meets that."""


class Gate(StrEnum):
    """Why somebody is asked first; only who was blocked by a supervisor may be turned away."""

    BLOCKED = "blocked"
    FLOOD = "flood"


class RecordingState(StrEnum):
    """How far a recording has come; ``lost`` could not be fetched, ``refused`` has no yes and is only removed."""

    PROMISED = "promised"
    KEPT = "kept"
    LOST = "lost"
    REFUSED = "refused"
    DESTROYED = "destroyed"


class Mode(StrEnum):
    """What a helper does in a conference: talk, only listen, or be heard by the listener alone."""

    TALK = "talk"
    LISTEN = "listen"
    COACH = "coach"


class Ended(StrEnum):
    """Why a leg ended."""

    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"
    MACHINE = "machine"
    NOT_TAKEN = "not_taken"


class CallsBy(StrEnum):
    """How somebody of the helpline takes calls."""

    NOTHING = "nothing"
    PHONE = "phone"
    BROWSER = "browser"


class BrowserState(StrEnum):
    """What a browser that takes calls says of itself; only a ready one is rung."""

    READY = "ready"
    MICROPHONE = "microphone"
    UNCONNECTED = "unconnected"


def is_withheld(given: str) -> bool:
    """Whether this stands where somebody withheld their number."""
    return given.lower() in ANONYMOUS


def is_number(given: str) -> bool:
    """Whether this is a telephone number in E.164 form; who withheld theirs has none, whatever it looks like."""
    return _NUMBER.fullmatch(given) is not None and not is_withheld(given)


def client_identity(person_id: str) -> str:
    """By which name the provider knows somebody's browser; it says nothing about them."""
    return f"listener-{person_id}"


OVER = {
    "completed": Ended.COMPLETED,
    "busy": Ended.BUSY,
    "no-answer": Ended.NO_ANSWER,
    "failed": Ended.FAILED,
    "canceled": Ended.CANCELED,
}
"""The provider's words for a call that has ended, in ours; at its door as in its lists."""
NOT_REACHED = frozenset({Ended.BUSY, Ended.NO_ANSWER, Ended.FAILED, Ended.MACHINE, Ended.NOT_TAKEN})
"""Ends by which nobody we wanted was reached."""


class Key(StrEnum):
    """What the keys of a telephone mean wherever they are offered; danger is heard at any moment."""

    DANGER = "1"
    CALL_BACK = "2"
    BREATHE = "3"
    MESSAGE = "4"
    SAFE_AGAIN = "5"
    NOT_SAFE_AGAIN = "6"
    FOR_OTHER = "7"
