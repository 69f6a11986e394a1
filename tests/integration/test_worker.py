"""Workers and Redis: ids go through the queue, and a Redis that dies or forgets loses no promise."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.houses import clean_environ
from support.redis import TestRedis, running_redis

from hotline.flow import escalate
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.jobs.queues import PromiseQueue, connect
from hotline.routing.ladder import AlarmKind
from hotline.settings import Settings
from hotline.storage.outbox import outbox
from hotline.wiring import build_helpline, make_demo_people, prepare


@pytest.fixture
def redis() -> Iterator[TestRedis]:
    with running_redis() as server:
        yield server


@pytest.fixture
def settings_here(tmp_path: Path, redis: TestRedis) -> Settings:
    """A prepared data folder with demo people."""
    settings = Settings.load({}, data_dir=tmp_path, redis_url=redis.url, demo=True)
    prepare(settings)
    make_demo_people(settings)
    return settings


@pytest.fixture
def living(settings_here: Settings) -> Iterator[Helpline]:
    helpline = build_helpline(settings_here)
    yield helpline
    helpline.database.engine.dispose()


@contextmanager
def process(name: str, settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A worker or a clock of its own."""
    environ = clean_environ(**settings.environ())
    child = subprocess.Popen([sys.executable, "-m", "hotline", name], env=environ, stderr=subprocess.DEVNULL)
    try:
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(timeout=15)
        finally:
            child.kill()
            child.wait()


def alarms(helpline: Helpline, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        with UnitOfWork(helpline) as unit:
            escalate.alarm(unit, AlarmKind.URGENT_WAITING, None, token=f"alarm {number}")
            unit.commit()


def states(helpline: Helpline) -> dict[str, int]:
    with helpline.database.read() as conn:
        return {
            row[0]: row[1] for row in conn.execute(sa.select(outbox.c.state, sa.func.count()).group_by(outbox.c.state))
        }


def eventually(holds: Callable[[], bool], patience_seconds: float = 60) -> None:
    deadline = time.monotonic() + patience_seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_a_job_in_redis_is_an_id_and_nothing_else(redis: TestRedis) -> None:
    queue = PromiseQueue(redis.url)
    assert queue.put("p1", 0)
    assert queue.put("p1", 0)
    with connect(redis.url) as client:
        assert client.lrange("rq:queue:promises", 0, -1) == [b"outbox-p1-0"]
        kept = client.hgetall("rq:job:outbox-p1-0")
    assert kept[b"description"] == b"promise"
    assert b"p1" in __import__("zlib").decompress(kept[b"data"])


def test_a_dead_redis_is_left_alone_for_a_moment(redis: TestRedis) -> None:
    redis.kill()
    queue = PromiseQueue(redis.url)
    started = time.monotonic()
    assert not any(queue.put("p1", 0) for _ in range(1000))
    assert time.monotonic() - started < 1.5


def test_workers_carry_out_what_the_clock_hands_them(living: Helpline, settings_here: Settings) -> None:
    with process("worker", settings_here), process("clock", settings_here):
        alarms(living, 5)
        eventually(lambda: states(living) == {"done": 5})


def test_a_redis_that_dies_and_forgets_loses_no_promise(
    living: Helpline, settings_here: Settings, redis: TestRedis
) -> None:
    with process("worker", settings_here), process("clock", settings_here):
        alarms(living, 3)
        eventually(lambda: states(living) == {"done": 3})
        redis.kill()
        alarms(living, 3, start=3)
        eventually(lambda: states(living) == {"done": 6}, patience_seconds=10)
        redis.wipe()
        alarms(living, 3, start=6)
        eventually(lambda: states(living) == {"done": 9}, patience_seconds=15)


def test_a_killed_worker_is_not_missed_for_long(living: Helpline, settings_here: Settings) -> None:
    with process("worker", settings_here) as worker, process("clock", settings_here):
        alarms(living, 1)
        eventually(lambda: states(living) == {"done": 1})
        os.kill(worker.pid, signal.SIGKILL)
        alarms(living, 3, start=1)
        eventually(lambda: states(living) == {"done": 4}, patience_seconds=15)
