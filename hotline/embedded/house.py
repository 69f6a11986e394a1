"""Puts the parts of one machine together and keeps them together until told to stop.

Without it a person who wants to see the helpline would need a Redis, a database, four terminals and a page of advice.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from hotline.domain.errors import ConfigurationError
from hotline.embedded import redis_server
from hotline.embedded.children import Child, stop_all
from hotline.settings import Settings

PORT_PATIENCE_SECONDS = 6.0
"""How long a port may stay busy: a killed predecessor's web server takes up to 5 s to finish its streams."""

READY_PATIENCE_SECONDS = 60.0
LARGEST_LOG_BYTES = 20_000_000
_LOOK_EVERY_SECONDS = 0.1


def up(settings: Settings) -> int:
    """Start everything, print where it is, and stay until SIGINT or SIGTERM; gives the exit status.

    Raises:
        ConfigurationError: another one runs on this data folder, the port is taken, or a part is missing.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    with ExitStack() as stack:
        run_dir = _owner_only(_owner_only(settings.data_dir) / "run")
        stack.enter_context(_only_one(run_dir / "up.lock", settings.data_dir))
        _wait_for_port(settings)
        log_path = _fresh_log(settings.data_dir)
        children: list[Child] = []
        if settings.redis_url is None:
            redis = stack.enter_context(_private_redis(settings, run_dir, log_path))
            settings = settings.model_copy(update={"redis_url": f"unix://{redis.socket_path}"})
            children.append(redis.child)
        settings = settings.model_copy(update={"metrics_dir": _empty(run_dir / "metrics")})
        environ = settings.child_environ()
        people = _prepare(settings, environ)
        ours = [Child(name, _own(name), environ, log_path) for name in ("serve", "worker", "clock")]
        stack.callback(stop_all, ours)
        for child in ours:
            child.start()
        children += ours
        if not _ready(settings, children, stop):
            return _not_ready(log_path, stopped=stop.is_set())
        _tell(settings, people, log_path)
        _stay(settings, children, stop)
        click.echo("\nStopping …")
    click.echo("Everything has stopped.")
    return 0


def _own(*words: str) -> list[str]:
    return [sys.executable, "-m", "hotline", *words]


def _stay(settings: Settings, children: list[Child], stop: threading.Event) -> None:
    """Look after the children until told to stop; a dead one's live figures leave the sum."""
    while not stop.wait(_LOOK_EVERY_SECONDS):
        for child in children:
            told = child.revive(time.monotonic())
            if told:
                click.echo(told, err=True)
                _forget_figures(settings, child)


def _forget_figures(settings: Settings, child: Child) -> None:
    if settings.metrics_dir is not None and child.process is not None:
        for live in settings.metrics_dir.glob(f"gauge_live*_{child.process.pid}.db"):
            live.unlink(missing_ok=True)


class _Redis:
    """The private Redis of this machine: its process and where it listens."""

    def __init__(self, child: Child, socket_path: Path) -> None:
        self.child = child
        self.socket_path = socket_path


@contextmanager
def _private_redis(settings: Settings, run_dir: Path, log_path: Path) -> Iterator[_Redis]:
    """Run a private Redis while inside; it ends after everything that uses it."""
    folder, temporary = redis_server.socket_folder(run_dir)
    socket_path = folder / "redis.sock"
    redis_server.end_leftover(socket_path)
    keep_dir = _owner_only(settings.data_dir / "redis")
    line = redis_server.command(redis_server.find_program(), socket_path, keep_dir)
    child = Child("redis", line, settings.child_environ(), log_path)
    child.start()
    try:
        if not redis_server.wait_until_it_answers(socket_path):
            raise ConfigurationError(f"the private Redis did not start: see {log_path}")
        yield _Redis(child, socket_path)
    finally:
        stop_all([child])
        if temporary:
            shutil.rmtree(folder, ignore_errors=True)


def _prepare(settings: Settings, environ: dict[str, str]) -> list[dict[str, object]]:
    """Keys, database and demo people, made by a process of its own; gives the people made now."""
    words = ("demo", "--json") if settings.demo else ("migrate",)
    done = subprocess.run(_own(*words), env=environ, stdout=subprocess.PIPE, check=False)  # noqa: S603
    if done.returncode:
        raise ConfigurationError("the database could not be brought up to date; what went wrong stands above")
    people: list[dict[str, object]] = json.loads(done.stdout) if settings.demo else []
    return people


def _ready(settings: Settings, children: list[Child], stop: threading.Event) -> bool:
    """Whether the first page answers before the patience ends; dead children are started again meanwhile."""
    deadline = time.monotonic() + READY_PATIENCE_SECONDS
    while time.monotonic() < deadline and not stop.wait(_LOOK_EVERY_SECONDS):
        if _answers(settings):
            return True
        for child in children:
            child.revive(time.monotonic())
    return False


def _answers(settings: Settings) -> bool:
    address = f"http://{_reachable(settings.host)}:{settings.port}/live"
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500  # noqa: PLR2004 - any answer that is not the server's own trouble
    except OSError:
        return False


def _not_ready(log_path: Path, *, stopped: bool) -> int:
    if stopped:
        return 0
    click.echo(f"The web pages did not come up; the reason stands at the end of {log_path}", err=True)
    return 1


def _tell(settings: Settings, people: list[dict[str, object]], log_path: Path) -> None:
    """Print where to look and, once, how the demo people sign in."""
    base = f"http://{_reachable(settings.host)}:{settings.port}"
    click.echo(f"For someone who seeks help  {base}/")
    click.echo(f"For the people who help     {base}/staff/sign-in")
    click.echo(f"For programs                {base}/api")
    click.echo(f"Log (ids only)              {log_path}")
    if people:
        click.echo("\nDemo people, from this machine only; the passwords are shown this once:")
        for person in people:
            roles = person["roles"]
            shown = ", ".join(roles) if isinstance(roles, list) else roles
            click.echo(f"  {person['login']:<16} {person['password']:<26} {shown}")
    elif settings.demo:
        click.echo(f"Demo people: see {settings.data_dir / 'demo-logins.json'}")
    else:
        click.echo(f"The first administrator: hotline invite --data-dir {settings.data_dir}")
    click.echo("\nCtrl-C stops everything.")
    sys.stdout.flush()


def _reachable(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound


def _owner_only(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return _owner_only(folder)


def _fresh_log(data_dir: Path) -> Path:
    """The log file of all children; a large one is set aside first."""
    log_path = _owner_only(data_dir / "log") / "hotline.log"
    if log_path.exists() and log_path.stat().st_size > LARGEST_LOG_BYTES:
        log_path.replace(log_path.with_suffix(".log.1"))
    return log_path


@contextmanager
def _only_one(lock_path: Path, data_dir: Path) -> Iterator[None]:
    """Hold the data folder's lock; the kernel releases it however this process ends."""
    with lock_path.open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise ConfigurationError(
                f"a helpline already runs on {data_dir} (process {holder}): stop it, or choose another --data-dir"
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _wait_for_port(settings: Settings) -> None:
    """Return once the port can be had; raises ``ConfigurationError`` when it stays taken."""
    deadline = time.monotonic() + PORT_PATIENCE_SECONDS
    while True:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, settings.port))
            except OSError as trouble:
                if time.monotonic() > deadline:
                    raise ConfigurationError(
                        f"port {settings.port} on {settings.host} is taken: choose another with --port"
                    ) from trouble
            else:
                return
        time.sleep(0.2)
