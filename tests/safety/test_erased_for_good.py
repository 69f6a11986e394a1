"""After an erasure the very bytes of the database hold neither a word nor a key that could open one."""

import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from support.fakes import FakeClock
from support.people import on_duty, person
from support.retention import WORDS, months_later, no_chance, over, talked_over

from hotline.contacts.keeping import Wanted
from hotline.domain.contact import Role
from hotline.domain.errors import SealBroken
from hotline.flow import retention
from hotline.flow.helpline import Helpline
from hotline.interventions.tables import log_entries
from hotline.jobs.retention import erase_all_due
from hotline.storage.base import metadata
from hotline.storage.engine import Database
from hotline.storage.sealed import data_keys


def stored(house: Helpline) -> bytes:
    path = house.database.url.removeprefix("sqlite:///")
    return b"".join(Path(path + tail).read_bytes() for tail in ("", "-wal"))


def wrapped(database: Database, contact_id: str) -> bytes | None:
    with database.read() as conn:
        found: bytes | None = conn.execute(
            sa.select(data_keys.c.wrapped).where(data_keys.c.scope == contact_id)
        ).scalar_one()
    return found


def erase(house: Helpline, clock: FakeClock, contact_id: str, how: str) -> None:
    if how == "period":
        months_later(clock, 12)
        assert erase_all_due(house, budget_seconds=60) == 1
        return
    ada, wong = person(house, "Ada", Role.ADMINISTRATOR), person(house, "Wong", Role.SUPERVISOR)
    asked = retention.ask(house, ada, contact_id, Wanted.ERASE, "asked by letter")
    retention.answer(house, wong, asked, agree=True)


@pytest.mark.parametrize("how", ["period", "request"])
def test_no_word_and_no_key_is_left_in_the_files(helpline: Helpline, clock: FakeClock, how: str) -> None:
    house = no_chance(helpline)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    key = wrapped(house.database, contact_id)
    assert key is not None
    with house.database.read() as conn:
        body = conn.execute(sa.text("SELECT body FROM messages")).scalars().first()
    assert key in stored(house)
    assert body in stored(house)
    erase(house, clock, contact_id, how)
    assert wrapped(house.database, contact_id) is None
    left = stored(house)
    assert (key in left, body in left) == (False, False)
    assert [word for word in WORDS if word.encode() in left] == []


def test_what_stays_sealed_opens_with_no_key_that_is_left(helpline: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    erase(house, clock, contact_id, "period")
    with house.database.read() as conn:
        scopes = [row.scope for row in conn.execute(sa.select(data_keys).where(data_keys.c.wrapped.is_not(None)))]
        rows = conn.execute(sa.select(log_entries).where(log_entries.c.contact_id == contact_id)).all()
        for row in rows[:-1]:
            for scope in scopes:
                with pytest.raises(SealBroken):
                    house.keys.unseal(conn, scope, f"log_entries.sealed.{contact_id}.{row.number}", row.sealed)
    assert len(rows) > 5
    assert scopes


def test_a_backup_from_before_still_opens_it(helpline: Helpline, clock: FakeClock, tmp_path: Path) -> None:
    """Why the runbook says how long a backup may be kept."""
    house = no_chance(helpline)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    for tail in ("", "-wal"):
        path = Path(house.database.url.removeprefix("sqlite:///") + tail)
        shutil.copy(path, tmp_path / f"backup.sqlite3{tail}")
    erase(house, clock, contact_id, "period")
    backup = Database(f"sqlite:///{tmp_path / 'backup.sqlite3'}")
    key = wrapped(backup, contact_id)
    backup.engine.dispose()
    assert key is not None
    assert AESGCM(b"1" * 32).decrypt(key[1:13], key[13:], f"data_keys.wrapped.{contact_id}".encode())


def test_no_table_keeps_a_sealed_word_of_an_erased_contact(helpline: Helpline, clock: FakeClock) -> None:
    """Whoever adds a table with sealed words has to empty it in an ``erasing.py``; only the log's chain is left."""
    house = no_chance(helpline)
    lin = on_duty(house, "Lin", Role.VOLUNTEER)
    contact_id = over(house, lin).contact.id
    talked_over(house, lin, contact_id)

    def sealed_in() -> set[str]:
        found = set()
        with house.database.read() as conn:
            for table in metadata.sorted_tables:
                columns = [one for one in table.c if isinstance(one.type, sa.LargeBinary)]
                if "contact_id" in table.c and columns:
                    rows = conn.execute(sa.select(*columns).where(table.c.contact_id == contact_id)).all()
                    found |= {table.name for row in rows if any(row)}
        return found

    before = sealed_in()
    assert before >= {"messages", "actions", "assessments", "closings", "safety_plans", "asides", "identities", "care"}
    erase(house, clock, contact_id, "period")
    assert sealed_in() == {"log_entries", "chain_heads"}
