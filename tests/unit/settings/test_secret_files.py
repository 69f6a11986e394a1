"""Keys: made once, for their owner only, refused when anybody else could have read them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hotline.domain.errors import ConfigurationError
from hotline.settings import add_master_key, ensure_secrets, load_secrets


def test_keys_are_made_once_and_then_kept(tmp_path: Path) -> None:
    made = ensure_secrets(tmp_path / "secrets")
    assert ensure_secrets(tmp_path / "secrets") == made == load_secrets(tmp_path / "secrets")


def test_the_file_belongs_to_its_owner_only(tmp_path: Path) -> None:
    ensure_secrets(tmp_path / "secrets")
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "secrets").iterdir()} == {0o600}


def test_two_processes_that_start_together_get_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as many:
        found = list(many.map(lambda _: ensure_secrets(tmp_path / "secrets"), range(16)))
    assert all(one == found[0] for one in found)
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["secrets.json"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666])
def test_keys_that_others_may_read_are_refused(tmp_path: Path, mode: int) -> None:
    ensure_secrets(tmp_path / "secrets")
    (tmp_path / "secrets" / "secrets.json").chmod(mode)
    with pytest.raises(ConfigurationError, match="may be read by others"):
        load_secrets(tmp_path / "secrets")


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": 1, "current_key_id": "k", "master_keys": {}}'])
def test_damaged_keys_are_refused_and_never_replaced(tmp_path: Path, content: str) -> None:
    ensure_secrets(tmp_path / "secrets")
    (tmp_path / "secrets" / "secrets.json").write_text(content)
    with pytest.raises(ConfigurationError, match=r"secrets\.json"):
        ensure_secrets(tmp_path / "secrets")
    assert (tmp_path / "secrets" / "secrets.json").read_text() == content


def test_a_new_master_key_leaves_the_old_one_in_place(tmp_path: Path) -> None:
    before = ensure_secrets(tmp_path / "secrets")
    key_id = add_master_key(tmp_path / "secrets")
    after = load_secrets(tmp_path / "secrets")
    assert after.current_key_id == key_id != before.current_key_id
    assert before.master_keys.items() < after.master_keys.items()
    assert (after.index_key, after.anchor_key) == (before.index_key, before.anchor_key)


def test_keys_do_not_show_when_printed(tmp_path: Path) -> None:
    kept = ensure_secrets(tmp_path / "secrets")
    assert repr(kept.index_key) not in repr(kept)


def test_without_keys_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="hotline migrate"):
        load_secrets(tmp_path)
