"""Gives the candidate model its turns in a worker's own thread; in a request it would keep somebody in need waiting.

Many workers may run; the one with the lease scores. What it misses while nobody runs is made up for, a day at most.
"""

import threading
from datetime import datetime, timedelta

from hotline.domain.ids import new_id
from hotline.domain.ports import Assessor
from hotline.flow import shadow
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage import leases
from hotline.telemetry import get_logger

EVERY_SECONDS = 1.0
LEASE = timedelta(seconds=20)
LOOKS_BACK = timedelta(hours=24)
OVERLAP = timedelta(minutes=2)
"""A commit may land after its moment was taken; the next look goes back so far."""

_log = get_logger(__name__)


class ShadowTurns:
    """One per worker process; ``run`` returns when ``stop`` is set."""

    def __init__(self, helpline: Helpline, candidate: Assessor, stop: threading.Event) -> None:
        self._helpline = helpline
        self._candidate = candidate
        self._stop = stop
        self._holder = new_id()
        self._seen_until: datetime | None = None

    def run(self) -> None:
        """Score what is new, for ever; trouble is logged and tried again, because nothing waits for it."""
        while not self._stop.wait(EVERY_SECONDS):
            try:
                self.turn()
            except Exception:  # noqa: BLE001  a candidate's trouble ends no worker
                _log.exception("shadow scoring failed")

    def turn(self) -> int:
        """One round, if this worker has the lease; gives how many assessments were scored."""
        now = self._helpline.clock.now()
        since = now - LOOKS_BACK if self._seen_until is None else self._seen_until - OVERLAP
        if not shadow.is_waiting(self._helpline, since=since):
            self._seen_until = now
            return 0
        with UnitOfWork(self._helpline) as unit:
            leads = leases.acquire(unit.conn, "shadow", self._holder, LEASE)
            unit.commit()
        if not leads:
            return 0
        scored = shadow.score_new(self._helpline, self._candidate, since=since)
        if scored < shadow.AT_ONCE:
            self._seen_until = now
        return scored
