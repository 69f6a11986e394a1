"""Processes are killed while people talk; nothing that was acknowledged may be lost and nothing said twice."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from support.houses import RunningHouse, clean_environ, running_house, wait_until_ready
from support.processes import children_of

KILLED = r"hotline (serve|worker|clock)|redis\.sock"
SENTENCES = ("你好", "I could not sleep again.", "謝謝你聽我說", "ok")


def write_talks(path: Path, *, talks: int, turns: int) -> Path:
    roles = ("seeker", "listener")
    lines = [
        {
            "id": talk,
            "turns": [
                {"role": roles[turn % 2], "text": f"{SENTENCES[turn % 4]} {talk}.{turn}"} for turn in range(turns)
            ],
        }
        for talk in range(talks)
    ]
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    return path


def replay(house: RunningHouse, file: Path, concurrency: int) -> dict[str, Any]:
    line = [sys.executable, "-m", "hotline", "replay", str(file), "--json", "--url", house.base_url]
    line += ["--data-dir", str(house.data_dir), "--concurrency", str(concurrency)]
    done = subprocess.run(line, env=clean_environ(), capture_output=True, text=True, check=False)
    summary: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == (0 if summary["ok"] else 1)
    return summary


def kill_now_and_then(house: RunningHouse, over: threading.Event) -> None:
    """End one part of the house after another, the web server included; the next once the house answers again.

    On a slow machine a part needs longer to start than the kills are apart: nothing would ever be up.
    """
    number = 0
    while not over.wait(2.0):
        wait_until_ready(house.process, house.base_url)
        parts = sorted((line, pid) for pid, line in children_of(house.process.pid).items() if re.search(KILLED, line))
        if parts:
            os.kill(parts[number % len(parts)][1], signal.SIGKILL)
            number += 1


@pytest.mark.timeout(400)
def test_kills_lose_and_double_no_word(tmp_path: Path) -> None:
    file = write_talks(tmp_path / "talks.jsonl", talks=12, turns=14)
    with running_house(tmp_path / "house") as house:
        over = threading.Event()
        killer = threading.Thread(target=kill_now_and_then, args=(house, over))
        killer.start()
        try:
            summary = replay(house, file, concurrency=4)
        finally:
            over.set()
            killer.join()
    assert {name: summary[name] for name in ("contacts", "lost", "duplicated", "reordered", "errors")} == {
        "contacts": 12,
        "lost": 0,
        "duplicated": 0,
        "reordered": 0,
        "errors": 0,
    }, summary
    assert summary["sent"] == summary["received"] == 12 * 14


def test_a_replay_through_an_administrators_invitations(running: RunningHouse, tmp_path: Path) -> None:
    file = write_talks(tmp_path / "talks.jsonl", talks=2, turns=4)
    admin = running.login_of("administrator")
    line = [sys.executable, "-m", "hotline", "replay", str(file), "--json", "--url", running.base_url]
    line += ["--admin", admin["login"], "--concurrency", "2"]
    environ = clean_environ(HOTLINE_ADMIN_PASSWORD=admin["password"])
    started = time.monotonic()
    done = subprocess.run(line, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["received"] == 8
    assert time.monotonic() - started < 60
