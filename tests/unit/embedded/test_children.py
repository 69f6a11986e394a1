"""Children: kept alive with patience, ended with everything they started."""

import os
import sys
import time
from pathlib import Path

import pytest

from hotline.embedded.children import LONGEST_PAUSE_SECONDS, Child, stop_all


def child(tmp_path: Path, program: str) -> Child:
    return Child("test", [sys.executable, "-c", program], dict(os.environ), tmp_path / "log")


def wait_until_dead(one: Child) -> None:
    deadline = time.monotonic() + 10
    while one.alive():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_a_child_says_lands_in_the_log(tmp_path: Path) -> None:
    one = child(tmp_path, "print('hello')")
    one.start()
    wait_until_dead(one)
    assert one.log_path.read_text() == "hello\n"


def test_a_dead_child_starts_again_and_somebody_is_told(tmp_path: Path) -> None:
    one = child(tmp_path, "raise SystemExit(3)")
    one.start()
    wait_until_dead(one)
    first = one.process
    told = one.revive(one.started_seconds + 1)
    assert told is not None
    assert "status 3" in told
    assert one.revive(one.started_seconds + 1 + LONGEST_PAUSE_SECONDS) is None
    assert one.process is not first
    stop_all([one])


def test_a_child_that_keeps_dying_is_given_ever_longer_pauses(tmp_path: Path) -> None:
    one = child(tmp_path, "raise SystemExit(1)")
    pauses = []
    for _ in range(7):
        one.start()
        wait_until_dead(one)
        one.revive(one.started_seconds)
        pauses.append(one.pause_seconds)
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_SECONDS


@pytest.mark.parametrize(
    "program", ["import time; time.sleep(60)", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"]
)
def test_children_end_even_when_they_do_not_want_to(tmp_path: Path, program: str) -> None:
    one = child(tmp_path, program)
    one.start()
    time.sleep(0.3)
    stop_all([one], patience_seconds=0.5)
    assert not one.alive()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends a child with its killed parent")
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    program = f"""
import os, sys, time, pathlib
from hotline.embedded.children import Child
sleep = [sys.executable, "-c", "import time; time.sleep(60)"]
one = Child("c", sleep, dict(os.environ), pathlib.Path({str(tmp_path / "l")!r}))
one.start()
print(one.process.pid, flush=True)
time.sleep(60)
"""
    parent = child(tmp_path, program)
    parent.start()
    deadline = time.monotonic() + 10
    while not parent.log_path.read_text().strip() and time.monotonic() < deadline:
        time.sleep(0.02)
    grandchild = int(parent.log_path.read_text())
    assert parent.process is not None
    parent.process.kill()
    parent.process.wait()
    while Path(f"/proc/{grandchild}/cmdline").exists() and Path(f"/proc/{grandchild}/cmdline").read_bytes():
        assert time.monotonic() < deadline, "the grandchild lives on"
        time.sleep(0.02)
