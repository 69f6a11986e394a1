"""The same program on PostgreSQL and a shared Redis: several web processes, workers and clocks."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from support.houses import clean_environ, free_port, wait_until_ready
from support.redis import running_redis


@pytest.fixture
def environ(postgres_address: str, tmp_path: Path) -> Iterator[dict[str, str]]:
    """What an operator sets, with an empty database of this test."""
    name = f"shared_{tmp_path.name}".replace("-", "_")[:60]
    engine = sa.create_engine(postgres_address.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(sa.text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    with running_redis() as redis:
        address = postgres_address.format(name=name).replace("+psycopg", "")
        yield clean_environ(
            DATABASE_URL=address, REDIS_URL=redis.url, HOTLINE_DATA_DIR=str(tmp_path / "d"), HOTLINE_DEMO="1"
        )


def hotline(*words: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "hotline", *words]
    return subprocess.run(line, env=environ, capture_output=True, text=True, check=False)


@contextmanager
def process(*words: str, environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    line = [sys.executable, "-m", "hotline", *words]
    child = subprocess.Popen(line, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield child
    finally:
        child.terminate()
        child.communicate(timeout=30)


@pytest.mark.postgres
def test_words_cross_between_web_processes(environ: dict[str, str], tmp_path: Path) -> None:
    assert hotline("demo", environ=environ).returncode == 0
    turns = [{"role": ("seeker", "listener")[turn % 2], "text": f"words {turn}"} for turn in range(8)]
    file = tmp_path / "talks.jsonl"
    file.write_text("\n".join(json.dumps({"id": number, "turns": turns}) for number in range(6)))
    port = free_port()
    with ExitStack() as stack:
        web = stack.enter_context(process("serve", "--workers", "2", "--port", str(port), environ=environ))
        for name in ("worker", "clock", "clock"):
            stack.enter_context(process(name, environ=environ))
        wait_until_ready(web, f"http://127.0.0.1:{port}")
        line = ("replay", str(file), "--json", "--url", f"http://127.0.0.1:{port}", "--concurrency", "3")
        done = hotline(*line, environ=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["received"] == 48


@pytest.mark.postgres
def test_the_operators_commands_work_there_too(environ: dict[str, str]) -> None:
    assert hotline("migrate", environ=environ).returncode == 0
    assert "PostgreSQL, at this version" in hotline("doctor", environ=environ).stdout
    assert "data keys wrapped anew" in hotline("keys", "rotate", environ=environ).stdout
    assert hotline("verify-log", environ=environ).stdout == "The log holds.\n"


def test_several_web_processes_on_sqlite_are_refused(tmp_path: Path) -> None:
    done = hotline("serve", "--workers", "2", "--data-dir", str(tmp_path), environ=clean_environ())
    assert done.returncode == 1
    assert "need PostgreSQL" in done.stderr
