"""Keeps child processes alive and ends them with their parent; an orphaned web server would hold port and database.

On Linux the kernel itself ends a child whose parent was killed (``PR_SET_PDEATHSIG``). Each child leads its own process
group, so that Ctrl-C reaches the parent alone and the order of the ending stays ours.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_PDEATHSIG = 1
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
HEALTHY_AFTER_SECONDS = 30.0
"""A child that lived this long starts again without a pause when it dies."""


@dataclass
class Child:
    """One process that is to live; ``environ`` is its whole environment and its output goes to ``log_path``."""

    name: str
    command: Sequence[str]
    environ: dict[str, str] = field(repr=False)
    log_path: Path
    process: subprocess.Popen[bytes] | None = None
    started_seconds: float = 0.0
    pause_seconds: float = 0.0
    restart_at_seconds: float = 0.0

    def start(self) -> None:
        """Start the process; its output is appended to the log."""
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - our own programs only
                self.command,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent(),  # noqa: PLW1509 - the parent starts children before any thread
            )
        self.started_seconds = time.monotonic()
        self.restart_at_seconds = 0.0

    def alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def revive(self, now_seconds: float) -> str | None:
        """Start a dead child again once its pause is over; gives one sentence when there is something to tell."""
        if self.alive():
            return None
        if not self.restart_at_seconds:
            lived = now_seconds - self.started_seconds
            doubled = min(max(self.pause_seconds * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
            self.pause_seconds = 0.0 if lived > HEALTHY_AFTER_SECONDS else doubled
            self.restart_at_seconds = now_seconds + self.pause_seconds
            code = self.process.returncode if self.process else None
            return f"{self.name} ended (status {code}) and starts again; see {self.log_path}"
        if now_seconds >= self.restart_at_seconds:
            self.start()
        return None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the child and what it started."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return


def stop_all(children: Sequence[Child], patience_seconds: float = 8.0) -> None:
    """End all children: ask them together, wait, then insist."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline and any(child.alive() for child in children):
        time.sleep(0.05)
    for child in children:
        child.signal(signal.SIGKILL)
        if child.process is not None:
            child.process.wait(timeout=5)


def _end_with_parent() -> Callable[[], None] | None:
    """What the child does before it becomes the program: ask the kernel to end it with its parent (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask() -> None:
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return ask
