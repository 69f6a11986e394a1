"""What happens when in the double's world; with real time a test of a night of calls would take a night.

Everything that is to happen is a :class:`Due`. A due may have slow work (a webhook): that is done outside the lock, so
that a helpline which asks the double something while it answers a webhook is not locked out.
"""

import heapq
import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

MOST_WEBHOOKS_AT_ONCE = 64


class Clock(Protocol):
    """Something that knows the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


@runtime_checkable
class MovableClock(Protocol):
    """A clock of a test, which the world moves."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def set(self, now: datetime) -> None:
        """Make it this moment."""
        ...


@dataclass(order=True)
class Due:
    """One thing to do: ``work`` outside the lock when there is any, then ``act`` with what the work gave."""

    at: datetime
    order: int
    number: int
    act: Callable[[Any], object] = field(compare=False)
    work: Callable[[], Any] | None = field(compare=False, default=None)
    cancelled: bool = field(compare=False, default=False)

    def cancel(self) -> None:
        """It will not happen."""
        self.cancelled = True


class Timeline:
    """Everything that is still to happen, in order; with a movable clock time passes only when it is told to."""

    def __init__(self, clock: Clock) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self._clock = clock
        self._dues: list[Due] = []
        self._numbers = itertools.count()
        self._running = False
        self._together = False
        self.by_hand = isinstance(clock, MovableClock)

    def now(self) -> datetime:
        """The present moment."""
        return self._clock.now()

    def after(
        self, seconds: float, act: Callable[[Any], object], *, work: Callable[[], Any] | None = None, order: int = 0
    ) -> Due:
        """Let something happen in so many seconds; among what is due at one moment a smaller ``order`` comes first."""
        with self.lock:
            due = Due(self.now() + timedelta(seconds=seconds), order, next(self._numbers), act, work)
            heapq.heappush(self._dues, due)
            self.changed.notify_all()
        return due

    def next_at(self) -> datetime | None:
        """When the next thing is due."""
        with self.lock:
            while self._dues and self._dues[0].cancelled:
                heapq.heappop(self._dues)
            return self._dues[0].at if self._dues else None

    def settle(self) -> None:
        """Run what is due now; nothing when a clock drives the world, or inside :meth:`together`."""
        if self.by_hand and not self._together:
            self.run_until(self.now())

    def advance(self, seconds: float) -> None:
        """Let time pass, and run in order what becomes due."""
        self.run_until(self.now() + timedelta(seconds=seconds))

    def run_until(self, moment: datetime) -> None:
        """Run what is due until ``moment``; asked from inside a webhook it does nothing, the one outside goes on."""
        if self._running:
            return
        self._running = True
        try:
            while batch := self.take(moment, at_once=1):
                self._move(batch[0].at)
                self._run(batch)
            self._move(moment)
        finally:
            self._running = False

    @contextmanager
    def together(self) -> Iterator[None]:
        """What people do inside happens in one instant: the webhooks of that instant reach the helpline at once."""
        self._together = True
        try:
            yield
        finally:
            self._together = False
        self._running = True
        try:
            moment = self.now()
            while batch := self.take(moment, at_once=MOST_WEBHOOKS_AT_ONCE):
                self._run(batch)
        finally:
            self._running = False

    def take(self, moment: datetime, *, at_once: int) -> list[Due]:
        """Take the next due thing away, or several webhooks that follow each other at one moment."""
        taken: list[Due] = []
        with self.lock:
            while len(taken) < at_once:
                at = self.next_at()
                if at is None or at > moment or (taken and (self._dues[0].work is None or taken[0].work is None)):
                    break
                taken.append(heapq.heappop(self._dues))
        return taken

    def _run(self, batch: list[Due]) -> None:
        for due, given in zip(batch, _worked(batch), strict=True):
            with self.lock:
                if not due.cancelled:
                    due.act(given)

    def _move(self, moment: datetime) -> None:
        if isinstance(self._clock, MovableClock) and moment > self._clock.now():
            self._clock.set(moment)


def _worked(batch: list[Due]) -> list[Any]:
    """What the work of each gives; several are done at the same time."""
    if len(batch) == 1:
        return [batch[0].work() if batch[0].work is not None else None]
    gate = threading.Barrier(len(batch))

    def work(due: Due) -> Any:
        gate.wait()
        return due.work() if due.work is not None else None

    with ThreadPoolExecutor(len(batch)) as pool:
        return list(pool.map(work, batch))


class RealTime:
    """Runs a timeline by the machine's clock, in threads of its own; webhooks that take long hold nobody up."""

    def __init__(self, timeline: Timeline, *, webhooks_at_once: int = MOST_WEBHOOKS_AT_ONCE) -> None:
        self._timeline = timeline
        self._stopped = False
        self._pool = ThreadPoolExecutor(webhooks_at_once, thread_name_prefix="telephone-webhook")
        self._thread = threading.Thread(target=self._drive, name="telephone", daemon=True)

    def start(self) -> None:
        """Let time pass."""
        self._thread.start()

    def stop(self) -> None:
        """Stop time; webhooks under way are not waited for."""
        with self._timeline.lock:
            self._stopped = True
            self._timeline.changed.notify_all()
        self._thread.join(timeout=5)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _drive(self) -> None:
        while True:
            with self._timeline.lock:
                if self._stopped:
                    return
                batch = self._timeline.take(self._timeline.now(), at_once=1)
                if not batch:
                    at = self._timeline.next_at()
                    pause = None if at is None else max(0.0, (at - self._timeline.now()).total_seconds())
                    self._timeline.changed.wait(pause)
                    continue
                if batch[0].work is None:
                    if not batch[0].cancelled:
                        batch[0].act(None)
                    continue
            self._pool.submit(self._work, batch[0])

    def _work(self, due: Due) -> None:
        given = due.work() if due.work is not None else None
        with self._timeline.lock:
            if not due.cancelled:
                due.act(given)
