"""What was recorded, for who may open the transcript; and what failed, for supervisors."""

from typing import Any

from hotline.contacts import recordings
from hotline.contacts import store as contacts
from hotline.domain.contact import Role
from hotline.domain.phone import RecordingState
from hotline.domain.records import Contact, Person
from hotline.reports.queue_view import Reader

_SHOWN = frozenset({RecordingState.PROMISED, RecordingState.KEPT, RecordingState.LOST, RecordingState.DESTROYED})
_HEAR = frozenset({Role.SUPERVISOR, Role.AUDITOR})


def of_contact(reader: Reader, contact: Contact, person: Person) -> list[dict[str, Any]]:
    """The recordings of a contact, the oldest first; not for who only reads along in training."""
    if contact.owner_id != person.id and not _HEAR & person.roles:
        return []
    return [
        {"recording_id": one.id, "at": one.at, "seconds": one.seconds, "state": one.state.value}
        for one in recordings.of_contact(reader.conn, contact.id)
        if one.state in _SHOWN
    ]


def owed(reader: Reader) -> list[dict[str, Any]]:
    """Recordings that could not be fetched in all tries."""
    found = recordings.in_state(reader.conn, RecordingState.LOST)
    whose = contacts.get_contacts(reader.conn, sorted({one.contact_id for one in found}))
    return [
        {
            "recording_id": one.id,
            "contact_id": one.contact_id,
            "pseudonym": whose[one.contact_id].pseudonym,
            "at": one.at,
        }
        for one in found
    ]
