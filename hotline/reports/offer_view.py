"""What a listener is asked and what became of the last question; one that vanishes without a word wears people out."""

from datetime import timedelta
from typing import Any

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.domain.records import Person
from hotline.reports import company_view
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader, items
from hotline.routing import offers
from hotline.routing import store as routing
from hotline.routing.policy import RoutingPolicy


def offer(reader: Reader, person: Person) -> dict[str, Any] | None:
    """``OfferOut`` of the API: the one contact this person is being asked about, or ``None``."""
    found = offers.open_of(reader.conn, person.id)
    if found is None:
        return None
    contact = contacts.get_contact(reader.conn, found.contact_id)
    place = routing.get(reader.conn, contact.id)
    left = (found.due_at - reader.now).total_seconds()
    return {
        "offer_id": found.id,
        "contact": items(reader, [contact], {} if place is None else {contact.id: place})[0],
        "reasons": [reason.value for reason in found.reasons],
        "due_at": found.due_at,
        "left_seconds": max(0, int(left)),
        "by": aliases(reader.conn, {found.by}).get(found.by) if found.by else None,
        "handovers": company_view.offered_handover(reader, found, contact),
        "rings": any(
            leg.offer_id == found.id for leg in legs.of_contacts(reader.conn, [contact.id]).get(contact.id, [])
        ),
        "returns": contact.follows_contact_id is not None,
    }


def told(reader: Reader, policy: RoutingPolicy, person: Person) -> list[dict[str, Any]]:
    """``OfferTold`` of the API: offers that ended without this person a moment ago, newest first.

    Nothing of contacts that they have taken since.
    """
    ended = offers.told_lately(reader.conn, person.id, reader.now - timedelta(seconds=policy.lost_shown_seconds))
    found = contacts.get_contacts(reader.conn, [one.contact_id for one in ended])
    ended = [one for one in ended if found[one.contact_id].owner_id != person.id]
    names = aliases(reader.conn, {one.by for one in ended if one.by})
    return [
        {
            "offer_id": one.id,
            "pseudonym": found[one.contact_id].pseudonym,
            "state": one.state.value,
            "why": one.why,
            "by": names.get(one.by or ""),
            "at": one.ended_at,
        }
        for one in ended
    ]
