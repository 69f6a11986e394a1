"""Who calls or texts from a number we keep is heard in what is open for them, so that nobody tells it twice."""

from datetime import timedelta
from enum import StrEnum

from hotline.contacts import callbacks
from hotline.contacts import store as contacts
from hotline.contacts.callbacks import Callback
from hotline.domain.contact import State
from hotline.domain.records import Contact
from hotline.flow.unit import UnitOfWork

CALLS_JOIN_FOR = timedelta(hours=24)
"""Who left longer ago and calls begins anew; a text joins until the contact is closed."""


class Way(StrEnum):
    """How they come; the value is the name under which the vault keeps a number they came from in this way."""

    CALL = "phone"
    TEXT = "text"


def open_contact_of(unit: UnitOfWork, number: str | None, way: Way) -> Contact | None:
    """The newest contact that keeps this number and is not over, its row held; ``None`` for a withheld number.

    Not one whose person never came from it this way and said that it is unsafe there: somebody else may hold that
    telephone.
    """
    if number is None:
        return None
    found = contacts.contacts_of_number(unit.conn, unit.keys, number)
    wishes = callbacks.of_contacts(unit.conn, found)
    for contact_id in found:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        came = contacts.open_identity(unit.conn, unit.keys, contact_id, way.value) == number
        safe = came or _is_safe(wishes.get(contact_id), way)
        if safe and contact.state is not State.CLOSED and not _left_long_ago(unit, contact, way):
            return contact
    return None


def _is_safe(wish: Callback | None, way: Way) -> bool:
    return wish is None or (wish.safe_to_call if way is Way.CALL else wish.safe_to_text)


def _left_long_ago(unit: UnitOfWork, contact: Contact, way: Way) -> bool:
    left_at = contact.abandoned_at
    return way is Way.CALL and left_at is not None and unit.now - left_at > CALLS_JOIN_FOR
