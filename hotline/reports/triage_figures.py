"""How well the machine's levels fit those that people gave, with intervals; without them 3 of 3 would be 100 %.

Pure arithmetic over cases; the queries are in :mod:`hotline.reports.quality_view`.
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hotline.domain.contact import Level

CUTS = (Level.ELEVATED, Level.HIGH, Level.IMMINENT)
"""A level or more: any risk, urgent, imminent."""
DECILES = 10


@dataclass(frozen=True, slots=True)
class Case:
    """One contact that machine and people judged; ``machine`` and ``risk`` (0-1) are the highest over it."""

    language: str
    channel: str
    machine: Level
    people: Level
    risk: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``total``; ``value``, ``low`` and ``high`` are 0-1, ``None`` when there was nothing to count."""

    hits: int
    total: int
    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Fit:
    """Of those people put at ``cut`` or above, how many the machine found; of those it put there, how many rightly."""

    name: str
    cut: Level
    recall: Share
    precision: Share


@dataclass(frozen=True, slots=True)
class Decile:
    """Contacts whose score lies from ``low`` to ``high`` (0-1), and how many of them people saw at risk."""

    low: float
    high: float
    risk: Share


def share(hits: int, total: int, z: float) -> Share:
    """A share with Wilson's score interval (E. B. Wilson 1927); ``z`` is 1.96 for 95 %."""
    if total == 0:
        return Share(0, 0, None, None, None)
    value = hits / total
    middle = (value + z * z / (2 * total)) / (1 + z * z / total)
    reach = z / (1 + z * z / total) * math.sqrt(value * (1 - value) / total + z * z / (4 * total * total))
    return Share(hits, total, value, max(0.0, middle - reach), min(1.0, middle + reach))


def fit(cases: Sequence[Case], cut: Level, z: float, *, name: str = "") -> Fit:
    """Recall and precision of the machine at one cut."""
    return fit_of(Counter((case.people, case.machine) for case in cases), cut, z, name=name)


def fit_of(counted: Mapping[tuple[Level, Level], int], cut: Level, z: float, *, name: str = "") -> Fit:
    """The same from counts over (people, machine)."""
    meant = flagged = both = 0
    for (people, machine), number in counted.items():
        meant += number * (people.rank >= cut.rank)
        flagged += number * (machine.rank >= cut.rank)
        both += number * (min(people.rank, machine.rank) >= cut.rank)
    return Fit(name, cut, share(both, meant, z), share(both, flagged, z))


def fits_by(cases: Sequence[Case], cut: Level, z: float, of: Callable[[Case], str]) -> list[Fit]:
    """:func:`fit` for every group, in alphabetical order of its name."""
    names = sorted({of(case) for case in cases})
    return [fit([case for case in cases if of(case) == name], cut, z, name=name) for name in names]


def confusion(counted: Mapping[tuple[Level, Level], int]) -> list[list[int]]:
    """A 5 x 5 table of counts over (row, column) levels; both run from imminent to information."""
    order = list(reversed(Level))
    return [[counted.get((row, column), 0) for column in order] for row in order]


def calibration(cases: Sequence[Case], z: float) -> list[Decile]:
    """For each tenth of the score, how often people saw ``elevated`` or more; contacts without a score are left out."""
    found = []
    scored = [(min(DECILES - 1, int(case.risk * DECILES)), case) for case in cases if case.risk is not None]
    for tenth in range(DECILES):
        inside = [case for place, case in scored if place == tenth]
        hits = sum(case.people.rank >= Level.ELEVATED.rank for case in inside)
        found.append(Decile(tenth / DECILES, (tenth + 1) / DECILES, share(hits, len(inside), z)))
    return found
