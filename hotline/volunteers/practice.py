"""What an invented person says next, and what an exercise looks for; a conversation in earnest is too late to learn.

Pure: scenarios and words come from ``config/practice.toml``; what the listener wrote comes in already normalised. The
answers are written lines in their order; the one branch is whether suicide was asked about in plain words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from hotline.domain.contact import Language, Level

STAYED_MESSAGES = 4
"""So many messages of the listener count as having stayed."""


class Kind(StrEnum):
    """How a criterion is read."""

    ASKED = "asked"
    SAID = "said"
    AVOIDED = "avoided"
    STAYED = "stayed"
    LEVEL = "level"
    NEXT_STEP = "next_step"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing the feedback looks for; ``words`` in lower case and simplified characters, ``texts`` by language."""

    kind: Kind
    words: tuple[str, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Script:
    """What the invented person says, in one language; an empty line is a silence."""

    title: str
    holds: str
    opening: str
    lines: tuple[str, ...]
    asked: str
    after: tuple[str, ...]
    end: str

    def text(self, step: str) -> str:
        """The words of a step as :func:`next_step` names it."""
        track, _, number = step.partition(":")
        said = getattr(self, track)
        return str(said[int(number)] if number else said)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One exercise: how urgent it is, what the feedback looks for, and its script in every language."""

    code: str
    level: Level
    checklist: tuple[str, ...]
    scripts: Mapping[str, Script]


@dataclass(frozen=True, slots=True)
class Practice:
    """All of ``config/practice.toml``."""

    least: timedelta
    most: timedelta
    characters_per_second: float
    criteria: Mapping[str, Criterion]
    scenarios: Mapping[str, Scenario]

    @classmethod
    def from_numbers(cls, given: Mapping[str, Any]) -> "Practice":
        """Build from the file, its numbers unwrapped; raises ``KeyError`` when a language or a criterion is missing."""
        criteria = {
            code: Criterion(Kind(one["kind"]), tuple(one["words"]), {lang: one[lang] for lang in Language})
            for code, one in given["criteria"].items()
        }
        scenarios = {
            code: Scenario(
                code,
                Level(one["level"]),
                tuple(check for check in one["checklist"] if criteria[check]),
                {lang.value: _script(one[lang]) for lang in Language},
            )
            for code, one in given["scenarios"].items()
        }
        pace = given["pace"]
        return cls(
            least=timedelta(seconds=pace["least_seconds"]),
            most=timedelta(seconds=pace["most_seconds"]),
            characters_per_second=float(pace["characters_per_second"]),
            criteria=criteria,
            scenarios=scenarios,
        )

    def pause_before(self, text: str) -> timedelta:
        """How long the invented person takes to write this."""
        return max(self.least, min(self.most, timedelta(seconds=len(text) / self.characters_per_second)))

    def asks_directly(self, texts: Sequence[str]) -> bool:
        """Whether one of these normalised texts asks about suicide in plain words."""
        words = [word for one in self.criteria.values() if one.kind is Kind.ASKED for word in one.words]
        return any(word in text for word in words for text in texts)


def _script(given: Mapping[str, Any]) -> Script:
    return Script(
        title=given["title"],
        holds=given["holds"],
        opening=given["opening"],
        lines=tuple(given["lines"]),
        asked=given["asked"],
        after=tuple(given["after"]),
        end=given["end"],
    )


def next_step(script: Script, said: Sequence[str], *, asked: bool) -> str | None:
    """Which line follows those ``said``; ``None`` after all.

    Lines are named ``opening``, ``lines:0`` …, ``asked``, ``after:0`` …, ``end``.
    """
    if asked and "asked" not in said:
        return "asked"
    track = "after" if "asked" in said else "lines"
    number = sum(step.startswith(f"{track}:") for step in said)
    if number < len(getattr(script, track)):
        return f"{track}:{number}"
    return "end" if "end" not in said else None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a listener did in an exercise: normalised texts, the note about asking, the level, the next step."""

    texts: tuple[str, ...]
    noted_asking: bool
    level: Level | None
    next_step: str


def met(practice: Practice, scenario: Scenario, shown: Shown) -> dict[str, bool]:
    """For each point of the scenario's checklist, in order, whether it was met."""
    return {code: _meets(practice, practice.criteria[code], scenario, shown) for code in scenario.checklist}


def _meets(practice: Practice, criterion: Criterion, scenario: Scenario, shown: Shown) -> bool:
    found = any(word in text for word in criterion.words for text in shown.texts)
    return {
        Kind.ASKED: practice.asks_directly(shown.texts) and shown.noted_asking,
        Kind.SAID: found,
        Kind.AVOIDED: not found,
        Kind.STAYED: len(shown.texts) >= STAYED_MESSAGES,
        Kind.LEVEL: shown.level is not None and shown.level.rank >= scenario.level.rank,
        Kind.NEXT_STEP: bool(shown.next_step.strip()),
    }[criterion.kind]
