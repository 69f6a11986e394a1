"""The append-only log: one hash chain per contact with a signed head, anchored outside the chains themselves."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.interventions.chain import FIRST, Entry, entry_hash, first_fault, head_message
from hotline.interventions.tables import anchors, chain_heads, log_entries
from hotline.storage.base import upsert
from hotline.storage.sealed import Keyring

ERASED_KIND = "erased"
"""The entry that follows those whose details were erased; without it nobody erased them."""
OVERLAP = timedelta(seconds=60)
"""A commit may land this long after its moment was taken; the next anchor looks back so far and misses none."""


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry in clear."""

    number: int
    at: datetime
    kind: str
    actor: str
    details: dict[str, Any]
    erased: bool = False
    """The details were destroyed with the contact's key; that and when it happened still stands."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the log does not hold."""

    contact_id: str
    what: str


_HEAD = sa.select(chain_heads).where(chain_heads.c.contact_id == sa.bindparam("contact_id")).with_for_update()
_LINES = sa.insert(log_entries)


def append(
    conn: Connection,
    keys: Keyring,
    contact_id: str,
    lines: list[tuple[str, str, dict[str, Any]]],
    at: datetime,
) -> None:
    """Add ``(kind, actor, details)`` lines to a contact's chain and sign its new head."""
    head = conn.execute(_HEAD, {"contact_id": contact_id}).one_or_none()
    number, previous = (0, FIRST) if head is None else (head.number, head.hash)
    scope = contact_id if head is None or head.erased_number is None else after_scope(contact_id)
    rows = []
    for kind, actor, details in lines:
        number += 1
        text = json.dumps(details, ensure_ascii=False, sort_keys=True)
        sealed = keys.seal(conn, scope, _place(contact_id, number), text)
        digest = entry_hash(previous, (contact_id, number, at, kind, actor), sealed)
        rows.append(
            {
                "contact_id": contact_id,
                "number": number,
                "at": at,
                "kind": kind,
                "actor": actor,
                "sealed": sealed,
                "previous_hash": previous,
                "hash": digest,
            },
        )
        previous = digest
    conn.execute(_LINES, rows)
    signature = keys.sign(head_message(contact_id, number, previous))
    row = {"contact_id": contact_id, "number": number, "hash": previous, "signature": signature, "at": at}
    conn.execute(upsert(conn, chain_heads).values(**row).on_conflict_do_update(index_elements=["contact_id"], set_=row))


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.contact_id, row.number, row.at, row.kind, row.actor, row.sealed, row.previous_hash, row.hash)


def _entries(conn: Connection, contact_id: str) -> list[Entry]:
    rows = conn.execute(
        sa.select(log_entries).where(log_entries.c.contact_id == contact_id).order_by(log_entries.c.number),
    )
    return [_entry(row) for row in rows]


def read(conn: Connection, keys: Keyring, contact_id: str) -> list[LogLine]:
    """A contact's log in clear, oldest first; of an erased contact without the details of what came before."""
    gone = conn.execute(
        sa.select(chain_heads.c.erased_number).where(chain_heads.c.contact_id == contact_id)
    ).scalar_one_or_none()
    scope = contact_id if gone is None else after_scope(contact_id)
    return [
        LogLine(one.number, one.at, one.kind, one.actor, {}, erased=True)
        if gone is not None and one.number <= gone
        else _line(conn, keys, one, scope)
        for one in _entries(conn, contact_id)
    ]


def _line(conn: Connection, keys: Keyring, one: Entry, scope: str) -> LogLine:
    text = keys.unseal(conn, scope, _place(one.contact_id, one.number), one.sealed)
    return LogLine(one.number, one.at, one.kind, one.actor, json.loads(text))


def _place(contact_id: str, number: int) -> str:
    return f"log_entries.sealed.{contact_id}.{number}"


def after_scope(contact_id: str) -> str:
    """Whose key seals what is written about a contact after it was erased: who looked, and why it was done."""
    return f"log:{contact_id}"


def seal_off(conn: Connection, keys: Keyring, contact_id: str, now: datetime) -> bool:
    """Let the next entries have a key of their own, because the contact's is destroyed; ``False`` without a log."""
    head = conn.execute(
        sa.select(chain_heads).where(chain_heads.c.contact_id == contact_id).with_for_update(),
    ).one_or_none()
    if head is None:
        return False
    keys.new_scope(conn, after_scope(contact_id), now)
    conn.execute(sa.update(chain_heads).where(chain_heads.c.contact_id == contact_id).values(erased_number=head.number))
    return True


def how_many_erased(conn: Connection) -> int:
    """How many chains go on after their contact was erased."""
    where = chain_heads.c.erased_number.is_not(None)
    return int(conn.execute(sa.select(sa.func.count()).select_from(chain_heads).where(where)).scalar_one())


