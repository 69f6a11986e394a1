"""The arithmetic of the hash chain; whoever changes, moves, drops or adds an entry breaks a link that can be computed.

The hash runs over the sealed entry, so that erasing a contact's key keeps its chain whole.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

FIRST = bytes(32)
"""What the first entry of a chain names as its predecessor."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a contact's chain, as stored."""

    contact_id: str
    number: int
    at: datetime
    kind: str
    actor: str
    sealed: bytes
    previous_hash: bytes
    hash: bytes


def entry_hash(previous_hash: bytes, fields: tuple[str, int, datetime, str, str], sealed: bytes) -> bytes:
    """SHA-256 over the previous hash, (contact id, number, moment, kind, actor) and the sealed bytes; 32 bytes.

    Every part is preceded by its length, so that bytes cannot move from one part into another unseen.
    """
    contact_id, number, at, kind, actor = fields
    digest = hashlib.sha256()
    moment = str(int(at.timestamp() * 1_000_000)).encode()
    for part in (
        previous_hash,
        contact_id.encode(),
        str(number).encode(),
        moment,
        kind.encode(),
        actor.encode(),
        sealed,
    ):
        digest.update(struct.pack(">Q", len(part)))
        digest.update(part)
    return digest.digest()


def head_message(contact_id: str, number: int, head_hash: bytes) -> bytes:
    """What is signed for the newest entry of a chain."""
    return f"hotline-head:{contact_id}:{number}:{head_hash.hex()}".encode()


def first_fault(entries: Sequence[Entry]) -> str | None:
    """Why a chain does not hold (in a few words, with the entry's number), or ``None`` when it does."""
    previous = FIRST
    for expected, entry in enumerate(entries, start=1):
        if entry.number != expected:
            return f"entry {expected} is missing"
        if entry.previous_hash != previous:
            return f"entry {expected} does not follow the one before"
        fields = (entry.contact_id, entry.number, entry.at, entry.kind, entry.actor)
        if entry_hash(previous, fields, entry.sealed) != entry.hash:
            return f"entry {expected} was altered"
        previous = entry.hash
    return None
