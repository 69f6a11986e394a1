"""Hands ids to workers through RQ; a queue that carried more than ids would carry people's words into Redis.

Losing Redis loses nothing: the database's outbox remembers, and the clock carries out what no worker has taken.
"""

import time
from contextlib import suppress

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError

QUEUE_NAME = "promises"
JOB = "hotline.jobs.deliver.run_promise"
JOB_TIMEOUT_SECONDS = 30
SOCKET_TIMEOUT_SECONDS = 0.5
REST_AFTER_FAILURE_SECONDS = 1.0
"""How long Redis is left alone after a failure."""


def connect(redis_url: str, *, socket_timeout_seconds: float | None = SOCKET_TIMEOUT_SECONDS) -> Redis:
    """A Redis client that fails fast; a worker passes ``None`` because it waits for jobs on the socket."""
    return Redis.from_url(
        redis_url,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_timeout=socket_timeout_seconds,
        retry=Retry(NoBackoff(), 0),
    )


class PromiseQueue:
    """The way from the clock to the workers; ``redis_url`` is ``None`` where there are no workers."""

    def __init__(self, redis_url: str | None) -> None:
        self._queue = None if redis_url is None else Queue(QUEUE_NAME, connection=connect(redis_url), serializer="json")
        self._rest_until_seconds = 0.0

    def put(self, promise_id: str, attempts: int) -> bool:
        """Hand a promise to the workers; ``False`` when Redis did not take it. A repeated hand-over counts as one."""
        if self._queue is None or time.monotonic() < self._rest_until_seconds:
            return False
        try:
            with suppress(DuplicateJobError):
                self._queue.enqueue_call(
                    JOB,
                    args=(promise_id,),
                    job_id=f"outbox-{promise_id}-{attempts}",
                    description="promise",
                    timeout=JOB_TIMEOUT_SECONDS,
                    result_ttl=0,
                    failure_ttl=60,
                    ttl=600,
                    unique=True,
                )
        except (RedisError, OSError):
            self._rest_until_seconds = time.monotonic() + REST_AFTER_FAILURE_SECONDS
            return False
        return True
