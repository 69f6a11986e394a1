"""Holds the keys and seals any column; what leaves this room for the disk is unreadable without the master key.

AES-256-GCM with a random 96-bit nonce. The additional data is ``table.column.row``, so that a sealed value moved to
another row or column does not open (Fernet has no such binding: swapped rows went undetected). Every contact has its
own data key, wrapped by a master key with an id; destroying the data key erases the contact, and rotating the master
key rewraps data keys without touching a message.
"""

import hashlib
import hmac
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.engine import Connection

from hotline.domain.errors import SealBroken
from hotline.storage.base import UtcDateTime, metadata, upsert

NONCE_BYTES = 12
VERSION = b"\x01"
CACHED_KEYS = 4096
CACHE_SECONDS = 60.0
"""A destroyed key may still open for this long in a process that used it just before."""
ERASED = b""
"""What stands in a sealed column once its contact was erased; nothing sealed is ever so short."""

data_keys = sa.Table(
    "data_keys",
    metadata,
    sa.Column("scope", sa.String(48), primary_key=True, doc="a contact's id, or 'person:<id>'"),
    sa.Column("master_key_id", sa.String(32), nullable=False, index=True, doc="which master key wraps it"),
    sa.Column("wrapped", sa.LargeBinary, nullable=True, doc="the wrapped key; NULL once destroyed"),
    sa.Column("created_at", UtcDateTime, nullable=False, doc="when the key was made"),
    sa.Column("destroyed_at", UtcDateTime, nullable=True, doc="when erasure destroyed it"),
)


def _encrypt(key: bytes, plain: bytes, aad: str) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, aad.encode())


def _decrypt(key: bytes, sealed: bytes, aad: str) -> bytes:
    if sealed[:1] != VERSION:
        raise SealBroken(f"unknown seal on {aad.rsplit('.', 1)[0]}")
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], aad.encode())
    except InvalidTag as error:
        raise SealBroken(f"a seal on {aad.rsplit('.', 1)[0]} does not open") from error


def erased(conn: Connection, scopes: Sequence[str]) -> set[str]:
    """Those of these contacts whose key is destroyed or was never there: nothing of theirs can be read."""
    kept = sa.select(data_keys.c.scope).where(data_keys.c.scope.in_(scopes), data_keys.c.wrapped.is_not(None))
    return set(scopes) - set(conn.execute(kept).scalars())


