"""The clock on a real database: in time, never early, one leader, and nothing lost when Redis is."""

import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.fakes import FakeCarrier

from hotline.carriers.paging import Carriers
from hotline.clock import LEASE, ClockProcess
from hotline.domain.clock import SystemClock
from hotline.flow import escalate, handover, offer, switchboard
from hotline.flow.enrol import ensure_demo_people
from hotline.flow.helpline import Helpline
from hotline.flow.unit import CLOCK_TOPIC, UnitOfWork
from hotline.jobs.queues import PromiseQueue
from hotline.jobs.watchdog import Watchdog
from hotline.routing.ladder import AlarmKind
from hotline.storage import leases, timers


@pytest.fixture
def living(helpline_on_both: Helpline) -> Helpline:
    """A helpline whose time passes."""
    return dataclasses.replace(helpline_on_both, clock=SystemClock())


@contextmanager
def ticking(helpline: Helpline, carrier: FakeCarrier | None = None) -> Iterator[ClockProcess]:
    """A clock at work in a thread of its own."""
    stop = threading.Event()
    watchdog = Watchdog(helpline, heartbeat_url=None, anchors_file=None)
    clock = ClockProcess(helpline, Carriers(silent=carrier or FakeCarrier()), PromiseQueue(None), watchdog, stop)
    thread = threading.Thread(target=clock.run)
    thread.start()
    try:
        eventually(clock._leading.is_set)
        yield clock
    finally:
        stop.set()
        thread.join(timeout=10)
        assert not thread.is_alive()


def eventually(holds: Callable[[], bool], patience_seconds: float = 8) -> None:
    deadline = time.monotonic() + patience_seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def set_timers(helpline: Helpline, delays_seconds: list[float]) -> None:
    with UnitOfWork(helpline) as unit:
        for delay in delays_seconds:
            timers.set_timer(
                unit.conn, kind="test", contact_id=None, token="t", due_at=unit.now + timedelta(seconds=delay)
            )
        unit.commit()
    helpline.bell.ring([CLOCK_TOPIC])


def latenesses(helpline: Helpline) -> list[float]:
    with helpline.database.read() as conn:
        rows = conn.execute(sa.select(timers.timers).where(timers.timers.c.fired_at.is_not(None)))
        return [(row.fired_at - row.due_at).total_seconds() for row in rows]


def test_every_timer_fires_and_never_early(living: Helpline) -> None:
    with ticking(living):
        set_timers(living, [0.3 + 0.05 * number for number in range(20)])
        eventually(lambda: len(latenesses(living)) == 20)
    assert min(latenesses(living)) >= 0


def test_a_nearer_timer_wakes_a_sleeping_clock(living: Helpline) -> None:
    with ticking(living):
        set_timers(living, [3600])
        time.sleep(0.2)
        set_timers(living, [0.05])
        eventually(lambda: len(latenesses(living)) == 1, patience_seconds=2)
    assert latenesses(living)[0] <= 0.1


def test_a_fault_in_one_work_of_a_round_stops_none_of_the_others(
    helpline: Helpline, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def faulty(name: str) -> Callable[[Helpline], int]:
        def work(_helpline: Helpline) -> int:
            seen.append(name)
            raise ValueError(name)

        return work

    for room, name in ((offer, "match"), (handover, "relieve"), (switchboard, "settle")):
        monkeypatch.setattr(room, name, faulty(name))
    watchdog = Watchdog(helpline, heartbeat_url=None, anchors_file=None)
    clock = ClockProcess(helpline, Carriers(silent=FakeCarrier()), PromiseQueue(None), watchdog, threading.Event())
    clock._leading.set()
    clock.offers_round()
    assert seen == ["match", "relieve", "settle"]


def test_a_second_clock_stands_by_and_takes_over(living: Helpline) -> None:
    stop = threading.Event()
    watchdog = Watchdog(living, heartbeat_url=None, anchors_file=None)
    second = ClockProcess(living, Carriers(silent=FakeCarrier()), PromiseQueue(None), watchdog, stop)
    with ticking(living):
        second.timers_round()
        assert not second._leading.is_set()
    second._renew_at = None
    second.timers_round()
    assert second._leading.is_set()


def test_a_second_clock_leads_within_five_seconds_of_the_death_of_the_first(living: Helpline) -> None:
    with UnitOfWork(living) as unit:
        assert leases.acquire(unit.conn, "clock", "a clock that was killed", LEASE)
        unit.commit()
    died = time.monotonic()
    with ticking(living) as second:
        assert second._leading.is_set()
        assert time.monotonic() - died <= 5


def test_a_promise_is_carried_out_without_any_worker(living: Helpline) -> None:
    ensure_demo_people(living)
    carrier = FakeCarrier()
    with ticking(living, carrier):
        with UnitOfWork(living) as unit:
            escalate.alarm(unit, AlarmKind.URGENT_WAITING, None, token="once")
            unit.commit()
        eventually(lambda: len(carrier.pages) == 1, patience_seconds=3)
