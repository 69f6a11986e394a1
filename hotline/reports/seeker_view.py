"""What somebody who needs help is told about their own contact: where they stand, honestly, and who is there."""

from typing import Any

from hotline.domain.contact import State
from hotline.domain.records import Contact
from hotline.reports.people import alive_since
from hotline.reports.queue_view import Reader
from hotline.routing import store as routing
from hotline.routing.policy import Lane, RoutingPolicy, Stage, lanes_of
from hotline.routing.store import Place
from hotline.routing.wait import expected_wait_seconds
from hotline.volunteers import store as volunteers

_HELD = {State.IN_CONVERSATION, State.WRAPPING_UP}
_WAITING = {State.RECEIVED, State.ASSESSED, State.WAITING, State.OFFERED}


def seeker_contact(reader: Reader, policy: RoutingPolicy, contact: Contact) -> dict[str, Any]:
    """``SeekerContact`` of the API, without emergency numbers and notices, which the web adds in words."""
    place = routing.get(reader.conn, contact.id) if contact.state in _WAITING else None
    position = None if place is None or place.status != "waiting" else routing.position(reader.conn, place)
    seats, free = _seats(reader, policy, contact, place)
    wait = None
    if position is not None:
        wait = expected_wait_seconds(
            position=position,
            seats=seats,
            free_seats=free,
            usual_conversation_seconds=policy.usual_conversation_seconds,
        )
    return {
        "contact_id": contact.id,
        "pseudonym": contact.pseudonym,
        "state": contact.state.value,
        "language": contact.language.value,
        "region": contact.region.value,
        "listener": _listener(reader, contact),
        "position": position,
        "expected_wait_seconds": wait,
        "nobody_on_duty": contact.state in _WAITING and seats == 0,
        "can_write": True,
        "urgent_help": contact.level.urgent,
        "last_number": contact.last_number,
        "first_visible_number": contact.first_visible_number,
    }


def _listener(reader: Reader, contact: Contact) -> dict[str, Any] | None:
    if contact.owner_id is None or contact.state not in _HELD:
        return None
    return {"alias": volunteers.get_person(reader.conn, contact.owner_id).alias, "verified": True}


def _seats(reader: Reader, policy: RoutingPolicy, contact: Contact, place: Place | None) -> tuple[int, int]:
    """Seats on duty that could serve this contact's lane, and how many conversations they have room for."""
    ids = [duty.person_id for duty in volunteers.on_duty(reader.conn, alive_since(policy, reader.now))]
    people, loads = volunteers.get_people(reader.conn, ids), routing.load_of(reader.conn, ids)
    lane = Lane.OPEN if place is None else place.lane
    widened = place is not None and place.targets_missed > 0
    able = [
        person
        for person in people.values()
        if lane in lanes_of(person.roles, Stage(person.stage)) and (widened or contact.language in person.languages)
    ]
    free = 0
    for person in able:
        held, urgent = loads[person.id]
        free += 0 if urgent else max(0, policy.chats_at_once - held)
    return len(able) * policy.chats_at_once, free
