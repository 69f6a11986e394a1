"""Brings due promises to those who carry them out; if the workers are gone, the clock's own hands must do."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from hotline.carriers.paging import Carriers
from hotline.flow.helpline import Helpline
from hotline.jobs.deliver import deliver
from hotline.jobs.queues import PromiseQueue
from hotline.storage import outbox

TAKEN_WITHIN_SECONDS = 4.0
"""A promise handed to the workers and not taken for this long is carried out here."""


class Dispatcher:
    """Reads the outbox and hands on what is due; one per clock process, used by one thread."""

    def __init__(self, helpline: Helpline, carriers: Carriers, queue: PromiseQueue) -> None:
        self._helpline = helpline
        self._carriers = carriers
        self._queue = queue
        self._handed: dict[tuple[str, int], float] = {}
        self._own_hands = ThreadPoolExecutor(max_workers=2, thread_name_prefix="deliver")

    def dispatch_due(self) -> int:
        """Hand on everything that is due; gives how many promises were handed on now."""
        with self._helpline.database.read() as conn:
            due = outbox.due(conn, self._helpline.clock.now())
        now_seconds = time.monotonic()
        self._handed = {key: at for key, at in self._handed.items() if key in due}
        return sum(self._hand_on(promise_id, attempts, now_seconds) for promise_id, attempts in due)

    def next_due(self) -> datetime | None:
        """When the outbox must be looked at again, ``None`` when nothing is open."""
        with self._helpline.database.read() as conn:
            return outbox.next_due(conn)

    def close(self) -> None:
        """Let go of the own hands; what they have not finished is found in the outbox again."""
        self._own_hands.shutdown(wait=False, cancel_futures=True)

    def _hand_on(self, promise_id: str, attempts: int, now_seconds: float) -> bool:
        key = (promise_id, attempts)
        handed_at = self._handed.get(key)
        if handed_at is not None and now_seconds - handed_at < TAKEN_WITHIN_SECONDS:
            return False
        self._handed[key] = now_seconds
        if handed_at is not None or not self._queue.put(promise_id, attempts):
            self._own_hands.submit(deliver, self._helpline, self._carriers, promise_id)
        return True
