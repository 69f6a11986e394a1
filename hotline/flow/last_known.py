"""What people set in the database, as one process last knew it; asked at each word, a dead database would silence it.

Looked at before an act or a request begins, at most every few seconds, so that every process follows within ten
seconds. When the database does not answer, what was known last stands, and at the start what the files say.
"""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from sqlalchemy.engine import Connection

from hotline.domain.clock import Clock
from hotline.domain.errors import Unavailable
from hotline.storage.engine import Database
from hotline.telemetry import get_logger

LOOK_EVERY = timedelta(seconds=5)

_log = get_logger(__name__)
Known = TypeVar("Known")


class LastKnown(ABC, Generic[Known]):
    """Something of one process that the database may change; ``now`` is what stands."""

    def __init__(self, database: Database, clock: Clock, first: Known) -> None:
        self._database = database
        self._clock = clock
        self._looked_at: datetime | None = None
        self.now = first

    @abstractmethod
    def _read(self, conn: Connection, now: datetime) -> Known:
        """What the database says at ``now``."""

    def look(self) -> None:
        """Ask the database, when that was not tried for some seconds. Never raises."""
        now = self._clock.now()
        if self._looked_at is None or abs(now - self._looked_at) >= LOOK_EVERY:
            self.look_again()

    def look_again(self) -> None:
        """Ask the database now; whatever cannot be read leaves what was known, for a row may silence nobody."""
        self._looked_at = self._clock.now()
        try:
            with self._database.read() as conn:
                self.now = self._read(conn, self._looked_at)
        except Unavailable:
            _log.warning("what people set could not be read, the last known stands", book=type(self).__name__)
        except Exception:  # noqa: BLE001  # an unreadable row, a missing table
            _log.exception("what people set is unreadable, the last known stands", book=type(self).__name__)
