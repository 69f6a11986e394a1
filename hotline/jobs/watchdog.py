"""Silence is the alarm: checks that every sweep is fresh, anchors the log, and pings outside only when all is well."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from hotline.flow import escalate
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.jobs import kept_file, sweep
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.storage import leases
from hotline.telemetry import get_logger

STALE_AFTER = timedelta(seconds=60)
WORKER = "worker"
SECOND_READING = "second_reading"
FORGOTTEN_AFTER = timedelta(days=1)
"""A house may take its sentence reader away; its silence is an alarm for so long."""

PING_EVERY = timedelta(seconds=60)
PING_TIMEOUT_SECONDS = 5.0

_log = get_logger(__name__)


class Watchdog:
    """One per clock process. ``heartbeat_url`` is pinged while all is well.

    Outside the database it keeps anchors (``anchors_file``) and who was held and erased (``kept``).
    """

    def __init__(
        self, helpline: Helpline, *, heartbeat_url: str | None, anchors_file: Path | None, kept: Path | None = None
    ) -> None:
        self._helpline = helpline
        self._heartbeat_url = heartbeat_url
        self._anchors_file = anchors_file
        self._kept_file = kept
        self._held_again = False
        self._pinged_at: datetime | None = None

    def check(self) -> None:
        """Sweep, look for what fell silent, anchor the log, and ping."""
        self._keep_outside()
        sweep.sweep_all(self._helpline)
        stale = self._stale()
        with UnitOfWork(self._helpline) as unit:
            for name in stale:
                escalate.alarm(unit, AlarmKind.SWEEP_STALE, None, token=f"{name}:{unit.now:%Y%m%d%H}")
            if not stale:
                routing.settle_alarms(unit.conn, unit.now, contact_id=None, kinds=[AlarmKind.SWEEP_STALE])
            line = unit.anchor_log()
            unit.commit()
        if line is not None and self._anchors_file is not None:
            with self._anchors_file.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(line) + "\n")
        if not stale:
            self._ping()

    def _keep_outside(self) -> None:
        """Before the first sweep also the other way round: what was held before a restore is not erased by it."""
        if self._kept_file is None:
            return
        kept_file.follow(self._helpline, self._kept_file)
        if not self._held_again:
            again = kept_file.hold_again(self._helpline, self._kept_file)
            self._held_again = True
            if again:
                _log.warning("holds that the database lacked are placed again", contact_ids=again)

    def _stale(self) -> list[str]:
        """Names that ought to beat and have not; a worker counts once it was ever seen, a second reading for a day."""
        now = self._helpline.clock.now()
        with self._helpline.database.read() as conn:
            beats = leases.last_beats(conn)
        expected = {f"sweep.{name}" for name in sweep.SWEEPS} | (beats.keys() & {WORKER})
        expected |= {name for name in beats.keys() & {SECOND_READING} if now - beats[name] < FORGOTTEN_AFTER}
        return sorted(name for name in expected if name not in beats or now - beats[name] > STALE_AFTER)

    def _ping(self) -> None:
        now = self._helpline.clock.now()
        if self._heartbeat_url is None or (self._pinged_at is not None and now - self._pinged_at < PING_EVERY):
            return
        self._pinged_at = now
        try:
            httpx.get(self._heartbeat_url, timeout=PING_TIMEOUT_SECONDS)
        except httpx.HTTPError:
            _log.warning("the heartbeat did not get out")
