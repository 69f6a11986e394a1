"""What a figure and a breakdown of the reports are; their lists are in ``figures`` and ``breakdowns``."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from hotline.reports.totals import Totals
from hotline.reports.triage_figures import Share

Value = int | float | Share | None
"""A count, seconds, hours or a share with its interval; ``None`` where there was nothing to count."""


class Unit(StrEnum):
    """What a figure is counted in."""

    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    HOURS = "hours"


class Part(StrEnum):
    """Where in a report a figure stands."""

    COUNTERS = "counters"
    ANSWERING = "answering"
    LISTENING = "listening"
    SAFETY = "safety"
    TRIAGE = "triage"


class Names(StrEnum):
    """Whose names the rows of a breakdown bear."""

    CHANNEL = "channel"
    LANGUAGE = "language"
    LEVEL = "level"
    TOPIC = "topic"
    HOUR = "hour"
    DAY = "day"
    WAIT = "wait"
    OUTCOME = "outcome"
    ASKED = "asked"
    DECLINE = "decline"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of a report; ``tables`` are those it is counted from."""

    id: str
    part: Part
    unit: Unit
    label: str
    definition: str
    tables: tuple[str, ...]
    of: Callable[[Totals], Value]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A table of a report: ``columns`` are label and unit, ``rows`` gives a value for each under a row's key."""

    id: str
    part: Part
    names: Names
    label: str
    definition: str
    tables: tuple[str, ...]
    columns: tuple[tuple[str, Unit], ...]
    rows: Callable[[Totals], dict[str, tuple[Value, ...]]]


def N_(text: str) -> str:  # noqa: N802 - the name by which the catalogue's tool finds what is translated later
    """Mark a text for the catalogues."""
    return text
