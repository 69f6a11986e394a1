"""What the house says about itself: lines with ids only, and figures; a log with a name in it would be a leak.

Every line is one JSON object on standard error. Exceptions are written as their type and the places they passed, never
with their message, locals or SQL parameters: PostgreSQL's messages quote rows, and a row may hold a person.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import REGISTRY as OWN_REGISTRY
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

from hotline.domain.errors import HotlineError

METRICS_FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Named by prometheus_client; the embedded runner points all processes to one folder through it."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

RINGS_LOST = Counter("hotline_bell_rings_lost_total", "Rings that Redis did not take; pages fell back to polling")
PROMISES = Counter("hotline_promises_total", "Effects carried out, by outcome", ["kind", "state"])
WEBHOOKS_REFUSED = Counter("hotline_webhooks_refused_total", "Requests at the provider's door, by why refused", ["why"])
TIMER_LATENESS = Histogram(
    "hotline_timer_lateness_seconds",
    "How late a timer fired",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30),
)
CLOCK_LEADS = Gauge("hotline_clock_leads", "Whether this clock leads", multiprocess_mode="livesum")
REQUEST_SECONDS = Histogram(
    "hotline_request_seconds",
    "Time to answer a request, streams left out",
    ["route", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
STREAMS_OPEN = Gauge("hotline_streams_open", "Open event streams", multiprocess_mode="livesum")

_PERSONAL = re.compile(
    r"(text|body|name|alias|login|password|token|secret|codename|phone|number|address|email|cookie|message_text|note)$",
)
_ALLOWED = frozenset({"event_number", "last_number", "port_number", "runtime_name"})


def configure_logging(level: str, process: str) -> None:
    """Send all logging of this process, libraries included, as JSON lines to standard error.

    ``level`` is DEBUG, INFO, WARNING or ERROR; ``process`` names the process, such as ``web`` or ``clock``.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _say_process(process),
        trouble_without_words,
        drop_personal,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        ),
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("httpx", "httpcore", "urllib3", "twilio.http_client", "rq.worker", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose lines carry keyword ids and states, for example ``log.info("claimed", contact_id=...)``."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound


def trouble_without_words(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type, our own code for it, and the places it passed."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__qualname__
        if isinstance(error, HotlineError):
            event["code"] = error.code
        event["passed"] = places(error)
        cause = error.__cause__
        if cause is not None:
            event["cause"] = type(cause).__qualname__
    event.pop("exc_text", None)
    event.pop("stack_info", None)
    return event


def places(error: BaseException, limit: int = 12) -> list[str]:
    """The last ``limit`` places an exception passed, as ``file:line function``, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-limit:]
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]


def drop_personal(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank every key that sounds like a person's words, number or secret."""
    for key in event:
        if key not in _ALLOWED and _PERSONAL.search(key):
            event[key] = "(left out)"
    return event


def render_metrics(environ: Mapping[str, str]) -> bytes:
    """All figures in Prometheus text form, of all processes when ``environ`` names their common folder."""
    if not environ.get(METRICS_FOLDER_VARIABLE):
        return generate_latest(OWN_REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def _say_process(process: str) -> Any:
    def add(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["process"] = process
        return event

    return add
