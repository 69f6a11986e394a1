"""How many seats each hour needs; without it a rota is filled by habit and the promise breaks every evening.

Erlang A (random arrivals, patience that ends) for each level's target. It knows neither levels nor a seat kept for
danger: everybody waits in one line. So it says what an hour costs when a target is kept by seats alone; what the
house's own order needs is played (:func:`played_seats`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts import store as contacts
from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Level
from hotline.reports import outcomes
from hotline.reports.cast import levels_of
from hotline.reports.outcomes import Setting
from hotline.reports.scenario import team_of
from hotline.routing.erlang import erlang_a, seats_for
from hotline.routing.policy import RoutingPolicy

HOURS = 24


@dataclass(frozen=True, slots=True)
class Demand:
    """A day by hours: contacts that arrive in each (24 of them), how long one binds a seat, and mean patience."""

    name: str
    arrivals: tuple[float, ...]
    work_seconds: float
    patience_seconds: float

    @classmethod
    def from_numbers(cls, name: str, numbers: dict[str, Any], patience_seconds: float) -> "Demand":
        """A house of ``config/staffing.toml``: a peak of some hours, and the rest of the day even."""
        peak, share, daily = int(numbers["peak_hours"]), numbers["peak_share"], numbers["contacts_per_day"]
        inside = {(int(numbers["peak_from_hour"]) + n) % HOURS for n in range(peak)}
        busy, calm = daily * share / peak, daily * (1 - share) / (HOURS - peak)
        by_hour = tuple(busy if hour in inside else calm for hour in range(HOURS))
        return cls(name, by_hour, float(numbers["work_seconds"]), patience_seconds)

    @property
    def busiest_hour(self) -> int:
        """The hour with the most arrivals; the first of several."""
        return max(range(HOURS), key=lambda hour: self.arrivals[hour])


@dataclass(frozen=True, slots=True)
class Need:
    """One hour: contacts that arrive, the load in erlangs, and for each level the fewest seats that keep its target.

    ``gives_up`` is the share (0-1) that leaves unanswered with the seats of a routine contact's target.
    """

    hour: int
    arrivals: float
    load: float
    seats: dict[Level, int]
    gives_up: float


def needs(demand: Demand, policy: RoutingPolicy) -> list[Need]:
    """What each hour of the day needs; equal hours are computed once."""
    known: dict[float, dict[Level, int]] = {}
    for arrivals in demand.arrivals:
        if arrivals not in known:
            known[arrivals] = _seats(arrivals / 3600, demand, policy)
    return [
        Need(
            hour,
            arrivals,
            arrivals * demand.work_seconds / 3600,
            known[arrivals],
            _gives_up(arrivals / 3600, demand, known[arrivals][Level.ROUTINE]),
        )
        for hour, arrivals in enumerate(demand.arrivals)
    ]


def _seats(arrivals_per_second: float, demand: Demand, policy: RoutingPolicy) -> dict[Level, int]:
    return {
        level: seats_for(
            promised.share,
            arrivals_per_second=arrivals_per_second,
            work_seconds=demand.work_seconds,
            patience_seconds=demand.patience_seconds,
            within_seconds=promised.target_seconds,
        )
        for level, promised in policy.service_levels.items()
    }


def _gives_up(arrivals_per_second: float, demand: Demand, seats: int) -> float:
    if not seats:
        return 0.0
    return erlang_a(
        arrivals_per_second=arrivals_per_second,
        work_seconds=demand.work_seconds,
        patience_seconds=demand.patience_seconds,
        seats=seats,
    )[1]


def from_history(
    conn: Connection, now: datetime, *, zone: str, weeks: int, least_contacts: int, patience_seconds: float
) -> Demand | None:
    """The house's own day over the last weeks, by local hour; ``None`` with too few contacts to say anything."""
    since = now - timedelta(weeks=weeks)
    moments = conn.execute(sa.select(contact_rows.c.arrived_at).where(contact_rows.c.arrived_at >= since)).scalars()
    counts, local = [0] * HOURS, ZoneInfo(zone)
    for moment in moments:
        counts[moment.astimezone(local).hour] += 1
    talks = contacts.talk_seconds(conn, since, limit=1000)
    if sum(counts) < least_contacts or len(talks) < least_contacts // 2:
        return None
    by_hour = tuple(count / (weeks * 7) for count in counts)
    return Demand("own", by_hour, sum(talks) / len(talks), patience_seconds)


def played_seats(
    demand: Demand, setting: Setting, done: Callable[[datetime], None], *, most: int = 60
) -> tuple[int, Sequence[Level]]:
    """The fewest people with whom the house's own order keeps every target in the busiest hour, played all day long.

    Begins at the load and adds one at a time; three in eight are clinicians, the others crisis-trained. The second
    value lists the levels that one person less would break.
    """
    arrivals = demand.arrivals[demand.busiest_hour]
    load = arrivals * demand.work_seconds / 3600
    broken: list[Level] = list(Level)
    for people in range(max(2, int(load)), most):
        clinicians = max(1, round(people * 3 / 8))
        scenario = replace(
            setting.scenario,
            contacts_per_hour=arrivals,
            talk_seconds=demand.work_seconds,
            team=team_of(clinicians=clinicians, crisis_trained=people - clinicians),
        )
        calls = outcomes.run(replace(setting, scenario=scenario), done)
        now_broken = broken_targets(calls, setting.rules.routing)
        if not now_broken:
            return people, broken
        broken = now_broken
    return most, broken


def broken_targets(calls: Sequence[Any], policy: RoutingPolicy) -> list[Level]:
    """The levels whose share within target is below what is promised."""
    found = []
    for level, mine in levels_of(calls).items():
        within, counted = outcomes.in_time(mine, policy.service_levels[level].target_seconds)
        if counted and within / counted < policy.service_levels[level].share:
            found.append(level)
    return found
