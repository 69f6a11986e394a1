"""Live updates as Server-Sent Events from the feed; a client that reconnects says where it stood and misses nothing.

Events carry ids only. The bell wakes a stream; the feed is also read every :data:`POLL_SECONDS`, so that a lost bell
delays and never loses. A stream ends within :data:`POLL_SECONDS` of the end of the session that opened it.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request

from hotline.domain.errors import HotlineError, Refused
from hotline.domain.ports import Ear
from hotline.flow import follow
from hotline.flow.helpline import Helpline
from hotline.telemetry import STREAMS_OPEN

POLL_SECONDS = 2.0
KEEP_ALIVE_SECONDS = 15.0
_MOST_DIGITS = 10
STOPPING = threading.Event()
"""Set when this process is about to end; streams say goodbye instead of holding it for 30 s."""


def stream(helpline: Helpline, topics: list[str], still_allowed: Callable[[], None]) -> Response:
    """An event stream over these topics.

    ``still_allowed`` is called at least every :data:`POLL_SECONDS` and raises when the reader may not read any more.
    """
    positions = _positions(helpline, topics, request.headers.get("Last-Event-ID") or request.args.get("after"))
    response = Response(_events(helpline, positions, still_allowed), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def after_number() -> int:
    """``?after=`` of this request: a message number, 0 when absent or senseless."""
    given = request.args.get("after", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < _MOST_DIGITS else 0


def _positions(helpline: Helpline, topics: list[str], last_id: str | None) -> dict[str, int]:
    """Where to go on: as the client says for topics it may read, else from now."""
    positions = follow.latest(helpline, topics)
    for part in (last_id or "").split(";")[:50]:
        topic, _, number = part.rpartition("=")
        if topic in positions and number.isdigit():
            positions[topic] = min(positions[topic], int(number))
    return positions


def _event_id(positions: dict[str, int]) -> str:
    return ";".join(f"{topic}={number}" for topic, number in sorted(positions.items()))


def _format(kind: str, data: dict[str, Any], event_id: str | None = None) -> str:
    head = f"id: {event_id}\n" if event_id is not None else ""
    return f"{head}event: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"


def _events(helpline: Helpline, positions: dict[str, int], still_allowed: Callable[[], None]) -> Iterator[str]:
    STREAMS_OPEN.inc()
    try:
        with helpline.bell.listen(list(positions)) as ear:
            yield "retry: 2000\n\n" + _format("hello", {}, _event_id(positions))
            yield from _follow(helpline, positions, ear, still_allowed)
            yield _format("bye", {})
    finally:
        STREAMS_OPEN.dec()


def _follow(
    helpline: Helpline,
    positions: dict[str, int],
    ear: Ear,
    still_allowed: Callable[[], None],
) -> Iterator[str]:
    spoke_at = checked_at = time.monotonic()
    while not STOPPING.is_set():
        found = _since(helpline, positions)
        for event in found:
            positions[event.topic] = event.number
            data = event.data | {"topic": event.topic.partition(":")[0]}
            yield _format(event.kind, data, _event_id(positions))
        for whisper in ear.wait(POLL_SECONDS):
            yield _format(whisper.kind, {"topic": whisper.topic.partition(":")[0], **whisper.data})
        now = time.monotonic()
        if found:
            spoke_at = now
        if now - spoke_at > KEEP_ALIVE_SECONDS:
            spoke_at = now
            yield ": still here\n\n"
        if now - checked_at >= POLL_SECONDS:
            checked_at = now
            if not _allowed(still_allowed):
                return


def _since(helpline: Helpline, positions: dict[str, int]) -> list[follow.FeedEvent]:
    """New events; while the database does not answer there are none, and the next look finds them."""
    try:
        return follow.since(helpline, positions)
    except HotlineError:
        return []


def _allowed(still_allowed: Callable[[], None]) -> bool:
    try:
        still_allowed()
    except Refused:
        return False
    except HotlineError:
        return True
    return True
