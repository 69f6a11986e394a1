"""A PostgreSQL of the tests' own from the machine's binaries; without it only half of the promises would be tested."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def find_binaries() -> Path | None:
    """The folder with ``initdb`` and ``postgres``, newest version first; ``None`` when the machine has none."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    if versions:
        return versions[-1].parent
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _as_other_user() -> list[str]:
    """``initdb`` refuses root: the words in front of a command that make it run as somebody else."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    raise RuntimeError("no user to run PostgreSQL as")


def _owner() -> tuple[int, int] | None:
    words = _as_other_user()
    return (int(words[1].partition("=")[2]), int(words[2].partition("=")[2])) if words else None


@contextmanager
def running_postgres() -> Iterator[str]:
    """Run a fresh server on a unix socket while inside; gives its address up to the database's name (``{name}``)."""
    binaries = find_binaries()
    if binaries is None:
        raise FileNotFoundError("no PostgreSQL binaries")
    home = Path(tempfile.mkdtemp(prefix="hotline-pg-", dir="/tmp"))
    owner = _owner()
    if owner:
        os.chown(home, *owner)
    prefix = _as_other_user()
    environ = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(home)}
    initdb = [*prefix, str(binaries / "initdb"), "-D", str(home / "data"), "-U", "hotline", "-A", "trust", "-E", "UTF8"]
    server = None
    try:
        subprocess.run([*initdb, "--no-sync"], check=True, capture_output=True, env=environ, cwd=home)
        line = [*prefix, str(binaries / "postgres"), "-D", str(home / "data"), "-k", str(home), "-h", ""]
        for option in (*UNSAFE_BUT_FAST, "max_connections=200", "log_min_messages=fatal"):
            line += ["-c", option]
        server = subprocess.Popen(line, env=environ, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _wait(binaries, home, environ)
        yield f"postgresql+psycopg://hotline@/{{name}}?host={home}"
    finally:
        if server is not None:
            server.terminate()
            server.wait(timeout=20)
        shutil.rmtree(home, ignore_errors=True)


def _wait(binaries: Path, home: Path, environ: dict[str, str]) -> None:
    deadline = time.monotonic() + 20
    ready = [str(binaries / "pg_isready"), "-q", "-h", str(home), "-U", "hotline", "-d", "postgres"]
    while subprocess.run(ready, env=environ, check=False).returncode:
        if time.monotonic() > deadline:
            raise RuntimeError("PostgreSQL did not start")
        time.sleep(0.05)