def has_recent(conn: Connection, contact_id: str, *, actor: str, kind: str, since: datetime) -> bool:
    """Whether this actor left such a line in the contact's log since then."""
    found = conn.execute(
        sa.select(log_entries.c.number)
        .where(
            log_entries.c.contact_id == contact_id,
            log_entries.c.actor == actor,
            log_entries.c.kind == kind,
            log_entries.c.at >= since,
        )
        .limit(1),
    ).scalar_one_or_none()
    return found is not None


def verify_contact(conn: Connection, keys: Keyring, contact_id: str) -> Fault | None:
    """Check one chain against itself and its signed head."""
    entries = _entries(conn, contact_id)
    what = first_fault(entries)
    head = conn.execute(sa.select(chain_heads).where(chain_heads.c.contact_id == contact_id)).one_or_none()
    if what is None and head is None:
        what = "the head is missing" if entries else None
    elif what is None and head is not None:
        what = _head_fault(keys, entries, head)
    return None if what is None else Fault(contact_id, what)


def _head_fault(keys: Keyring, entries: list[Entry], head: Row[Any]) -> str | None:
    if not keys.signature_holds(head.signature, head_message(head.contact_id, head.number, head.hash)):
        return "the head's signature does not hold"
    if not entries or entries[-1].number != head.number or entries[-1].hash != head.hash:
        return "the head names another last entry"
    gone = head.erased_number
    if gone is not None and not any(one.number == gone + 1 and one.kind == ERASED_KIND for one in entries):
        return f"entry {gone + 1} should say that what came before was erased"
    return None


def _anchor_hash(previous: bytes, number: int, heads: dict[str, Any]) -> bytes:
    text = json.dumps(heads, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous + f"{number}:".encode() + text.encode()).digest()


def anchor(conn: Connection, keys: Keyring, now: datetime) -> dict[str, Any] | None:
    """Anchor the heads that grew since the last anchor; gives the line that leaves this machine, or ``None``."""
    last = conn.execute(sa.select(anchors).order_by(anchors.c.number.desc()).limit(1)).one_or_none()
    statement = sa.select(chain_heads).where(chain_heads.c.at <= now).order_by(chain_heads.c.contact_id)
    if last is not None:
        statement = statement.where(chain_heads.c.at > last.at - OVERLAP)
    heads = {row.contact_id: [row.number, row.hash.hex()] for row in conn.execute(statement)}
    if not heads:
        return None
    number = 1 if last is None else last.number + 1
    digest = _anchor_hash(FIRST if last is None else last.hash, number, heads)
    signature = keys.sign(digest)
    conn.execute(sa.insert(anchors).values(number=number, at=now, heads=heads, hash=digest, signature=signature))
    return {"number": number, "at": now.isoformat(), "hash": digest.hex(), "signature": signature.hex()}


def verify(conn: Connection, keys: Keyring, witnessed: list[dict[str, Any]]) -> Iterator[Fault]:
    """Check every chain, every head, every anchor; ``witnessed`` are anchor lines kept outside the database."""
    ids = set(conn.execute(sa.select(log_entries.c.contact_id).distinct()).scalars())
    ids |= set(conn.execute(sa.select(chain_heads.c.contact_id)).scalars())
    for contact_id in sorted(ids):
        fault = verify_contact(conn, keys, contact_id)
        if fault is not None:
            yield fault
    yield from _verify_anchors(conn, keys, witnessed)


def _verify_anchors(conn: Connection, keys: Keyring, witnessed: list[dict[str, Any]]) -> Iterator[Fault]:
    previous, stored = FIRST, {}
    for expected, row in enumerate(conn.execute(sa.select(anchors).order_by(anchors.c.number)), start=1):
        digest = _anchor_hash(previous, row.number, row.heads)
        if row.number != expected or digest != row.hash or not keys.signature_holds(row.signature, row.hash):
            yield Fault("", f"anchor {expected} does not hold")
            return
        previous, stored[row.number] = row.hash, row.hash.hex()
        yield from _lost_heads(conn, row.heads)
    for line in witnessed:
        if stored.get(line["number"]) != line["hash"]:
            yield Fault("", f"anchor {line['number']} is not the one that was witnessed outside")


def _lost_heads(conn: Connection, heads: dict[str, Any]) -> Iterator[Fault]:
    for contact_id, (number, digest) in heads.items():
        found = conn.execute(
            sa.select(log_entries.c.hash).where(
                log_entries.c.contact_id == contact_id,
                log_entries.c.number == number,
            ),
        ).scalar_one_or_none()
        if found is None or found.hex() != digest:
            yield Fault(contact_id, f"entry {number} was anchored and is gone or another")
