"""The web server's process; with a process per request or an unbounded wait it could not hold a thousand open pages.

gunicorn with threads: every open event stream holds one. SQLite takes one web process, PostgreSQL as many as wanted.
"""

import signal
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from prometheus_client.multiprocess import mark_process_dead

from hotline.domain.errors import ConfigurationError
from hotline.settings import Settings
from hotline.telemetry import configure_logging

GRACEFUL_SECONDS = 5
SILENT_THREAD_SECONDS = 60


class QuietLogger(Logger):  # type: ignore[misc]
    """Hands gunicorn's own lines to our logging and writes no access log, because that holds addresses."""

    def setup(self, cfg: Any) -> None:
        """Leave the handlers to the root logger."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = log is self.error_log

    def access(self, *_: Any) -> None:
        """Write nothing."""


class WebServer(BaseApplication):  # type: ignore[misc]
    """gunicorn, told everything by our settings and nothing by files or the environment."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self.settings = settings
        self.workers = workers
        super().__init__()

    def load_config(self) -> None:
        """Say how to serve."""
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        options = {
            "bind": [f"{host}:{self.settings.port}"],
            "worker_class": "gthread",
            "workers": self.workers,
            "threads": self.settings.web_threads,
            "worker_connections": self.settings.web_threads + 200,
            "backlog": 1024,
            "keepalive": 5,
            "timeout": SILENT_THREAD_SECONDS,
            "graceful_timeout": GRACEFUL_SECONDS,
            "control_socket_disable": True,
            "logger_class": QuietLogger,
            "accesslog": None,
            "proc_name": "hotline-web",
            "forwarded_allow_ips": "127.0.0.1,::1",
            "post_worker_init": _say_goodbye_at_the_end,
            "child_exit": _forget_figures,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made in the worker process."""
        from hotline.app import create_app  # noqa: PLC0415 - the arbiter never needs it

        return create_app(self.settings)


def _say_goodbye_at_the_end(_worker: Any) -> None:
    """Let open streams end at SIGTERM; gunicorn would wait for each of them until its patience is over."""
    from hotline.web.streams import STOPPING  # noqa: PLC0415 - the arbiter never needs it

    def passing_on(before: Any) -> Any:
        def end(number: int, frame: Any) -> None:
            STOPPING.set()
            before(number, frame)

        return end

    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT):
        signal.signal(number, passing_on(signal.getsignal(number)))


def _forget_figures(server: Any, worker: Any) -> None:
    """Take the live figures of a dead process out of the sum."""
    folder = server.app.settings.metrics_dir
    if folder is not None:
        mark_process_dead(worker.pid, str(folder))  # type: ignore[no-untyped-call]


def serve(settings: Settings, *, workers: int = 1) -> None:
    """Serve until told to stop.

    Raises:
        ConfigurationError: several processes were asked for on SQLite, whose wake-ups and limits are per process.
    """
    if workers > 1 and settings.uses_sqlite:
        raise ConfigurationError("several web processes need PostgreSQL: set DATABASE_URL, or use --workers 1")
    configure_logging(settings.log_level, "web")
    WebServer(settings, workers).run()
