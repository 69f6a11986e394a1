"""How the figures of the reports are computed from totals; small pure functions that a table of figures can name."""

import math
from collections import Counter
from collections.abc import Callable

from hotline.domain.contact import Level
from hotline.reports.figure import Value
from hotline.reports.totals import Totals
from hotline.reports.triage_figures import Share, fit_of, share

Z95 = 1.959964
"""Standard deviations of a 95 % interval."""
URGENT = tuple(level for level in Level if level.urgent)
CALM = tuple(level for level in Level if not level.urgent)


def quantile(waits: Counter[int], part: float) -> int | None:
    """The smallest wait that at least ``part`` (0-1) of all do not exceed."""
    rank = math.ceil(part * waits.total())
    for wait in sorted(waits):
        rank -= waits[wait]
        if rank <= 0:
            return wait
    return None


def mean(waits: Counter[int]) -> float | None:
    """The mean wait in seconds."""
    number = waits.total()
    return sum(wait * times for wait, times in waits.items()) / number if number else None


def sum_of(name: str, levels: tuple[Level, ...] = ()) -> Callable[[Totals], Value]:
    """One count, perhaps of some levels only."""
    return lambda totals: totals.counts(levels=levels)[name]


def share_of(hits: str, all_of: str, levels: tuple[Level, ...] = ()) -> Callable[[Totals], Value]:
    """One count as a share of another, with its interval."""

    def of(totals: Totals) -> Share:
        counts = totals.counts(levels=levels)
        return share(counts[hits], counts[all_of], Z95)

    return of


def waiting(totals: Totals) -> int:
    """Contacts that neither a listener took nor anything ended."""
    counts = totals.counts()
    return counts["contacts"] - counts["answered"] - counts["abandoned"]


def asked(totals: Totals) -> Share:
    """Conversations at risk in which it was asked directly, of all of them."""
    counts = totals.counts()
    return share(counts["at_risk"] - counts["asked:not_asked"], counts["at_risk"], Z95)


def first_words(totals: Totals) -> float | None:
    """Mean seconds until a listener's first words."""
    counts = totals.counts()
    return counts["word_seconds"] / counts["worded"] if counts["worded"] else None


def occupancy(totals: Totals) -> float | None:
    """Conversation time by time on duty; may pass 1. ``None`` under a filter or with nobody on duty."""
    return totals.counts()["talk_seconds"] / totals.duty_seconds if totals.duty_seconds else None


def duty_hours(totals: Totals) -> float | None:
    """Hours on duty; ``None`` under a filter."""
    return None if totals.duty_seconds is None else totals.duty_seconds / 3600


def judged(totals: Totals, *, language: str = "") -> Counter[tuple[Level, Level]]:
    """How often (people, machine) gave which levels."""
    found: Counter[tuple[Level, Level]] = Counter()
    for name, number in totals.counts(language=language).items():
        if name.startswith("judged:"):
            _, people, machine = name.split(":")
            found[Level(people), Level(machine)] += number
    return found


def recall(cut: Level) -> Callable[[Totals], Value]:
    """The machine's recall at a level or above."""
    return lambda totals: fit_of(judged(totals), cut, Z95).recall


def precision(cut: Level) -> Callable[[Totals], Value]:
    """The machine's precision at a level or above."""
    return lambda totals: fit_of(judged(totals), cut, Z95).precision
