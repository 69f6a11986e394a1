"""Letting time pass in a test, and looking at what rang."""

from datetime import timedelta

from support.fakes import FakeClock

from hotline.flow.helpline import Helpline
from hotline.jobs import sweep
from hotline.routing import store as routing
from hotline.storage import timers


def kinds(house: Helpline) -> list[str]:
    with house.database.read() as conn:
        return sorted(alarm.kind.value for alarm in routing.open_alarms(conn))


def let_pass(house: Helpline, clock: FakeClock, seconds: float) -> None:
    """Let time pass second by second where timers are due, as the clock process does."""
    until = clock.now() + timedelta(seconds=seconds)
    while True:
        with house.database.read() as conn:
            due_at = timers.next_due(conn)
        if due_at is None or due_at > until:
            break
        clock.set(max(due_at, clock.now()))
        sweep.run_due(house)
    clock.set(until)
