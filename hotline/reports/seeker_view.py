"""What somebody who needs help is told about their own contact: where they stand, honestly, and who is there."""

from typing import Any

from hotline.contacts import callbacks
from hotline.domain.contact import State
from hotline.domain.records import Contact
from hotline.reports.queue_view import Reader
from hotline.routing import shadowings
from hotline.volunteers import store as volunteers

_HELD = {State.IN_CONVERSATION, State.WRAPPING_UP}
_WAITING = {State.RECEIVED, State.ASSESSED, State.WAITING, State.OFFERED}


def seeker_contact(
    reader: Reader,
    contact: Contact,
    *,
    position: int | None,
    wait_seconds: int | None,
    staffed: bool,
    callback_after_seconds: int,
) -> dict[str, Any]:
    """``SeekerContact`` of the API, without emergency numbers and notices, which the web adds in words.

    ``position``, ``wait_seconds`` and ``staffed`` are where the contact stands now (:mod:`hotline.flow.standing`).
    """
    return {
        "contact_id": contact.id,
        "pseudonym": contact.pseudonym,
        "state": contact.state.value,
        "language": contact.language.value,
        "region": contact.region.value,
        "listener": _listener(reader, contact),
        "position": position,
        "expected_wait_seconds": wait_seconds,
        "nobody_on_duty": contact.state in _WAITING and not staffed,
        "callback": _callback(reader, contact, staffed=staffed, after_seconds=callback_after_seconds),
        "shadowing_refused": shadowings.refused(reader.conn, [contact.id]),
        "can_write": True,
        "urgent_help": contact.level.urgent,
        "last_number": contact.last_number,
        "first_visible_number": contact.first_visible_number,
        "erased_at": contact.erased_at,
    }


def _callback(reader: Reader, contact: Contact, *, staffed: bool, after_seconds: int) -> dict[str, bool]:
    """Whether a call back may be asked for: after some minutes of waiting, or at once when nobody is here."""
    waited = (reader.now - (contact.waiting_since or contact.arrived_at)).total_seconds()
    asked = bool(callbacks.of_contacts(reader.conn, [contact.id]))
    return {"offered": contact.state in _WAITING and (waited >= after_seconds or not staffed), "asked": asked}


def _listener(reader: Reader, contact: Contact) -> dict[str, Any] | None:
    if contact.owner_id is None or contact.state not in _HELD:
        return None
    return {"alias": volunteers.get_person(reader.conn, contact.owner_id).alias, "verified": True}
