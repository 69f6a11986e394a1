"""Who reaches out in a simulation, when, and who answers; every policy meets the same people at the same moments."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hotline.domain.contact import Level, Role
from hotline.routing.policy import Lane, Stage, lanes_of

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday; simulated seconds count from here."""
DAY_SECONDS = 86_400
SURGE_FROM_SECONDS = 20 * 3600
_P95 = 1.6448536269514722


@dataclass(frozen=True, slots=True)
class Scenario:
    """All numbers of ``config/simulation.toml``; durations in seconds, shares 0-1."""

    team: tuple[frozenset[Lane], ...]
    contacts_per_hour: float
    patience_seconds: float
    surge_hours: float
    share: dict[Level, float]
    talk_seconds: float
    talk_spread: float
    form_seconds: float
    break_share: float
    debrief_seconds: float
    accept_median_seconds: float
    accept_p95_seconds: float
    missed_share: float

    @classmethod
    def from_numbers(cls, numbers: dict[str, Any]) -> "Scenario":
        """Build from the file with its numbers unwrapped; raises ``KeyError`` on a missing one."""
        arrivals = dict(numbers["arrivals"])
        share = {Level(name): float(value) for name, value in arrivals.pop("share").items()}
        return cls(
            team=team_of(**numbers["team"]),
            share=share,
            **arrivals,
            **numbers["conversation"],
            **numbers["answers"],
        )

    @property
    def answer_sigma(self) -> float:
        """The spread of the time to accept, from its median and its 95th percentile."""
        return math.log(self.accept_p95_seconds / self.accept_median_seconds) / _P95


def team_of(*, clinicians: int, crisis_trained: int, solo: int = 0) -> tuple[frozenset[Lane], ...]:
    """The lanes of each person of a team."""
    return (
        *[lanes_of([Role.CLINICIAN], Stage.SOLO)] * clinicians,
        *[lanes_of([Role.VOLUNTEER], Stage.CRISIS_TRAINED)] * crisis_trained,
        *[lanes_of([Role.VOLUNTEER], Stage.SOLO)] * solo,
    )


@dataclass(frozen=True, slots=True)
class Arrival:
    """One person who reaches out; ``at_seconds`` counts from :data:`BEGIN`."""

    id: str
    at_seconds: float
    level: Level
    talk_seconds: float
    patience_seconds: float


def arrivals(scenario: Scenario, *, days: float, seed: int, surge: float = 1.0) -> Iterator[Arrival]:
    """Everybody who reaches out, in order: at random through the day, ``surge`` times as often on surge hours."""
    dice = random.Random(seed)  # noqa: S311 - a simulation, no secret
    rate = scenario.contacts_per_hour / 3600 * max(1.0, surge)
    levels, weights = list(scenario.share), list(scenario.share.values())
    middle = math.log(scenario.talk_seconds) - scenario.talk_spread**2 / 2
    at_seconds, number = 0.0, 0
    while True:
        at_seconds += dice.expovariate(rate)
        if at_seconds >= days * DAY_SECONDS:
            return
        found = Arrival(
            id=f"{number:07d}",
            at_seconds=at_seconds,
            level=dice.choices(levels, weights)[0],
            talk_seconds=dice.lognormvariate(middle, scenario.talk_spread),
            patience_seconds=dice.expovariate(1 / scenario.patience_seconds),
        )
        if surge > 1 and not _in_surge(scenario, at_seconds) and dice.random() > 1 / surge:
            continue
        number += 1
        yield found


def _in_surge(scenario: Scenario, at_seconds: float) -> bool:
    return 0 <= at_seconds % DAY_SECONDS - SURGE_FROM_SECONDS < scenario.surge_hours * 3600
