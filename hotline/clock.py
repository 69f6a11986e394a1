"""The process that looks when it is time; were timers left to a queue, they would fire late, early or never.

It sleeps until the next due row and is woken by the bell when a nearer one is written. Many may run, one leads: the
lease is renewed every second and free after three, so that another takes over within five. Promises and the watchdog
have threads of their own, because a slow Redis or network must not make a timer late.
"""

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from types import FrameType

from hotline.carriers.paging import Carriers
from hotline.domain.errors import HotlineError
from hotline.domain.ids import new_id
from hotline.flow import handover, offer, switchboard
from hotline.flow.helpline import Helpline
from hotline.flow.unit import CLOCK_TOPIC, UnitOfWork
from hotline.jobs import sweep
from hotline.jobs.dispatch import Dispatcher
from hotline.jobs.kept_file import KEPT_FILE
from hotline.jobs.queues import PromiseQueue
from hotline.jobs.watchdog import Watchdog
from hotline.settings import Settings
from hotline.storage import leases, timers
from hotline.storage.feed import DESK
from hotline.telemetry import CLOCK_LEADS, TIMER_LATENESS, configure_logging, get_logger
from hotline.wiring import build_carriers, build_helpline

LEASE = timedelta(seconds=3)
RENEW_EVERY = timedelta(seconds=1)
LONGEST_SLEEP_SECONDS = 1.0
SHORTEST_SLEEP_SECONDS = 0.005
WATCH_EVERY_SECONDS = 5.0
ANCHORS_FILE = "anchors.jsonl"
"""File of the data folder with the anchors of the log; copy it to where the database's keeper cannot write."""

_log = get_logger(__name__)


