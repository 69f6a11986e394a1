"""The bell: wakes who waits, waits for nobody."""

import socket
import threading
import time
from queue import Queue

import pytest

from hotline.carriers.bell import RedisBell
from hotline.domain.ports import Whisper


def test_a_ring_wakes_its_listeners_only() -> None:
    bell = RedisBell(None)
    with bell.listen(["a"]) as hears, bell.listen(["b"]) as sleeps:
        bell.ring(["a"])
        assert hears._rung.is_set()
        assert not sleeps._rung.is_set()


def test_a_ring_before_the_wait_is_not_lost() -> None:
    bell = RedisBell(None)
    with bell.listen(["a"]) as ear:
        bell.ring(["a"])
        started = time.monotonic()
        ear.wait(5)
    assert time.monotonic() - started < 1


def test_a_sleeper_is_woken_by_another_thread() -> None:
    bell = RedisBell(None)
    with bell.listen(["a"]) as ear:
        threading.Timer(0.05, bell.ring, [["a"]]).start()
        started = time.monotonic()
        ear.wait(5)
    assert time.monotonic() - started < 1


def test_a_wait_ends_by_itself() -> None:
    with RedisBell(None).listen(["a"]) as ear:
        assert ear.wait(0.01) == []


def test_a_whisper_is_heard_once() -> None:
    bell = RedisBell(None)
    typing = Whisper("a", "typing", {"author": "seeker"})
    with bell.listen(["a"]) as ear:
        bell.whisper(typing)
        assert ear.wait(1) == [typing]
        assert ear.wait(0.01) == []


def test_who_has_left_hears_nothing_and_is_forgotten() -> None:
    bell = RedisBell(None)
    with bell.listen(["a"]):
        pass
    bell.ring(["a"])
    assert not bell._ears


def test_ringing_without_a_redis_that_answers_costs_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting: Queue[int] = Queue()
    answer = threading.Event()

    def never_answers(_: socket.socket, __: object) -> None:
        waiting.put(threading.get_ident())
        answer.wait(30)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", never_answers)
    bell = RedisBell("redis://127.0.0.1:1/0")
    for _ in range(1000):
        bell.ring(["a"])
    assert waiting.get(timeout=30) != threading.get_ident()
    answer.set()
