"""How a contact looks in a queue or on the board: level, wait against target, and the evidence behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from hotline.contacts import callbacks
from hotline.contacts import store as contacts
from hotline.domain.contact import State
from hotline.domain.ports import Assessor
from hotline.domain.records import Contact
from hotline.domain.risk import Evidence
from hotline.reports.people import aliases
from hotline.routing.store import Place
from hotline.storage.sealed import Keyring
from hotline.triage import store as triage
from hotline.triage.store import Assessment

QUOTE_LIMIT_CHARACTERS = 60
EVIDENCE_LIMIT = 6
BEFORE_A_HUMAN = frozenset({State.RECEIVED, State.ASSESSED, State.WAITING, State.OFFERED})


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading takes: an open snapshot, the keys, the labels of evidence, a language and the moment."""

    conn: Connection
    keys: Keyring
    assessor: Assessor
    language: str
    now: datetime


def seconds_between(start: datetime | None, end: datetime) -> int:
    """Whole seconds, never negative; 0 without a start."""
    return 0 if start is None else max(0, int((end - start).total_seconds()))


def items(reader: Reader, found: list[Contact], places: dict[str, Place]) -> list[dict[str, Any]]:
    """``QueueItem`` of the API for each contact, in the order given."""
    ids = [contact.id for contact in found]
    behind = triage.telling(reader.conn, reader.keys, ids)
    names = aliases(reader.conn, {contact.owner_id for contact in found if contact.owner_id})
    to_call = callbacks.of_contacts(reader.conn, ids)
    return [
        _item(reader, contact, places.get(contact.id), behind.get(contact.id), names)
        | {"wants_call": contact.id in to_call}
        for contact in found
    ]


def _item(
    reader: Reader,
    contact: Contact,
    place: Place | None,
    assessment: Assessment | None,
    names: dict[str, str],
) -> dict[str, Any]:
    end = reader.now if contact.state in BEFORE_A_HUMAN else contact.accepted_at
    waited = seconds_between(contact.waiting_since or contact.arrived_at, end or reader.now)
    target = int(contact.promise[contact.level.value]["target_seconds"])
    return {
        "contact_id": contact.id,
        "pseudonym": contact.pseudonym,
        "state": contact.state.value,
        "level": contact.level.value,
        "language": contact.language.value,
        "channel": contact.channel.value,
        "third_party": contact.third_party,
        "waiting_since": contact.waiting_since or contact.arrived_at,
        "waited_seconds": waited,
        "target_seconds": target,
        "overdue": waited > target,
        "returned": place is not None and place.returned,
        "lane": None if place is None else place.lane.value,
        "evidence": evidence(reader, contact.id, assessment),
        "owner": None
        if contact.owner_id is None
        else {"person_id": contact.owner_id, "alias": names.get(contact.owner_id, "")},
    }


def evidence(reader: Reader, contact_id: str, assessment: Assessment | None) -> list[dict[str, Any]]:
    """The spans behind a level with their words; a span of rule phrases is quoted, a model's weight only named."""
    if assessment is None or not assessment.evidence or assessment.message_number == 0:
        return []
    said = contacts.read_messages(
        reader.conn,
        reader.keys,
        contact_id,
        after=assessment.message_number - 1,
        limit=1,
    )
    text = said[0].text if said else ""
    return [piece(reader, one, text) for one in assessment.evidence[:EVIDENCE_LIMIT]]


def piece(reader: Reader, one: Evidence, text: str) -> dict[str, Any]:
    """``EvidenceOut`` of the API: one span of ``text`` with its label and its words."""
    return {
        "source": one.source,
        "label": reader.assessor.label(one.source, reader.language),
        "quote": text[one.start : one.end][:QUOTE_LIMIT_CHARACTERS],
        "start": one.start,
        "end": one.end,
    }
