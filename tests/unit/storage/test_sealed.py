"""What is sealed opens only where it was sealed, and never again once its key is destroyed."""

from datetime import UTC, datetime

import pytest

from hotline.domain.errors import SealBroken
from hotline.storage import sealed as room
from hotline.storage.engine import Database
from hotline.storage.sealed import Keyring

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def keyring(current: str = "k1", **masters: bytes) -> Keyring:
    return Keyring(master_keys=masters or {"k1": b"1" * 32}, current=current, index_key=b"2" * 32, anchor_key=b"3" * 32)


def test_a_value_moved_to_another_row_does_not_open(database: Database) -> None:
    keys = keyring()
    with database.write() as conn:
        keys.new_scope(conn, "c1", NOW)
        bytes_of_one = keys.seal(conn, "c1", "messages.body.one", "words")
        assert keys.unseal(conn, "c1", "messages.body.one", bytes_of_one) == "words"
        with pytest.raises(SealBroken):
            keys.unseal(conn, "c1", "messages.body.two", bytes_of_one)


def test_a_value_under_another_contacts_key_does_not_open(database: Database) -> None:
    keys = keyring()
    with database.write() as conn:
        keys.new_scope(conn, "c1", NOW)
        keys.new_scope(conn, "c2", NOW)
        found = keys.seal(conn, "c1", "messages.body.one", "words")
        with pytest.raises(SealBroken):
            keys.unseal(conn, "c2", "messages.body.one", found)


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_one_flipped_bit_is_noticed(sqlite_database: Database, place: int) -> None:
    keys = keyring()
    with sqlite_database.write() as conn:
        keys.new_scope(conn, "c1", NOW)
        found = bytearray(keys.seal(conn, "c1", "messages.body.one", "some words of a person"))
        found[place] ^= 1
        with pytest.raises(SealBroken):
            keys.unseal(conn, "c1", "messages.body.one", bytes(found))


def test_destroying_the_key_erases(database: Database) -> None:
    keys = keyring()
    with database.write() as conn:
        keys.new_scope(conn, "c1", NOW)
        found = keys.seal(conn, "c1", "messages.body.one", "words")
        keys.destroy_scope(conn, "c1", NOW)
        with pytest.raises(SealBroken):
            keys.unseal(conn, "c1", "messages.body.one", found)


def test_rotation_rewraps_in_steps_and_everything_still_opens(database: Database) -> None:
    old, both = keyring(), {"k1": b"1" * 32, "k2": b"9" * 32}
    with database.write() as conn:
        places = {f"c{n}": old.new_scope(conn, f"c{n}", NOW) or f"messages.body.{n}" for n in range(25)}
        kept = {scope: old.seal(conn, scope, place, scope) for scope, place in places.items()}
        conn.commit()
    new = keyring("k2", **both)
    steps = []
    while not steps or steps[-1]:
        with database.write() as conn:
            steps.append(new.rotate(conn, limit=10))
            conn.commit()
    assert steps == [10, 10, 5, 0]
    only_new = keyring("k2", k2=both["k2"])
    with database.read() as conn:
        for scope, place in places.items():
            assert only_new.unseal(conn, scope, place, kept[scope]) == scope


def test_a_missing_master_key_is_said(database: Database) -> None:
    with database.write() as conn:
        keyring().new_scope(conn, "c1", NOW)
        conn.commit()
    with database.read() as conn, pytest.raises(SealBroken, match="not on this machine"):
        keyring("k2", k2=b"9" * 32).seal(conn, "c1", "messages.body.one", "words")


def test_the_cache_forgets_the_oldest(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "CACHED_KEYS", 2)
    keys = keyring()
    with sqlite_database.write() as conn:
        for scope in ("c1", "c2", "c3"):
            keys.new_scope(conn, scope, NOW)
            keys.seal(conn, scope, "messages.body.one", "words")
    assert set(keys._cache) == {"c2", "c3"}
