"""Speaks to a running helpline as a patient program does; without patience a restart would look like a loss.

Every request is repeated until the server answers or the patience ends; posts carry a client message id, so that a
repeated one changes nothing.
"""

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx

PATIENCE_SECONDS = 120.0
STREAM_SILENCE_SECONDS = 25.0
"""The server speaks at least every 15 s; a stream silent for longer is opened anew."""

_TRY_AGAIN = frozenset({429, 502, 503, 504})


class ApiTrouble(Exception):
    """The server answered with an error: its status, our stable code, and who was first where somebody was."""

    def __init__(self, status: int, code: str, by: str = "") -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.by = by


class Leaving(threading.Event):
    """Tells a thread to leave its stream, and ends the connection it may be reading from."""

    def __init__(self) -> None:
        super().__init__()
        self._socket: socket.socket | None = None

    def hold(self, connection: socket.socket | None) -> None:
        """Remember the connection that is being read."""
        self._socket = connection

    def set(self) -> None:
        """Leave now."""
        super().set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


class Api:
    """One person's way to the helpline; threads may share it."""

    def __init__(self, base_url: str, token: str | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self.token = token
        self._http = httpx.Client(timeout=httpx.Timeout(30, connect=5), limits=httpx.Limits(max_connections=None))

    def close(self) -> None:
        """Let go of all connections."""
        self._http.close()

    def headers(self) -> dict[str, str]:
        """Who speaks."""
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request, repeated while the server cannot answer; gives the JSON answer (empty for none).

        Raises:
            ApiTrouble: the server refused, or did not answer within :data:`PATIENCE_SECONDS` (status 0).
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        pause_seconds = 0.1
        while True:
            try:
                answer = self._http.request(method, f"{self.base_url}/api/v1{path}", json=body, headers=self.headers())
            except httpx.HTTPError as error:
                status, code = 0, type(error).__name__
            else:
                if answer.status_code not in _TRY_AGAIN:
                    return _content(answer)
                status, code = answer.status_code, "try_again"
            if time.monotonic() > deadline:
                raise ApiTrouble(status, code)
            time.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * 2, 2.0)

    def follow(self, path: str, heard: Callable[[str, dict[str, Any]], None], leaving: "Leaving") -> None:
        """Call ``heard`` with kind and data of every event until ``leaving``, reconnecting where the stream stood."""
        stood_at = {"Last-Event-ID": ""}
        while not leaving.is_set():
            with suppress(httpx.HTTPError, httpx.StreamError, RuntimeError):
                self._read_stream(path, heard, leaving, stood_at)
            if not leaving.is_set():
                heard("reconnecting", {})
                leaving.wait(0.5)

    def _read_stream(
        self, path: str, heard: Callable[[str, dict[str, Any]], None], leaving: "Leaving", stood_at: dict[str, str]
    ) -> None:
        """Read one connection to its end; ``stood_at`` keeps the id of the last event."""
        headers = self.headers() | {name: value for name, value in stood_at.items() if value}
        timeout = httpx.Timeout(5, read=STREAM_SILENCE_SECONDS)
        kind = ""
        with self._http.stream("GET", f"{self.base_url}/api/v1{path}", headers=headers, timeout=timeout) as lines:
            leaving.hold(lines.extensions["network_stream"].get_extra_info("socket"))
            for line in lines.iter_lines():
                name, _, value = line.partition(":")
                if leaving.is_set():
                    return
                if name == "id":
                    stood_at["Last-Event-ID"] = value.strip()
                elif name == "event":
                    kind = value.strip()
                elif name == "data":
                    heard(kind, json.loads(value))


def _content(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_success:
        content: dict[str, Any] = answer.json() if answer.content else {}
        return content
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        raise ApiTrouble(answer.status_code, "unexpected") from None
    raise ApiTrouble(answer.status_code, error.get("code", "unexpected"), error.get("by", ""))
