"""One command, one machine: it starts, continues, refuses a twin, heals and leaves nothing behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from support.houses import RunningHouse, clean_environ, free_port, running_house, start
from support.processes import children_of


def eventually(holds: Callable[[], bool], patience_seconds: float = 20) -> None:
    deadline = time.monotonic() + patience_seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def answers(house: RunningHouse) -> bool:
    try:
        with urllib.request.urlopen(f"{house.base_url}/ready", timeout=2) as answer:  # noqa: S310 - our own address
            return bool(json.load(answer)["ready"])
    except OSError:
        return False


def test_a_second_start_continues_and_an_end_leaves_nothing(tmp_path: Path) -> None:
    with running_house(tmp_path) as house:
        before = house.logins
        below = children_of(house.process.pid)
        assert sorted(re.findall(r"hotline (\w+)", " ".join(below.values())))[:2] == ["clock", "serve"]
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))
    with running_house(tmp_path) as house:
        assert house.logins == before


def test_only_its_owner_can_read_what_it_keeps(tmp_path: Path) -> None:
    with running_house(tmp_path):
        assert tmp_path.stat().st_mode & 0o077 == 0
        secret = [tmp_path / "secrets" / "secrets.json", tmp_path / "demo-logins.json", tmp_path / "run" / "redis.sock"]
        assert all(path.stat().st_mode & 0o077 == 0 for path in secret)


def test_two_on_one_folder_are_refused_with_a_sentence(running: RunningHouse) -> None:
    twin = start(running.data_dir, free_port())
    told, _ = twin.communicate(timeout=30)
    assert twin.returncode == 1
    assert f"a helpline already runs on {running.data_dir} (process {running.process.pid})" in told


def test_a_taken_port_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        other = start(tmp_path, taken.getsockname()[1])
        told, _ = other.communicate(timeout=30)
    assert other.returncode == 1
    assert "is taken: choose another with --port" in told


def test_whatever_is_killed_comes_back(running: RunningHouse) -> None:
    for pid, line in children_of(running.process.pid).items():
        if re.search(r"hotline (serve|worker|clock)|server", line):
            os.kill(pid, signal.SIGKILL)
    eventually(lambda: answers(running))
    eventually(
        lambda: (
            len(
                re.findall(
                    r"hotline worker|hotline clock|redis.sock", " ".join(children_of(running.process.pid).values())
                )
            )
            == 3
        )
    )


def test_killing_the_parent_leaves_no_orphan(tmp_path: Path) -> None:
    with running_house(tmp_path) as house:
        below = children_of(house.process.pid)
        house.process.kill()
        house.process.wait()
        eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))
    with running_house(tmp_path):
        pass


def test_no_word_of_a_seeker_reaches_log_or_redis(running: RunningHouse) -> None:
    words = json.dumps({"language": "en", "text": "canary-in-the-mine"}).encode()
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{running.base_url}/api/v1/contacts", data=words, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own address
        assert answer.status == 201
    time.sleep(2)
    kept = [path for path in running.data_dir.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"canary-in-the-mine" in path.read_bytes()]


def test_the_doctor_finds_a_running_house_in_order(running: RunningHouse) -> None:
    line = [sys.executable, "-m", "hotline", "doctor", "--data-dir", str(running.data_dir)]
    told = subprocess.run(line, env=clean_environ(), capture_output=True, text=True, check=False).stdout
    for part in ("data folder", "keys", "database", "words", "routing policy"):
        assert re.search(rf"ok +{part}", told)
