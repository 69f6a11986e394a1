"""A process that carries out promises; as many as wanted, and any of them may be killed at any moment.

It runs RQ's simple worker: jobs only call out, and a forked child per job would share the database connection. A Redis
that restarts or is wiped only makes it wait; the outbox in the database decides what is still to do.
"""

import os
import signal
import socket
import threading
from types import FrameType

from redis import RedisError
from rq import Queue, SimpleWorker
from threadpoolctl import threadpool_limits

from hotline.domain.errors import HotlineError
from hotline.domain.ids import new_id
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.jobs import deliver
from hotline.jobs.queues import QUEUE_NAME, connect
from hotline.jobs.turns import SECOND_READING, SHADOW, Turns
from hotline.settings import Settings
from hotline.storage import leases
from hotline.telemetry import configure_logging, get_logger
from hotline.wiring import build_candidate, build_carriers, build_helpline, build_second_reading

BEAT_EVERY_SECONDS = 5.0
TTL_SECONDS = 20
"""RQ waits at most this minus 15 s for a job before it looks up again, and forgets a killed worker after it."""

_log = get_logger(__name__)


class PatientWorker(SimpleWorker):  # type: ignore[misc]
    """RQ's worker, coming back from a lost Redis within a second instead of up to a minute."""

    max_connection_wait_time = 1.0
    asked_to_stop: threading.Event

    def handle_warm_shutdown_request(self) -> None:
        """Remember that it was a signal and no trouble that ends the work."""
        self.asked_to_stop.set()


def main(settings: Settings) -> None:
    """Carry out promises until SIGTERM or SIGINT; without a Redis there is nothing to do but wait."""
    configure_logging(settings.log_level, "worker")
    threadpool_limits(1)  # the reader's small products are done before other threads have woken up, or long after
    stop = threading.Event()
    helpline = build_helpline(settings)
    deliver.install(helpline, build_carriers(settings))
    threading.Thread(target=_beat_for_ever, args=(helpline, stop), name="beat", daemon=True).start()
    for work, model in (
        (SECOND_READING, build_second_reading(settings, helpline.assessor)),
        (SHADOW, build_candidate(settings)),
    ):
        if model is not None:
            threading.Thread(target=Turns(helpline, work, model, stop).run, name=work.name, daemon=True).start()
    if settings.redis_url is None:
        _log.warning("no Redis: the clock carries out promises itself")
        _end_on_signal(stop)
        stop.wait()
    else:
        _work(settings.redis_url, stop)
    stop.set()


def _work(redis_url: str, stop: threading.Event) -> None:
    """Work for ever, with a fresh worker after every trouble with Redis."""
    while not stop.is_set():
        _end_on_signal(stop)
        try:
            connection = connect(redis_url, socket_timeout_seconds=TTL_SECONDS)
            worker = PatientWorker(
                [Queue(QUEUE_NAME, connection=connection, serializer="json")],
                name=f"{socket.gethostname()}-{os.getpid()}-{new_id()[:6]}",
                connection=connection,
                worker_ttl=TTL_SECONDS,
                log_job_description=False,
                serializer="json",
            )
            worker.asked_to_stop = stop
            worker.work(logging_level="WARNING")
        except (RedisError, OSError):
            _log.warning("Redis is away; trying again")
            stop.wait(1.0)


def _beat_for_ever(helpline: Helpline, stop: threading.Event) -> None:
    """Leave a sign of life, so that the watchdog hears when workers fall silent."""
    while not stop.wait(BEAT_EVERY_SECONDS):
        try:
            with UnitOfWork(helpline) as unit:
                leases.beat(unit.conn, "worker", unit.now)
                unit.commit()
        except HotlineError:
            _log.warning("no sign of life could be left")


def _end_on_signal(stop: threading.Event) -> None:
    """End at SIGTERM and SIGINT; RQ's worker puts its own handlers in place of these while it works."""

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