class ClockProcess:
    """One candidate for leading; ``run`` returns when ``stop`` is set."""

    def __init__(
        self,
        helpline: Helpline,
        carriers: Carriers,
        queue: PromiseQueue,
        watchdog: Watchdog,
        stop: threading.Event,
    ) -> None:
        self._helpline = helpline
        self._watchdog = watchdog
        self._dispatcher = Dispatcher(helpline, carriers, queue)
        self._stop = stop
        self._leading = threading.Event()
        self._holder = new_id()
        self._renew_at: datetime | None = None

    def run(self) -> None:
        """Keep the lease and the timers in this thread, promises and the watchdog in their own."""
        helpers = [
            threading.Thread(target=self._every_round, args=(name, work), name=name, daemon=True)
            for name, work in (
                ("promises", self.promises_round),
                ("offers", self.offers_round),
                ("watchdog", self.watch_round),
            )
        ]
        for helper in helpers:
            helper.start()
        self._every_round("timers", self.timers_round)
        self._give_back()
        for helper in helpers:
            helper.join(timeout=2)
        self._dispatcher.close()

    def timers_round(self) -> float:
        """Renew the lease when it is time, fire what is due when leading; gives how long to sleep, in seconds."""
        now = self._helpline.clock.now()
        if self._renew_at is None or now >= self._renew_at:
            self._renew(now)
        if not self._leading.is_set():
            return LONGEST_SLEEP_SECONDS
        with self._helpline.database.read() as conn:
            next_due = timers.next_due(conn)
        now = self._helpline.clock.now()
        if next_due is not None and next_due <= now:
            TIMER_LATENESS.observe((now - next_due).total_seconds())
            sweep.run_due(self._helpline)
            return SHORTEST_SLEEP_SECONDS if self._moved_on(next_due) else LONGEST_SLEEP_SECONDS / 4
        return _until(next_due, now)

    def _moved_on(self, was_due: datetime) -> bool:
        """Whether the oldest timer is gone; one that fails stays due and must not make the clock spin."""
        with self._helpline.database.read() as conn:
            return timers.next_due(conn) != was_due

    def promises_round(self) -> float:
        """Hand on due promises when leading; gives how long to sleep, in seconds."""
        if not self._leading.is_set():
            return LONGEST_SLEEP_SECONDS
        handed_on = self._dispatcher.dispatch_due()
        now = self._helpline.clock.now()
        next_due = self._dispatcher.next_due()
        if next_due is not None and next_due <= now:
            return SHORTEST_SLEEP_SECONDS if handed_on else LONGEST_SLEEP_SECONDS / 4
        return _until(next_due, now)

    def offers_round(self) -> float:
        """Make the offers that can be made now when leading; gives how long to sleep, in seconds.

        Offers, handovers and calls are looked at each by itself: a fault in one stops none of the others. Any change at
        a desk wakes it; once a second it looks by itself, for whom time alone has changed something.
        """
        if self._leading.is_set():
            self._guarded("offers", partial(offer.match, self._helpline))
            self._guarded("handovers", partial(handover.relieve, self._helpline))
            self._guarded("calls", partial(switchboard.settle, self._helpline))
        return LONGEST_SLEEP_SECONDS

    def watch_round(self) -> float:
        """Check that everything that must move does move, when leading; gives how long to sleep, in seconds."""
        if not self._leading.is_set():
            return LONGEST_SLEEP_SECONDS
        self._watchdog.check()
        return WATCH_EVERY_SECONDS

    def _renew(self, now: datetime) -> None:
        with UnitOfWork(self._helpline) as unit:
            leads = leases.acquire(unit.conn, "clock", self._holder, LEASE)
            if leads:
                leases.beat(unit.conn, "clock", unit.now)
            unit.commit()
        self._renew_at = now + RENEW_EVERY
        if leads != self._leading.is_set():
            _log.info("leads" if leads else "stands by", holder=self._holder)
        (self._leading.set if leads else self._leading.clear)()
        CLOCK_LEADS.set(1 if leads else 0)

    def _every_round(self, name: str, work: Callable[[], float]) -> None:
        """Repeat a round until the end; a round that fails is logged and repeated, because the clock must not die."""
        with self._helpline.bell.listen([DESK] if name == "offers" else [CLOCK_TOPIC]) as ear:
            while not self._stop.is_set():
                seconds = self._guarded(name, work)
                if name == "watchdog":
                    self._stop.wait(seconds)
                elif not self._stop.is_set():
                    ear.wait(seconds)

    def _guarded(self, name: str, work: Callable[[], float]) -> float:
        try:
            return work()
        except Exception as trouble:  # noqa: BLE001 - the clock outlives every round
            if not isinstance(trouble, HotlineError):
                _log.exception("round failed", round=name)
            else:
                _log.warning("round failed", round=name, code=trouble.code)
            if name == "timers":
                self._leading.clear()
                self._renew_at = None
            return LONGEST_SLEEP_SECONDS / 4

    def _give_back(self) -> None:
        """At a clean end another clock may lead at once."""
        try:
            with UnitOfWork(self._helpline) as unit:
                leases.release(unit.conn, "clock", self._holder)
                unit.commit()
        except HotlineError:
            _log.warning("the lease ends by itself")


def _until(moment: datetime | None, now: datetime) -> float:
    """Seconds to sleep until ``moment``, between the shortest and the longest sleep; rounded up, never early."""
    if moment is None:
        return LONGEST_SLEEP_SECONDS
    return min(max((moment - now).total_seconds(), SHORTEST_SLEEP_SECONDS), LONGEST_SLEEP_SECONDS)


def main(settings: Settings) -> None:
    """Look when it is time until SIGTERM or SIGINT."""
    configure_logging(settings.log_level, "clock")
    stop = threading.Event()
    helpline = build_helpline(settings)

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    watchdog = Watchdog(
        helpline,
        heartbeat_url=settings.heartbeat_url,
        anchors_file=settings.data_dir / ANCHORS_FILE,
        kept=settings.data_dir / KEPT_FILE,
    )
    ClockProcess(helpline, build_carriers(settings), PromiseQueue(settings.redis_url), watchdog, stop).run()
    helpline.database.dispose()
