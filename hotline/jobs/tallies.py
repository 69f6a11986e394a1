"""Counts days that are over for the reports, a little at a time, so that a year's report is a sum and no search.

What was counted is only a short cut: a day whose contacts have changed since is forgotten and counted again, and a
report looks for such days itself.
"""

import time
from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.reports import tally
from hotline.reports.periods import Period
from hotline.reports.totals import LOOKED_THROUGH, SLACK
from hotline.storage import leases, report_days
from hotline.storage.report_days import Day
from hotline.volunteers.rota import local_today

EVERY = timedelta(seconds=60)
BUDGET_SECONDS = 1.0
"""The other sweeps wait meanwhile; a day or more a minute, so that a house with a long past catches up over hours."""


def tally_days(helpline: Helpline, *, budget_seconds: float = BUDGET_SECONDS) -> int:
    """Forget days that have changed, then count days that are over, the newest first; gives how many were counted."""
    now = helpline.clock.now()
    with helpline.database.read() as conn:
        looked = leases.last_beats(conn).get(LOOKED_THROUGH)
    if looked is not None and looked <= now < looked + EVERY:
        return 0
    _forget_changed(helpline, looked)
    _finish_duty(helpline, now)
    deadline, counted = time.monotonic() + budget_seconds, 0
    for day in _missing(helpline, now):
        if time.monotonic() > deadline:
            break
        counted += _count(helpline, day)
    return counted


def _forget_changed(helpline: Helpline, looked: datetime | None) -> None:
    with UnitOfWork(helpline) as unit:
        report_days.forget_older_versions(unit.conn)
        days = report_days.days(unit.conn)
        starts = [day.start_at for day in days]
        if days:
            since = unit.now - timedelta(days=36500) if looked is None else looked - SLACK
            changed = tally.touched(unit.conn, since, days[-1].end_at)
            places = {bisect_right(starts, at) - 1 for at in changed}
            report_days.forget(unit.conn, [starts[place] for place in places if place >= 0])
        leases.beat(unit.conn, LOOKED_THROUGH, unit.now)
        unit.commit()


def _finish_duty(helpline: Helpline, now: datetime) -> None:
    """Write the time on duty of days during which somebody's went on when they were counted."""
    with helpline.database.read() as conn:
        open_days = [day for day in report_days.days(conn) if day.duty_seconds is None]
        found = {day.start_at: tally.duty_seconds(conn, day.start_at, day.end_at, now) for day in open_days}
    over = {start_at: seconds for start_at, (seconds, ended) in found.items() if ended}
    if over:
        with UnitOfWork(helpline) as unit:
            for start_at, seconds in over.items():
                report_days.keep_duty(unit.conn, start_at, seconds)
            unit.commit()


def _missing(helpline: Helpline, now: datetime) -> Iterator[Day]:
    """Local days of the house that are over, overlap no counted one and are not counted, the newest first."""
    zone = helpline.rota.zone
    with helpline.database.read() as conn:
        first, known = tally.first_arrival(conn), report_days.days(conn)
    last = local_today(now, zone) - timedelta(days=1)
    if first is None or local_today(first, zone) > last:
        return
    ends = [day.end_at for day in known]
    for _, start, end in reversed(list(Period(local_today(first, zone), last, zone).each_day())):
        place = bisect_right(ends, start)
        if place == len(known) or known[place].start_at >= end:
            yield Day(start, end, None)


def _count(helpline: Helpline, day: Day) -> int:
    """Count one day and keep it, unless something of it may still change unseen."""
    now = helpline.clock.now()
    with helpline.database.read() as conn:
        if not tally.settled(conn, day.start_at, day.end_at):
            return 0
        found = tally.tally(conn, helpline.keys, day.start_at, day.end_at, now)
        seconds, over = tally.duty_seconds(conn, day.start_at, day.end_at, now)
    counted = Day(day.start_at, day.end_at, seconds if over else None)
    with UnitOfWork(helpline) as unit:
        report_days.keep(unit.conn, counted, tally.kept(day.start_at, found), unit.now)
        unit.commit()
    return 1
