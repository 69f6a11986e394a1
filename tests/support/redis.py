"""A Redis of the tests' own that can be killed and started again in the middle of a test."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hotline.embedded import redis_server


class TestRedis:
    """One server on a unix socket; ``url`` stays the same over restarts."""

    __test__ = False

    def __init__(self, home: Path) -> None:
        self._home = home
        self._socket = home / "redis.sock"
        self.url = f"unix://{self._socket}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        line = redis_server.command(redis_server.find_program(), self._socket, self._home)
        self._process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert redis_server.wait_until_it_answers(self._socket)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(timeout=10)
            self._process = None

    def wipe(self) -> None:
        """Let it forget everything, and start it again."""
        self.kill()
        shutil.rmtree(self._home / "appendonlydir", ignore_errors=True)
        self.start()


@contextmanager
def running_redis() -> Iterator[TestRedis]:
    """A running Redis while inside."""
    home = Path(tempfile.mkdtemp(prefix="hotline-redis-"))
    redis = TestRedis(home)
    redis.start()
    try:
        yield redis
    finally:
        redis.kill()
        shutil.rmtree(home, ignore_errors=True)
