"""What a simulation says in figures: shares within target, waits, who left; a curve without them hides its cases."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hotline.domain.contact import Level
from hotline.reports.cast import Call, Rules, levels_of
from hotline.reports.scenario import Scenario, arrivals
from hotline.reports.simulation import World
from hotline.reports.triage_figures import Share, share
from hotline.routing.policy import RoutingPolicy
from hotline.routing.yardsticks import Order

Z95 = 1.96
"""Standard deviations of a 95 % interval."""
SHORTEST_TOLD_SECONDS = 60
"""What is told to somebody whom a free person is about to be asked about."""


def _rule(seats: int, routine_minutes: int = 0, information_minutes: int = 0) -> dict[str, int]:
    return {
        "reserved_seats": seats,
        "reserve_routine_seconds": routine_minutes * 60,
        "reserve_information_seconds": information_minutes * 60,
    }


RESERVES = {
    "no seat": _rule(0),
    "one seat": _rule(1),
    "one, and a second for 2 and 5 min": _rule(1, 2, 5),
    "one, and a second for 5 and 10 min": _rule(1, 5, 10),
    "one, and a second for 9 and 18 min": _rule(1, 9, 18),
    "two seats": _rule(2),
    "three seats": _rule(3),
}
"""Reserve rules to compare: seats kept, and how long a routine contact and a question leave another one."""


@dataclass(frozen=True, slots=True)
class Word:
    """How the bounds held that people were told: ``kept`` of ``tested``, and the medians told and waited in seconds."""

    kept: int
    tested: int
    told_p50: float | None
    wait_p50: float | None

    @property
    def share(self) -> float | None:
        """The share (0-1) answered within what they were told; ``None`` when nobody was."""
        return round(self.kept / self.tested, 4) if self.tested else None


@dataclass(frozen=True, slots=True)
class Point:
    """One reserve rule: imminent contacts in time, and what it costs everybody else."""

    rule: str
    imminent: Share
    others: Share
    others_wait_mean: float


@dataclass(frozen=True, slots=True)
class Setting:
    """What is played: the scenario, the house's rules, how long, from which seed, and how large a surge."""

    scenario: Scenario
    rules: Rules
    days: float
    seed: int
    surge: float = 1.0


def run(setting: Setting, done: Callable[[datetime], None]) -> list[Call]:
    """Play one policy; the same seed brings the same people at the same moments, whatever the policy."""
    scenario, seed = setting.scenario, setting.seed
    world = World(scenario, setting.rules, seed + 1)
    return world.play(arrivals(scenario, days=setting.days, seed=seed, surge=setting.surge), done)


def figures(calls: Iterable[Call], policy: RoutingPolicy) -> dict[str, dict[str, Any]]:
    """For each level ``contacts``, ``within_target`` (0-1), ``wait_p50`` and ``wait_p95`` (seconds), ``abandoned``.

    As in telephony, whoever left before the target had passed is counted as abandoned, and neither as answered in time
    nor as answered late.
    """
    return {
        level.value: _of_level(found, policy.service_levels[level].target_seconds)
        for level, found in levels_of(calls).items()
    }


def _of_level(calls: Sequence[Call], target_seconds: int) -> dict[str, Any]:
    waits = sorted(call.wait_seconds for call in calls if call.wait_seconds is not None)
    within, counted = in_time(calls, target_seconds)
    return {
        "contacts": len(calls),
        "within_target": round(within / counted, 4) if counted else None,
        "wait_p50": _percentile(waits, 0.50),
        "wait_p95": _percentile(waits, 0.95),
        "abandoned": sum(call.left_at is not None for call in calls),
    }


def in_time(calls: Iterable[Call], target_seconds: int) -> tuple[int, int]:
    """(answered within the target, counted)."""
    within = counted = 0
    for call in calls:
        if call.left_at is not None and (call.left_at - call.wanted.since).total_seconds() <= target_seconds:
            continue
        counted += 1
        within += call.wait_seconds is not None and call.wait_seconds <= target_seconds
    return within, counted


def _percentile(ordered: Sequence[float], share: float) -> float | None:
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else None


def kept_word(calls: Iterable[Call], *, told_more_than_seconds: int = 0) -> Word:
    """How far the told bounds held for those who were told more than this, and did not leave before their bound."""
    tested = [call for call in calls if (call.told_seconds or 0) > told_more_than_seconds and not _left_early(call)]
    kept = sum(call.wait_seconds is not None and call.wait_seconds <= (call.told_seconds or 0) for call in tested)
    told = sorted(call.told_seconds for call in tested if call.told_seconds is not None)
    waits = sorted(call.wait_seconds for call in tested if call.wait_seconds is not None)
    return Word(kept, len(tested), _percentile(told, 0.5), _percentile(waits, 0.5))


def _left_early(call: Call) -> bool:
    """Whether somebody left before the bound they were told, which is then neither kept nor broken."""
    return call.left_at is not None and (call.left_at - call.wanted.since).total_seconds() <= (call.told_seconds or 0)


def trade_off(setting: Setting, done: Callable[[datetime], None]) -> list[Point]:
    """What each of :data:`RESERVES` gives on the same arrivals."""
    return [_point(name, changes, setting, done) for name, changes in RESERVES.items()]


def _point(name: str, changes: dict[str, int], setting: Setting, done: Callable[[datetime], None]) -> Point:
    policy = replace(setting.rules.routing, **changes)  # type: ignore[arg-type]
    calls = run(replace(setting, rules=replace(setting.rules, routing=policy, order=Order.HOTLINE)), done)
    shares = {
        level: in_time(found, policy.service_levels[level].target_seconds) for level, found in levels_of(calls).items()
    }
    others = [one for level, one in shares.items() if level is not Level.IMMINENT]
    waits = [c.wait_seconds for c in calls if c.wait_seconds is not None and c.wanted.level is not Level.IMMINENT]
    return Point(
        rule=name,
        imminent=share(*shares[Level.IMMINENT], Z95),
        others=share(sum(one[0] for one in others), sum(one[1] for one in others), Z95),
        others_wait_mean=round(sum(waits) / max(1, len(waits)), 1),
    )
