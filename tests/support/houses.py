"""A whole running helpline for tests: the same command a user runs, on a free port and a folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hotline.contacts.tables import contacts
from hotline.domain.contact import State
from hotline.routing import tables as routing
from hotline.storage.engine import Database
from hotline.storage.timers import timers
from hotline.volunteers import tables as people


@dataclass(frozen=True)
class RunningHouse:
    """Where a running helpline is and how its demo people sign in (``login``, ``password``, ``roles``)."""

    base_url: str
    data_dir: Path
    process: subprocess.Popen[str]

    @property
    def logins(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((self.data_dir / "demo-logins.json").read_text("utf-8"))
        return found

    def login_of(self, role: str) -> dict[str, Any]:
        return next(person for person in self.logins if role in person["roles"])

    def everybody_is_rested(self) -> None:
        """A night has passed for the demo people whom many tests share: no break runs and no talk is owed."""
        database = Database(f"sqlite:///{self.data_dir / 'hotline.sqlite3'}")
        with database.write() as conn:
            conn.execute(people.care.delete())
            conn.execute(people.served.delete())
            conn.commit()
        database.engine.dispose()

    def everybody_goes_home(self) -> None:
        """Nothing is open, asked, rung or owed and nobody is on duty: the next test meets a quiet house."""
        database = Database(f"sqlite:///{self.data_dir / 'hotline.sqlite3'}")
        now = datetime.now(UTC)
        with database.write() as conn:
            for table in (routing.queue, routing.offers, routing.companions, timers, people.care, people.served):
                conn.execute(sa.delete(table))
            is_open = contacts.c.state != State.CLOSED
            conn.execute(sa.update(contacts).where(is_open).values(state=State.CLOSED, ended_at=now, closed_at=now))
            conn.execute(sa.update(routing.alarms).where(routing.alarms.c.settled_at.is_(None)).values(settled_at=now))
            conn.execute(sa.update(people.presence).values(on_duty=False))
            conn.execute(sa.update(people.duty_spans).where(people.duty_spans.c.end_at.is_(None)).values(end_at=now))
            conn.commit()
        database.engine.dispose()

    def log(self) -> str:
        return (self.data_dir / "log" / "hotline.log").read_text("utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environ(**extra: str) -> dict[str, str]:
    """Our own environment without settings that would lead elsewhere."""
    ours = ("HOTLINE_", "TWILIO_", "PROMETHEUS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    for name in ("DATABASE_URL", "REDIS_URL"):
        kept.pop(name, None)
    return kept | extra


def start(data_dir: Path, port: int, **extra: str) -> subprocess.Popen[str]:
    """``hotline up --demo``; the caller ends it."""
    return subprocess.Popen(
        [sys.executable, "-m", "hotline", "up", "--demo", "--port", str(port), "--data-dir", str(data_dir)],
        env=clean_environ(**extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def wait_until_ready(process: subprocess.Popen[str], base_url: str, patience_seconds: float = 90) -> None:
    """Return once the first page answers; raises with everything that was printed when it does not."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{base_url}/live", timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    told, _ = process.communicate(timeout=30)
    raise RuntimeError(f"the helpline did not start:\n{told}")


@contextmanager
def running_house(data_dir: Path, **extra: str) -> Iterator[RunningHouse]:
    """A running helpline while inside."""
    port = free_port()
    process = start(data_dir, port, **extra)
    house = RunningHouse(f"http://127.0.0.1:{port}", data_dir, process)
    try:
        wait_until_ready(process, house.base_url)
        yield house
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