class Keyring:
    """All keys of one process. ``master_keys`` maps key ids to 32 bytes; ``current`` names the one that wraps anew."""

    def __init__(self, *, master_keys: dict[str, bytes], current: str, index_key: bytes, anchor_key: bytes) -> None:
        self._masters = master_keys
        self.current = current
        self._index_key = index_key
        self._signer = Ed25519PrivateKey.from_private_bytes(anchor_key)
        self._cache: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def blind(self, purpose: str, value: str) -> str:
        """A keyed hash (64 hex characters) by which a secret value can be looked up without being kept."""
        return hmac.new(self._index_key, f"{purpose}:{value}".encode(), hashlib.sha256).hexdigest()

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature (64 bytes) by the anchor key."""
        return self._signer.sign(message)

    def signature_holds(self, signature: bytes, message: bytes) -> bool:
        """Whether the anchor key signed exactly this message."""
        return hmac.compare_digest(self._signer.sign(message), signature)

    def new_scope(self, conn: Connection, scope: str, now: datetime) -> None:
        """Make and store a data key for a contact or person."""
        key = AESGCM.generate_key(bit_length=256)
        wrapped = _encrypt(self._masters[self.current], key, f"data_keys.wrapped.{scope}")
        row = {"scope": scope, "master_key_id": self.current, "wrapped": wrapped, "created_at": now}
        conn.execute(upsert(conn, data_keys).values(**row).on_conflict_do_nothing(index_elements=["scope"]))

    def seal(self, conn: Connection, scope: str, place: str, text: str) -> bytes:
        """Seal ``text`` for ``place`` (``table.column.row``) with the data key of ``scope``."""
        return self.seal_bytes(conn, scope, place, text.encode())

    def seal_bytes(self, conn: Connection, scope: str, place: str, content: bytes) -> bytes:
        """As :meth:`seal`, for what is no text."""
        return _encrypt(self._data_key(conn, scope), content, place)

    def unseal(self, conn: Connection, scope: str, place: str, sealed: bytes) -> str:
        """Open what :meth:`seal` made; raises ``SealBroken`` when altered, moved, or its key was destroyed."""
        return self.unseal_bytes(conn, scope, place, sealed).decode()

    def unseal_bytes(self, conn: Connection, scope: str, place: str, sealed: bytes) -> bytes:
        """As :meth:`unseal`, for what is no text."""
        return _decrypt(self._data_key(conn, scope), sealed, place)

    def unseal_or_empty(self, conn: Connection, scope: str, place: str, sealed: bytes) -> str:
        """As :meth:`unseal`; empty for what was erased (:data:`ERASED`), whoever still has the key in memory."""
        return "" if sealed == ERASED else self.unseal(conn, scope, place, sealed)

    def destroy_scope(self, conn: Connection, scope: str, now: datetime) -> None:
        """Erase by destroying the key: everything sealed under ``scope`` is unreadable for ever."""
        conn.execute(sa.update(data_keys).where(data_keys.c.scope == scope).values(wrapped=None, destroyed_at=now))
        with self._lock:
            self._cache.pop(scope, None)

    def rotate(self, conn: Connection, limit: int = 500) -> int:
        """Rewrap up to ``limit`` data keys with the current master key; 0 means that none is left. Resumable."""
        rows = conn.execute(
            sa.select(data_keys)
            .where(data_keys.c.master_key_id != self.current, data_keys.c.wrapped.is_not(None))
            .limit(limit)
            .with_for_update(skip_locked=True),
        ).all()
        for row in rows:
            place = f"data_keys.wrapped.{row.scope}"
            plain = _decrypt(self._master(row.master_key_id), row.wrapped, place)
            wrapped = _encrypt(self._masters[self.current], plain, place)
            conn.execute(
                sa.update(data_keys)
                .where(data_keys.c.scope == row.scope, data_keys.c.master_key_id == row.master_key_id)
                .values(wrapped=wrapped, master_key_id=self.current),
            )
        return len(rows)

    def _master(self, key_id: str) -> bytes:
        if key_id not in self._masters:
            raise SealBroken(f"master key {key_id} is not on this machine")
        return self._masters[key_id]

    def _data_key(self, conn: Connection, scope: str) -> bytes:
        with self._lock:
            cached = self._cache.get(scope)
        if cached is not None and time.monotonic() - cached[0] < CACHE_SECONDS:
            return cached[1]
        row = conn.execute(sa.select(data_keys).where(data_keys.c.scope == scope)).one_or_none()
        if row is None or row.wrapped is None:
            raise SealBroken("the data key does not exist or was destroyed")
        return self._unwrap(scope, row.master_key_id, row.wrapped)

    def warm(self, conn: Connection, scopes: Sequence[str]) -> None:
        """Read many data keys in one statement, before much is unsealed; destroyed ones are left out."""
        rows = conn.execute(
            sa.select(data_keys.c.scope, data_keys.c.master_key_id, data_keys.c.wrapped).where(
                data_keys.c.scope.in_(scopes), data_keys.c.wrapped.is_not(None)
            ),
        )
        for scope, master_key_id, wrapped in rows:
            self._unwrap(scope, master_key_id, wrapped)

    def _unwrap(self, scope: str, master_key_id: str, wrapped: bytes) -> bytes:
        key = _decrypt(self._master(master_key_id), wrapped, f"data_keys.wrapped.{scope}")
        with self._lock:
            self._cache[scope] = (time.monotonic(), key)
            while len(self._cache) > CACHED_KEYS:
                self._cache.popitem(last=False)
        return key
