"""The keys that seal people's words; were they shared, guessable or lost, every conversation would be too.

One file, ``secrets.json``, readable by its owner only, outside the database and outside any backup of it. It is made
with random keys when it is missing and never has defaults. Nothing here is ever printed or logged.
"""

import base64
import json
import os
import secrets
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hotline.domain.errors import ConfigurationError

KEY_BYTES = 32
"""Length of every key (256 bits)."""

_FILE = "secrets.json"
_FORMAT = 1
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Secrets:
    """All keys of one installation; each is :data:`KEY_BYTES` random bytes and absent from ``repr``.

    ``master_keys`` wrap the data keys of contacts, by key id; ``current_key_id`` names the one for new ones.
    ``index_key`` makes blind indexes, ``anchor_key`` is the Ed25519 seed that signs chain heads, ``session_key`` signs
    cookies.
    """

    current_key_id: str
    master_keys: dict[str, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    anchor_key: bytes = field(repr=False)
    session_key: bytes = field(repr=False)


def new_secrets() -> Secrets:
    """Fresh random keys with one master key."""
    key_id = _new_key_id()
    return Secrets(
        current_key_id=key_id,
        master_keys={key_id: secrets.token_bytes(KEY_BYTES)},
        index_key=secrets.token_bytes(KEY_BYTES),
        anchor_key=secrets.token_bytes(KEY_BYTES),
        session_key=secrets.token_bytes(KEY_BYTES),
    )


def ensure_secrets(secrets_dir: Path) -> Secrets:
    """The keys of this folder, made first when the folder has none; two callers at once get the same keys.

    Raises:
        ConfigurationError: see :func:`load_secrets`.
    """
    secrets_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = secrets_dir / _FILE
    if not target.exists():
        draft = _write_draft(secrets_dir, new_secrets())
        try:
            os.link(draft, target)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        _sync_folder(secrets_dir)
    return load_secrets(secrets_dir)


def load_secrets(secrets_dir: Path) -> Secrets:
    """The keys of this folder.

    Raises:
        ConfigurationError: the file is missing, may be read by others, or is damaged.
    """
    target = secrets_dir / _FILE
    try:
        for place in (secrets_dir, target):
            _refuse_shared(place)
        kept = json.loads(target.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"no keys in {secrets_dir}: start with `hotline migrate` or restore them") from None
    except (OSError, ValueError) as trouble:
        raise ConfigurationError(f"the keys in {target} cannot be read") from trouble
    return _decode(kept, target)


def add_master_key(secrets_dir: Path) -> str:
    """Add a random master key, make it the current one and return its id; older keys stay to open what they sealed."""
    present = load_secrets(secrets_dir)
    key_id = _new_key_id()
    keys = present.master_keys | {key_id: secrets.token_bytes(KEY_BYTES)}
    draft = _write_draft(secrets_dir, replace(present, current_key_id=key_id, master_keys=keys))
    draft.replace(secrets_dir / _FILE)
    _sync_folder(secrets_dir)
    return key_id


def _new_key_id() -> str:
    return f"k{secrets.token_hex(4)}"


def _refuse_shared(place: Path) -> None:
    if place.stat().st_mode & _OTHERS:
        raise ConfigurationError(f"{place} may be read by others: run `chmod go-rwx {place}` and change the keys")


def _write_draft(folder: Path, content: Secrets) -> Path:
    """Write the keys to a new owner-only file of the folder, safely on disk, and return its path."""
    draft = folder / f".{_FILE}.{secrets.token_hex(4)}"
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as stream:
        json.dump(_encode(content), stream)
        stream.flush()
        os.fsync(stream.fileno())
    return draft


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _encode(content: Secrets) -> dict[str, Any]:
    def text(key: bytes) -> str:
        return base64.b64encode(key).decode("ascii")

    return {
        "format": _FORMAT,
        "current_key_id": content.current_key_id,
        "master_keys": {key_id: text(key) for key_id, key in content.master_keys.items()},
        "index_key": text(content.index_key),
        "anchor_key": text(content.anchor_key),
        "session_key": text(content.session_key),
    }


def _decode(kept: Any, target: Path) -> Secrets:
    def key(given: str) -> bytes:
        raw = base64.b64decode(given, validate=True)
        if len(raw) != KEY_BYTES:
            raise ValueError("wrong length")
        return raw

    try:
        found = Secrets(
            current_key_id=kept["current_key_id"],
            master_keys={key_id: key(text) for key_id, text in kept["master_keys"].items()},
            index_key=key(kept["index_key"]),
            anchor_key=key(kept["anchor_key"]),
            session_key=key(kept["session_key"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ConfigurationError(f"the keys in {target} are damaged: restore them from your copy") from None
    if kept.get("format") != _FORMAT or found.current_key_id not in found.master_keys:
        raise ConfigurationError(f"the keys in {target} are damaged: restore them from your copy")
    return found
