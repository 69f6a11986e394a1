"""What every test may ask for: a database on both engines, a helpline with fakes at its edges, a running house."""

import itertools
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from argon2 import PasswordHasher
from sqlalchemy.util import LRUCache
from support.fakes import FakeAssessor, FakeBell, FakeClock
from support.houses import RunningHouse, running_house
from support.postgres import find_binaries, running_postgres
from support.wired import wire

from hotline.flow import sign_in
from hotline.flow.helpline import Helpline
from hotline.settings import Settings
from hotline.storage.engine import Database
from hotline.storage.migrate import upgrade
from hotline.triage.lexicon import Lexicon, read_lexicon
from hotline.triage.scorer import loading

IN_MEMORY = Path("/dev/shm")  # noqa: S108  # files here are never synced to a disk; only the tests' databases
_numbers = itertools.count(1)
structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
"""A thread left over from another test may not print into what a command of this test says."""
_connect = socket.socket.connect
_compiled: dict[str, tuple[sa.Dialect, LRUCache[Any, Any]]] = {}


def _only_this_machine(self: socket.socket, address: Any) -> None:
    """Tests reach this machine only; a test that needs the internet tests the internet."""
    outside = isinstance(address, tuple) and address[0] not in {"127.0.0.1", "::1", "localhost"}
    if outside:
        raise OSError(f"a test tried to leave this machine: {address[0]}")
    _connect(self, address)


socket.socket.connect = _only_this_machine  # type: ignore[method-assign]


sign_in._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
sign_in._NOBODY = sign_in._HASHER.hash("nobody")
"""Nobody guesses passwords within a test, and guarding them took a fifth of its time; programs of their own keep the
real cost (``tests/safety/test_passwords_are_dear.py``)."""


_lexicons: dict[str, Lexicon] = {}


def _known_lexicon(documents: Mapping[str, Mapping[str, Any]]) -> Lexicon:
    """The rules of these documents, read once: they never change, and reading them takes most of a second."""
    key = repr(documents)
    if key not in _lexicons:
        _lexicons[key] = read_lexicon(documents)
    return _lexicons[key]


loading.read_lexicon = _known_lexicon

TWICE = {"browser", "faults"}
"""Folders whose tests run several programs against a real clock: one that fails is tried once more, and named."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long campaigns out unless they are asked for; a crowded machine alone may not fail a test of programs."""
    for item in items:
        if item.path.parent.name in TWICE:
            item.add_marker(pytest.mark.flaky(reruns=1))
    if "campaign" in config.getoption("-m"):
        return
    long = [item for item in items if item.get_closest_marker("campaign")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "hotline.sqlite3"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The address of a PostgreSQL server of the tests' own, with ``{name}`` for the database; skips without one."""
    if find_binaries() is None:
        pytest.skip("no PostgreSQL binaries on this machine: install the package postgresql")
    with running_postgres() as address:
        template = Database(_create(address, "template_hotline"))
        upgrade(template)
        template.engine.dispose()
        yield address


def _create(address: str, name: str, template: str = "template1") -> str:
    engine = sa.create_engine(address.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        conn.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()
    return address.format(name=name)


def _with_known_statements(database: Database) -> Database:
    """Let a test's engine use the statements that others compiled; compiling all anew took a fifth of a test's time."""
    engine = database.engine
    if engine.name not in _compiled:
        engine.connect().close()
        _compiled[engine.name] = (engine.dialect, LRUCache(4000))
    engine.dialect, engine._compiled_cache = _compiled[engine.name]
    return database


@pytest.fixture
def sqlite_database(_sqlite_template: Path) -> Iterator[Database]:
    """A fresh migrated SQLite database of this test, in memory where the machine has a folder for it."""
    with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as folder:
        path = Path(folder) / "hotline.sqlite3"
        shutil.copy(_sqlite_template, path)
        database = _with_known_statements(Database(f"sqlite:///{path}"))
        yield database
        database.engine.dispose()


@pytest.fixture
def postgres_database(postgres_address: str) -> Iterator[Database]:
    """A fresh migrated PostgreSQL database of this test."""
    database = _with_known_statements(Database(_create(postgres_address, f"test_{next(_numbers)}", "template_hotline")))
    yield database
    database.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh migrated database, once on each engine."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still on a Monday morning."""
    return FakeClock()


@pytest.fixture
def assessor() -> FakeAssessor:
    """An assessor that finds the name of a level in the text."""
    return FakeAssessor()


@pytest.fixture
def bell() -> FakeBell:
    """A bell that remembers."""
    return FakeBell()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a folder of the tests' own, with the project's real words and policies."""
    return Settings.load({}, data_dir=tmp_path_factory.mktemp("settings"))


@pytest.fixture
def helpline(
    sqlite_database: Database, settings: Settings, clock: FakeClock, assessor: FakeAssessor, bell: FakeBell
) -> Helpline:
    """A helpline on SQLite."""
    return wire(sqlite_database, settings, clock, assessor, bell)


@pytest.fixture
def helpline_on_both(
    database: Database, settings: Settings, clock: FakeClock, assessor: FakeAssessor, bell: FakeBell
) -> Helpline:
    """A helpline, once on SQLite and once on PostgreSQL."""
    return wire(database, settings, clock, assessor, bell)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A whole running helpline with demo people, shared by the tests of this process."""
    with running_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def app(helpline: Helpline, settings: Settings) -> Any:
    """The web application on SQLite with fakes at its edges."""
    from support.web import make_app  # noqa: PLC0415  # tests without the web start faster

    return make_app(helpline, settings)
