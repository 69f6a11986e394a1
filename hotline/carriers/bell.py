"""Wakes whoever waits, through Redis; were it a promise instead of a hint, a Redis restart would lose messages.

A ring first wakes the waiters of this process directly, then leaves through one publisher thread, so that no request
ever waits for Redis. One subscriber thread per process hears the rings of the others and reconnects for ever; after
every reconnection it wakes everybody, because rings may have been missed. Threads start when first needed, hence in the
child after a fork.
"""

import json
import os
import threading
import time
from collections import deque
from types import TracebackType
from typing import Any, Self

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from hotline.domain.ids import new_id
from hotline.domain.ports import Whisper
from hotline.telemetry import RINGS_LOST, get_logger

CHANNEL = "hotline:bell"
CONNECT_TIMEOUT_SECONDS = 0.5
SOCKET_TIMEOUT_SECONDS = 0.5
REST_AFTER_FAILURE_SECONDS = 1.0
"""How long the publisher leaves Redis alone after a failure, so that a dead Redis costs nothing."""
SILENCE_LIMIT_SECONDS = 5.0
"""A subscriber that hears not even its own ping for this long reconnects."""
PENDING_LIMIT = 5_000
"""Rings kept while Redis is slow; older ones are dropped, since every reader polls as well."""

log = get_logger(__name__)


class LocalEar:
    """One waiter of this process; see :class:`hotline.domain.ports.Ear`."""

    def __init__(self, bell: "RedisBell", topics: list[str]) -> None:
        self._bell = bell
        self.topics = tuple(topics)
        self._rung = threading.Event()
        self._whispers: deque[Whisper] = deque(maxlen=50)

    def __enter__(self) -> Self:
        """Start to listen."""
        self._bell.add(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Stop listening."""
        self._bell.remove(self)

    def wait(self, timeout_seconds: float) -> list[Whisper]:
        """Sleep until a topic rings or the time is over; gives the whispers heard since the last call."""
        self._rung.wait(max(0.0, timeout_seconds))
        self._rung.clear()
        heard = []
        while self._whispers:
            heard.append(self._whispers.popleft())
        return heard

    def wake(self, whisper: Whisper | None = None) -> None:
        """End the sleep, with something to tell or nothing."""
        if whisper is not None:
            self._whispers.append(whisper)
        self._rung.set()


class RedisBell:
    """The bell of one process; without an address it reaches this process only."""

    def __init__(self, redis_url: str | None) -> None:
        self._redis_url = redis_url
        self._origin = new_id()
        self._ears: dict[str, set[LocalEar]] = {}
        self._lock = threading.Lock()
        self._pending: deque[str] = deque(maxlen=PENDING_LIMIT)
        self._to_send = threading.Event()
        self._running: dict[str, int] = {}

    def ring(self, topics: list[str]) -> None:
        """Wake the listeners of these topics here and in other processes; never waits and never raises."""
        for topic in topics:
            self._wake(topic)
        self._send({"topics": topics})

    def whisper(self, whisper: Whisper) -> None:
        """Tell the listeners of a topic something that lasts a moment; never waits and never raises."""
        self._wake(whisper.topic, whisper)
        self._send({"topics": [whisper.topic], "kind": whisper.kind, "data": whisper.data})

    def listen(self, topics: list[str]) -> LocalEar:
        """A waiter for these topics, to be used as a context manager."""
        return LocalEar(self, topics)

    def add(self, ear: LocalEar) -> None:
        """Let an ear hear its topics."""
        with self._lock:
            for topic in ear.topics:
                self._ears.setdefault(topic, set()).add(ear)
        self._start("subscriber", self._subscribe_for_ever)

    def remove(self, ear: LocalEar) -> None:
        """Forget an ear."""
        with self._lock:
            for topic in ear.topics:
                ears = self._ears.get(topic, set())
                ears.discard(ear)
                if not ears:
                    self._ears.pop(topic, None)

    def _wake(self, topic: str, whisper: Whisper | None = None) -> None:
        with self._lock:
            ears = list(self._ears.get(topic, ()))
        for ear in ears:
            ear.wake(whisper)

    def _wake_everybody(self) -> None:
        with self._lock:
            ears = {ear for group in self._ears.values() for ear in group}
        for ear in ears:
            ear.wake()

    def _send(self, content: dict[str, Any]) -> None:
        if self._redis_url is None:
            return
        self._pending.append(json.dumps(content | {"origin": self._origin}))
        self._start("publisher", self._publish_for_ever)
        self._to_send.set()

    def _start(self, name: str, work: Any) -> None:
        """Start a thread once in this process, anew after a fork."""
        if self._redis_url is None or self._running.get(name) == os.getpid():
            return
        with self._lock:
            if self._running.get(name) == os.getpid():
                return
            self._running[name] = os.getpid()
        threading.Thread(target=work, name=f"bell-{name}", daemon=True).start()

    def _connect(self) -> "Redis":
        if self._redis_url is None:  # pragma: no cover - threads start only with an address
            raise RedisError("no address")
        return Redis.from_url(
            self._redis_url,
            socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
            socket_timeout=SOCKET_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def _publish_for_ever(self) -> None:
        client = self._connect()
        while True:
            self._to_send.wait()
            self._to_send.clear()
            lost = self._publish_pending(client)
            if lost:
                RINGS_LOST.inc(lost)
                log.warning("bell_not_heard", lost_rings=lost)
                time.sleep(REST_AFTER_FAILURE_SECONDS)

    def _publish_pending(self, client: "Redis") -> int:
        """Publish all that waits; gives how many rings were lost."""
        batch = []
        while self._pending:
            batch.append(self._pending.popleft())
        if not batch:
            return 0
        try:
            pipeline = client.pipeline(transaction=False)
            for content in batch:
                pipeline.publish(CHANNEL, content)
            pipeline.execute()
        except (RedisError, OSError):
            return len(batch)
        return 0

    def _subscribe_for_ever(self) -> None:
        pause_seconds = 0.1
        while True:
            try:
                with self._connect() as client, client.pubsub() as channel:
                    channel.subscribe(CHANNEL)
                    self._wake_everybody()
                    pause_seconds = 0.1
                    self._hear(channel)
            except (RedisError, OSError, ValueError):
                time.sleep(pause_seconds)
                pause_seconds = min(pause_seconds * 2, 1.0)

    def _hear(self, channel: Any) -> None:
        """Pass on rings until the connection breaks or falls silent; then raises ``RedisError``."""
        heard_at = pinged_at = time.monotonic()
        while True:
            message = channel.get_message(timeout=1.0)
            now = time.monotonic()
            if message is not None:
                heard_at = now
                self._pass_on(message)
            elif now - heard_at > SILENCE_LIMIT_SECONDS:
                raise RedisError("silent")
            if now - pinged_at > SILENCE_LIMIT_SECONDS / 2.5:
                pinged_at = now
                channel.ping()

    def _pass_on(self, message: dict[str, Any]) -> None:
        if message.get("type") != "message":
            return
        content = json.loads(message["data"])
        if content.get("origin") == self._origin:
            return
        for topic in content["topics"]:
            whisper = Whisper(topic, content["kind"], content["data"]) if "kind" in content else None
            self._wake(topic, whisper)
