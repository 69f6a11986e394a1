"""What a seat more or less, or three times as many contacts, would do; tried on people, the answer comes too late.

Plays the house's own rules twice on the same arrivals: as it is, and changed. The arrivals' rate, levels and lengths
are the house's own over the last weeks when there are enough in the chosen hours, else the committed scenario's; the
team is whoever is on duty. Each run has a bounded time, so the answer says how many days were played.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts import store as contacts
from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Level
from hotline.reports.cast import Call, Rules, levels_of
from hotline.reports.outcomes import Z95, figures, in_time
from hotline.reports.scenario import DAY_SECONDS, Arrival, Scenario, arrivals, team_of
from hotline.reports.simulation import World
from hotline.reports.triage_figures import share
from hotline.routing.policy import Lane

ONE_ARRIVAL_DAYS = 0.05
"""Runs that end within about an hour of one another have seen the same people."""
SEEDS = (1, 2)
"""The people who reach out, and how those who answer fall out; the same on every visit."""
_SATURDAY = 5


class Days(StrEnum):
    """Days of the week to look at."""

    ALL = "all"
    WEEK = "week"
    WEEKEND = "weekend"


class Who(StrEnum):
    """Whose seat comes or goes."""

    VOLUNTEER = "volunteer"
    CLINICIAN = "clinician"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: ``seats`` more (or less) of ``who``, ``surge`` times the contacts, in some hours of some days.

    ``from_hour`` to ``to_hour`` are local; equal ones mean the whole day, and a window may cross midnight.
    """

    seats: int = 0
    who: Who = Who.VOLUNTEER
    surge: float = 1.0
    days: Days = Days.ALL
    from_hour: int = 0
    to_hour: int = 0

    def covers(self, moment: datetime) -> bool:
        """Whether a local moment lies in the chosen hours of the chosen days."""
        weekend = moment.weekday() >= _SATURDAY
        chosen = self.days is Days.ALL or weekend == (self.days is Days.WEEKEND)
        return chosen and (moment.hour - self.from_hour) % 24 < self.hours_a_day

    @property
    def hours_a_day(self) -> int:
        """How many hours of a chosen day are looked at."""
        return (self.to_hour - self.from_hour) % 24 or 24


@dataclass(frozen=True, slots=True)
class Limits:
    """The section ``what_if`` of ``config/simulation.toml``."""

    budget_seconds: float
    most_days: float
    history_weeks: int
    least_contacts: int
    least_people: int


def own_scenario(
    conn: Connection, now: datetime, question: Question, *, zone: str, limits: Limits, usual: Scenario
) -> tuple[Scenario, int] | None:
    """The chosen hours as they were, and how many contacts say so; ``None`` with too few of them."""
    since = now - timedelta(weeks=limits.history_weeks)
    rows = conn.execute(
        sa.select(contact_rows.c.arrived_at, contact_rows.c.level).where(contact_rows.c.arrived_at >= since)
    ).all()
    local = ZoneInfo(zone)
    levels = Counter(Level(level) for at, level in rows if question.covers(at.astimezone(local)))
    talks = contacts.talk_seconds(conn, since)
    if levels.total() < limits.least_contacts or not talks:
        return None
    begin = max(since, min(at for at, _ in rows))
    hours = sum(question.covers((begin + timedelta(hours=n)).astimezone(local)) for n in range(_hours(now - begin)))
    return replace(
        usual,
        contacts_per_hour=levels.total() / max(1, hours),
        share={level: levels[level] / levels.total() for level in Level},
        talk_seconds=sum(talks) / len(talks),
    ), levels.total()


def _hours(span: timedelta) -> int:
    return max(1, int(span.total_seconds() // 3600))


def changed(scenario: Scenario, question: Question) -> Scenario:
    """The scenario as the question would have it; at least one person stays."""
    team = list(scenario.team)
    clinical = question.who is Who.CLINICIAN
    for _ in range(-question.seats):
        place = next((n for n, lanes in enumerate(team) if (Lane.CLINICAL in lanes) == clinical), None)
        if place is not None and len(team) > 1:
            del team[place]
    added = max(0, question.seats)
    team += team_of(clinicians=added if clinical else 0, crisis_trained=0 if clinical else added)
    return replace(scenario, team=tuple(team), contacts_per_hour=scenario.contacts_per_hour * question.surge)


def compare(scenario: Scenario, question: Question, rules: Rules, limits: Limits) -> dict[str, Any]:
    """Both runs as figures by level over the same days, with how many those are and how many people answered.

    The run that came less far within its time sets the days of both, so that the same people reach out.
    """
    other = changed(scenario, question)
    after, days = _played(other, rules, limits, limits.most_days)
    before, reached = _played(scenario, rules, limits, days)
    if reached < days - ONE_ARRIVAL_DAYS:
        after, _ = _played(other, rules, limits, reached)
    return {"as_it_is": before, "changed": after}


def _played(scenario: Scenario, rules: Rules, limits: Limits, days: float) -> tuple[dict[str, Any], float]:
    """One run of at most so many days: its figures, and how many days it came to."""
    came: list[Arrival] = []
    world = World(scenario, rules, SEEDS[1])
    calls = world.play(_within(scenario, limits, days, came), lambda _now: None)
    last = came[-1].at_seconds if came else 0.0
    return {
        "people": len(scenario.team),
        "contacts_per_hour": round(scenario.contacts_per_hour, 2),
        "days": round(last / DAY_SECONDS, 1),
        "levels": _levels(calls, rules),
    }, last / DAY_SECONDS


def _within(scenario: Scenario, limits: Limits, days: float, came: list[Arrival]) -> Iterator[Arrival]:
    """Arrivals until the days or the time of this run are over; ``came`` keeps them."""
    deadline = time.monotonic() + limits.budget_seconds
    for arrival in arrivals(scenario, days=limits.most_days, seed=SEEDS[0]):
        if time.monotonic() > deadline or arrival.at_seconds > days * DAY_SECONDS:
            return
        came.append(arrival)
        yield arrival


def _levels(calls: Sequence[Call], rules: Rules) -> dict[str, dict[str, Any]]:
    found = figures(calls, rules.routing)
    for level, mine in levels_of(calls).items():
        promised = rules.routing.service_levels[level]
        one = share(*in_time(mine, promised.target_seconds), Z95)
        found[level.value] |= {
            "low": one.low,
            "high": one.high,
            "counted": one.total,
            "promised": promised.share,
            "target_seconds": promised.target_seconds,
        }
    return found
