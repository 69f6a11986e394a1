"""Which numbers are asked first, and who was turned away; a supervisor sees both, a number nobody."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from hotline.contacts import blocks
from hotline.contacts import store as contacts
from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Channel, Outcome, Role
from hotline.domain.records import Contact, Person
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader

KEPT_OUT_LISTED_FOR = timedelta(days=7)
MOST_LISTED = 100
_BY_NUMBER = (Channel.VOICE, Channel.SMS, Channel.WHATSAPP)


def blocked(reader: Reader, contact_id: str | None = None) -> list[dict[str, Any]]:
    """Every block that stands, or those for one contact."""
    found = blocks.standing(reader.conn, reader.keys, reader.now, contact_id)
    names = aliases(reader.conn, {one.by for one in found})
    whose = contacts.get_contacts(reader.conn, sorted({one.contact_id for one in found}))
    return [
        {
            "block_id": one.id,
            "contact_id": one.contact_id,
            "pseudonym": whose[one.contact_id].pseudonym,
            "reason": one.reason,
            "by": names.get(one.by, ""),
            "at": one.at,
            "until": one.until,
        }
        for one in found
    ]


def of_contact(reader: Reader, contact: Contact, person: Person) -> dict[str, Any] | None:
    """The block of this contact's number; ``None`` for who blocks none, and where no number came with it."""
    if Role.SUPERVISOR not in person.roles or contact.erased_at is not None:
        return None
    lookups = contacts.lookups_of(reader.conn, contact.id, ("phone", "text"))
    if not lookups:
        return None
    standing = blocks.blocked(reader.conn, lookups, reader.now)
    return {"stands": standing, "blocks": blocked(reader, contact.id) if standing else []}


def kept_out(reader: Reader) -> list[dict[str, Any]]:
    """Contacts that the machine turned away in the last days, the newest first; whoever doubts it reads them."""
    by_machine = sa.and_(
        contact_rows.c.outcome == Outcome.PRANK_OR_ABUSE,
        contact_rows.c.owner_id.is_(None),
        contact_rows.c.accepted_at.is_(None),
        contact_rows.c.channel.in_(_BY_NUMBER),
        contact_rows.c.closed_at > reader.now - KEPT_OUT_LISTED_FOR,
    )
    statement = sa.select(contact_rows.c.id).where(by_machine).order_by(contact_rows.c.closed_at.desc())
    ids = list(reader.conn.execute(statement.limit(MOST_LISTED)).scalars())
    found = contacts.get_contacts(reader.conn, ids)
    return [
        {
            "contact_id": one,
            "pseudonym": found[one].pseudonym,
            "channel": found[one].channel.value,
            "at": found[one].closed_at,
        }
        for one in ids
    ]
