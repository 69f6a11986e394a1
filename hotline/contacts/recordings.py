"""Reads and writes recordings; their sound lies sealed under the key of the contact, in pieces."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.contacts.phone_tables import recording_chunks, recordings
from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.domain.phone import RecordingState
from hotline.storage.base import upsert
from hotline.storage.sealed import Keyring

CHUNK_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording; see the columns for each meaning."""

    id: str
    sid: str | None
    contact_id: str
    state: RecordingState
    seconds: int
    bytes: int
    kind: str
    at: datetime
    fetched_at: datetime | None
    removed_at: datetime | None
    destroyed_at: datetime | None


def _recording(row: Row[Any]) -> Recording:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented public name
    return Recording(**values | {"state": RecordingState(row.state)})


def add(
    conn: Connection, *, sid: str, contact_id: str, state: RecordingState, seconds: int, now: datetime
) -> str | None:
    """Write that a recording is there; gives its id, ``None`` when that was told before."""
    row = {"id": new_id(), "sid": sid, "contact_id": contact_id, "state": state, "seconds": seconds}
    statement = upsert(conn, recordings).values(**row, bytes=0, kind="", at=now)
    made = conn.execute(statement.on_conflict_do_nothing(index_elements=["sid"]).returning(recordings.c.id))
    return made.scalar_one_or_none()


def get(conn: Connection, recording_id: str, *, lock: bool = False) -> Recording:
    """One recording; ``lock`` holds its row until the commit. Raises ``NotFound``."""
    statement = sa.select(recordings).where(recordings.c.id == recording_id)
    row = conn.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("no such recording")
    return _recording(row)


def change(conn: Connection, recording_id: str, **values: Any) -> None:
    """Write some columns of one recording."""
    conn.execute(sa.update(recordings).where(recordings.c.id == recording_id).values(**values))


def keep(conn: Connection, keys: Keyring, found: Recording, sound: bytes, kind: str, now: datetime) -> None:
    """Seal the sound of a recording; the caller holds its row."""
    for number, start in enumerate(range(0, len(sound), CHUNK_BYTES)):
        place = f"recording_chunks.sealed.{found.id}.{number}"
        sealed = keys.seal_bytes(conn, found.contact_id, place, sound[start : start + CHUNK_BYTES])
        conn.execute(sa.insert(recording_chunks).values(recording_id=found.id, number=number, sealed=sealed))
    change(conn, found.id, state=RecordingState.KEPT, bytes=len(sound), kind=kind, fetched_at=now)


def chunk(conn: Connection, keys: Keyring, found: Recording, number: int) -> bytes:
    """One piece of the sound, opened; raises ``NotFound`` when it was destroyed meanwhile."""
    wanted = sa.and_(recording_chunks.c.recording_id == found.id, recording_chunks.c.number == number)
    sealed = conn.execute(sa.select(recording_chunks.c.sealed).where(wanted)).scalar_one_or_none()
    if sealed is None:
        raise NotFound("no such recording")
    return keys.unseal_bytes(conn, found.contact_id, f"recording_chunks.sealed.{found.id}.{number}", sealed)


def of_contact(conn: Connection, contact_id: str) -> list[Recording]:
    """The recordings of a contact, the oldest first."""
    statement = sa.select(recordings).where(recordings.c.contact_id == contact_id).order_by(recordings.c.at)
    return [_recording(row) for row in conn.execute(statement)]


def in_state(conn: Connection, state: RecordingState, *, before: datetime | None = None) -> list[Recording]:
    """Recordings that stand so, told of before then, the oldest first."""
    statement = sa.select(recordings).where(recordings.c.state == state).order_by(recordings.c.at).limit(200)
    if before is not None:
        statement = statement.where(recordings.c.at < before)
    return [_recording(row) for row in conn.execute(statement)]


def destroy(conn: Connection, recording_ids: Iterable[str], now: datetime) -> None:
    """Destroy the sound; what the provider still has is removed there by its promise."""
    ids = list(recording_ids)
    conn.execute(sa.delete(recording_chunks).where(recording_chunks.c.recording_id.in_(ids)))
    gone = {"state": RecordingState.DESTROYED, "destroyed_at": now, "bytes": 0}
    conn.execute(sa.update(recordings).where(recordings.c.id.in_(ids)).values(**gone))
