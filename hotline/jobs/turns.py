"""Gives slower models their turns in a worker's own thread; in a request they would keep somebody in need waiting.

Many workers may run; the one with the lease works. What is missed while nobody runs is made up for, a day at most.
"""

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from hotline.domain.ids import new_id
from hotline.domain.ports import Assessor
from hotline.flow import second_reading, shadow
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage import leases
from hotline.telemetry import get_logger

EVERY_SECONDS = 1.0
LEASE = timedelta(seconds=20)
LOOKS_BACK = timedelta(hours=24)
OVERLAP = timedelta(minutes=10)
"""A commit may land after its moment was taken, and clocks of two machines differ; the next look goes back so far."""

WHOLE_LOOK_EVERY = timedelta(minutes=10)
"""So often everything of the last day is looked at again, for what failed before."""

BEAT_EVERY = timedelta(seconds=5)

_log = get_logger(__name__)


class _Waiting(Protocol):
    def __call__(self, helpline: Helpline, /, *, since: datetime) -> bool: ...


class _Deal(Protocol):
    def __call__(self, helpline: Helpline, model: Assessor, /, *, since: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Work:
    """What is done in turn: the name of its lease, whether something waits, and dealing with at most ``at_once``."""

    name: str
    is_waiting: _Waiting
    deal: _Deal
    at_once: int


SHADOW = Work("shadow", shadow.is_waiting, shadow.score_new, shadow.AT_ONCE)
SECOND_READING = Work("second_reading", second_reading.is_waiting, second_reading.read_new, second_reading.AT_ONCE)


class Turns:
    """One per worker process and kind of work; ``run`` returns when ``stop`` is set."""

    def __init__(self, helpline: Helpline, work: Work, model: Assessor, stop: threading.Event) -> None:
        self._helpline = helpline
        self._work = work
        self._model = model
        self._stop = stop
        self._holder = new_id()
        self._seen_until: datetime | None = None
        self._looked_at_all: datetime | None = None
        self._beaten_at: datetime | None = None

    def run(self) -> None:
        """Deal with what is new, for ever; trouble is logged, and the watchdog hears of a silence."""
        while not self._stop.wait(EVERY_SECONDS):
            try:
                while self.turn() >= self._work.at_once and not self._stop.is_set():
                    pass
                self._beat()
            except Exception:  # noqa: BLE001  a model's trouble ends no worker
                _log.exception("a turn failed", work=self._work.name)

    def turn(self) -> int:
        """One round, if this worker has the lease; gives how many judgements were dealt with."""
        now = self._helpline.clock.now()
        since = self._since(now)
        if not self._work.is_waiting(self._helpline, since=since):
            self._seen_until = now
            return 0
        with UnitOfWork(self._helpline) as unit:
            leads = leases.acquire(unit.conn, self._work.name, self._holder, LEASE)
            unit.commit()
        if not leads:
            return 0
        dealt = self._work.deal(self._helpline, self._model, since=since)
        if dealt < self._work.at_once:
            self._seen_until = now
        return dealt

    def _since(self, now: datetime) -> datetime:
        if self._seen_until is None or self._looked_at_all is None or now - self._looked_at_all >= WHOLE_LOOK_EVERY:
            self._looked_at_all = now
            return now - LOOKS_BACK
        return self._seen_until - OVERLAP

    def _beat(self) -> None:
        """A sign of life under the name of the work."""
        now = self._helpline.clock.now()
        if self._beaten_at is not None and now - self._beaten_at < BEAT_EVERY:
            return
        with UnitOfWork(self._helpline) as unit:
            leases.beat(unit.conn, self._work.name, unit.now)
            unit.commit()
        self._beaten_at = now
