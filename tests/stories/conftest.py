"""Houses with telephones for the stories of this folder."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.fakes import FakeAssessor, FakeBell, FakeClock
from support.phone_invariants import settles
from support.phones import PhoneHouse, phone_house
from support.wired import wire

from hotline.flow.helpline import Helpline
from hotline.settings import Settings
from hotline.storage.engine import Database


@pytest.fixture
def house(helpline: Helpline, settings: Settings, clock: FakeClock) -> Iterator[PhoneHouse]:
    """A helpline with telephones on SQLite; what must always hold is looked at when its story is over."""
    made = phone_house(helpline, settings, clock)
    yield made
    settles(made)


@pytest.fixture
def house_on_both(helpline_on_both: Helpline, settings: Settings, clock: FakeClock) -> Iterator[PhoneHouse]:
    """The same, once on SQLite and once on PostgreSQL."""
    made = phone_house(helpline_on_both, settings, clock)
    yield made
    settles(made)


@pytest.fixture
def fresh(_sqlite_template: Path, settings: Settings) -> Iterator[Callable[[], PhoneHouse]]:
    """Makes one house after the other, each with a database and a time of its own; the last one is torn down."""
    numbers = itertools.count()
    made: list[tuple[Database, Path]] = []

    def tear_down() -> None:
        for database, path in made:
            database.engine.dispose()
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink()
        made.clear()

    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:  # noqa: S108

        def make() -> PhoneHouse:
            tear_down()
            path = Path(folder) / f"{next(numbers)}.sqlite3"
            shutil.copy(_sqlite_template, path)
            made.append((Database(f"sqlite:///{path}"), path))
            clock = FakeClock()
            return phone_house(wire(made[0][0], settings, clock, FakeAssessor(), FakeBell()), settings, clock)

        yield make
        tear_down()
