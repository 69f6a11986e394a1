"""The numbers and voices of the telephone; guessed in code, a ring could outlast a voicemail box's patience."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hotline.domain.contact import Language, Level
from hotline.domain.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Voice:
    """How a language sounds: the provider's voice, the language it speaks, and the one it recognises speech in."""

    voice: str
    spoken: str
    heard: str


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """Who is asked first: for how many days at the longest, and after how many calls within how many minutes."""

    most_days: int
    flood_calls: int
    flood_minutes: int


@dataclass(frozen=True, slots=True)
class RecordingPolicy:
    """Whether callers are asked at all, for how many days a recording is kept, and how large one may be."""

    on: bool
    days: int
    most_mebibytes: int


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """Seconds, counts and voices; see ``config/phone_policy.toml`` for the meaning of each."""

    danger_level: Level
    greeting_seconds: int
    asking_seconds: int
    waiting_seconds: int
    waiting_urgent_seconds: int
    check_in_rounds: int
    answer_seconds: int
    ring_helper_seconds: int
    ring_caller_seconds: int
    ring_again_seconds: int
    most_rings: int
    take_seconds: int
    token_seconds: int
    voices: Mapping[Language, Voice]
    gate: GatePolicy
    recordings: RecordingPolicy

    @classmethod
    def from_numbers(cls, values: Mapping[str, Any]) -> "CallPolicy":
        """The policy of a file's bare values. Raises ``ConfigurationError`` when something is missing or unknown."""
        try:
            calls = dict(values["calls"])
            voices = {language: Voice(**values["voices"][language.value]) for language in Language}
            gate = GatePolicy(**{name: int(number) for name, number in values["gate"].items()})
            recordings = RecordingPolicy(**values["recordings"])
            level = Level(calls.pop("danger_level"))
            numbers = {name: int(number) for name, number in calls.items()}
            return cls(danger_level=level, voices=voices, gate=gate, recordings=recordings, **numbers)
        except (KeyError, TypeError, ValueError) as trouble:
            raise ConfigurationError(f"config/phone_policy.toml cannot be used: {trouble}") from trouble
