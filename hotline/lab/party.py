"""One end of a conversation: sends, follows its stream, and keeps what it saw, so that losses cannot hide."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from hotline.domain.ids import new_id
from hotline.lab.api import Api, ApiTrouble, Leaving

POLL_SECONDS = 3.0
"""A page whose stream is gone looks this often by itself."""


@dataclass
class Seen:
    """What one end has read: messages by number, when each was first seen (monotonic seconds), and repeats."""

    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    first_seen_seconds: dict[int, float] = field(default_factory=dict)
    repeated: int = 0

    def texts(self) -> list[tuple[str, str]]:
        """Author and text of everything two people wrote, in the order of its numbers."""
        ordered = (self.messages[number] for number in sorted(self.messages))
        return [(one["author"], one["text"]) for one in ordered if one["author"] != "system"]


class Party:
    """A seeker or a listener in one conversation; ``start`` opens the stream and ``stop`` ends it."""

    def __init__(self, api: Api, *, messages_path: str, stream_path: str) -> None:
        self.seen = Seen()
        self.told_seconds: dict[int, float] = {}
        """When the stream first told of a message, before its words were read (monotonic seconds)."""
        self._api = api
        self._messages_path = messages_path
        self._stream_path = stream_path
        self._news = threading.Condition()
        self._reading = threading.Lock()
        self._leaving = Leaving()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def start(self) -> None:
        """Open the stream."""
        self._thread.start()

    def stop(self) -> None:
        """End the stream; does not wait for it."""
        self._leaving.set()

    def send(self, text: str) -> tuple[dict[str, Any], float]:
        """Write; gives the acknowledged message and when it was sent (monotonic seconds)."""
        sent_seconds = time.monotonic()
        body = {"client_message_id": new_id(), "text": text}
        return self._api.ask("POST", self._messages_path, body), sent_seconds

    def read(self) -> None:
        """Fetch what came after the last message seen."""
        with self._reading:
            last = max(self.seen.messages, default=0)
            try:
                found = self._api.ask("GET", f"{self._messages_path}?after={last}")["messages"]
            except (ApiTrouble, RuntimeError):
                return  # refused, or this end has closed its connections
            now = time.monotonic()
            for message in found:
                number = message["number"]
                if number in self.seen.messages:
                    self.seen.repeated += 1
                self.seen.messages[number] = message
                self.seen.first_seen_seconds.setdefault(number, now)
        with self._news:
            self._news.notify_all()

    def wait_for(self, number: int, patience_seconds: float) -> float | None:
        """When message ``number`` was first seen here (monotonic seconds), ``None`` when it did not come in time."""
        deadline = time.monotonic() + patience_seconds
        while True:
            with self._news:
                if number in self.seen.messages:
                    return self.seen.first_seen_seconds[number]
                self._news.wait(POLL_SECONDS)
            if number not in self.seen.messages:
                self.read()
            if time.monotonic() > deadline and number not in self.seen.messages:
                return None

    def whole(self) -> list[tuple[str, str]]:
        """Author and text of the whole conversation, read afresh from the server."""
        fresh = Seen({one["number"]: one for one in self._api.ask("GET", f"{self._messages_path}?after=0")["messages"]})
        return fresh.texts()

    def _follow(self) -> None:
        def heard(kind: str, data: dict[str, Any]) -> None:
            if kind == "message" and data.get("topic") != "contact":
                return  # the desk hears of every conversation; its own arrives under its own topic as well
            if kind == "message":
                self.told_seconds.setdefault(int(data["number"]), time.monotonic())
            if kind in {"message", "hello", "reconnecting"}:
                self.read()

        self._api.follow(self._stream_path, heard, self._leaving)
