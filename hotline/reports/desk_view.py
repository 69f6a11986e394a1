"""What a listener sees: the queue, the conversations they hold, and one contact with everything known about it."""

from typing import Any

from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Level, Role, State
from hotline.domain.records import Contact, Person
from hotline.interventions import store as interventions
from hotline.interventions.store import Action, Dispatch
from hotline.reports.live_board import alarms
from hotline.reports.people import aliases, is_on_duty, person_view
from hotline.reports.queue_view import Reader, evidence, items
from hotline.routing import store as routing
from hotline.routing.policy import RoutingPolicy, Stage, lanes_of, room_for
from hotline.triage import store as triage
from hotline.volunteers import store as volunteers


def desk(reader: Reader, policy: RoutingPolicy, person: Person) -> dict[str, Any]:
    """``Desk`` of the API."""
    on_duty = is_on_duty(volunteers.duty_of(reader.conn, person.id), policy, reader.now)
    held, urgent = routing.load_of(reader.conn, [person.id])[person.id]
    places = {place.contact_id: place for place in routing.waiting(reader.conn)}
    found = contacts.get_contacts(reader.conn, list(places))
    waiting = items(reader, [found[contact_id] for contact_id in places if contact_id in found], places)
    lanes = lanes_of(person.roles, Stage(person.stage))
    for item in waiting:
        place = places[item["contact_id"]]
        roomy = room_for(policy, held=held, held_urgent=urgent, level=Level(item["level"]))
        item["may_claim"] = on_duty and roomy and place.lane in lanes
    mine = contacts.held_by(reader.conn, person.id)
    return {
        "me": person_view(person, on_duty=on_duty),
        "on_duty": on_duty,
        "capacity": {"used": held, "limit": policy.chats_at_once_urgent if urgent else policy.chats_at_once},
        "waiting": waiting,
        "mine": [
            item | {"unread": _unread(contact)} for item, contact in zip(items(reader, mine, {}), mine, strict=True)
        ],
        "alarms": alarms(reader),
    }


def _unread(contact: Contact) -> int:
    """1 while the seeker spoke last, else 0."""
    if contact.seeker_wrote_at is None:
        return 0
    return int(contact.listener_wrote_at is None or contact.seeker_wrote_at > contact.listener_wrote_at)


def contact_view(reader: Reader, contact: Contact, person: Person) -> dict[str, Any]:
    """``StaffContact`` of the API; the caller has checked and logged that ``person`` may look."""
    place = routing.get(reader.conn, contact.id)
    item = items(reader, [contact], {} if place is None else {contact.id: place})[0]
    return item | _times(contact) | _judgements(reader, contact, person) | _done(reader, contact, person)


def _times(contact: Contact) -> dict[str, Any]:
    return {
        "region": contact.region.value,
        "arrived_at": contact.arrived_at,
        "acknowledged_at": contact.acknowledged_at,
        "accepted_at": contact.accepted_at,
        "first_reply_at": contact.first_reply_at,
        "ended_at": contact.ended_at,
        "closed_at": contact.closed_at,
        "asked": contact.asked_directly,
        "outcome": contact.outcome,
        "previous_contact": contact.follows_contact_id is not None,
        "last_number": contact.last_number,
    }


def _judgements(reader: Reader, contact: Contact, person: Person) -> dict[str, Any]:
    line = triage.timeline(reader.conn, reader.keys, contact.id)
    names = aliases(reader.conn, {one.made_by for one in line if one.made_by != "machine"})
    request = triage.open_request(reader.conn, reader.keys, contact.id)
    behind = [one for one in line if one.level == contact.level]
    last = line[-1] if line else None
    return {
        "level_by": "machine" if not behind else names.get(behind[-1].made_by, "machine"),
        "level_expires_at": None if last is None else last.expires_at,
        "model_answered": all(one.failure is None for one in line),
        "assessments": [
            {
                "at": one.at,
                "number": one.message_number,
                "level": one.level.value,
                "made_by": names.get(one.made_by, one.made_by),
                "risk": one.risk,
                "urgency": one.urgency,
                "reason": one.reason,
                "failure": one.failure,
                "evidence": evidence(reader, contact.id, one),
            }
            for one in line[-20:]
        ],
        "level_request": None
        if request is None
        else {
            "asked_by": aliases(reader.conn, {request.asked_by}).get(request.asked_by, ""),
            "to": request.to_level.value,
            "reason": request.reason,
            "mine_to_sign": request.may_be_signed_by(
                person.id,
                supervises=Role.SUPERVISOR in person.roles,
                owner_id=contact.owner_id,
            ),
        },
    }


def _done(reader: Reader, contact: Contact, person: Person) -> dict[str, Any]:
    actions = interventions.list_actions(reader.conn, reader.keys, contact.id)
    dispatches = interventions.list_dispatches(reader.conn, reader.keys, contact.id)
    names = aliases(
        reader.conn,
        {action.by for action in actions}
        | {one.by for one in dispatches}
        | {one.countersigned_by for one in dispatches if one.countersigned_by},
    )
    return {
        "actions": [_action(one, names) for one in actions],
        "dispatches": [_dispatch(one, names, person) for one in dispatches],
        "closing": interventions.read_closing(reader.conn, reader.keys, contact.id),
        "may": sorted(_may(contact, person)),
    }


def _action(action: Action, names: dict[str, str]) -> dict[str, Any]:
    return {
        "action_id": action.id,
        "at": action.at,
        "by": names.get(action.by, ""),
        "kind": action.kind.value,
        "state": action.state.value,
        "note": action.note,
    }


def _dispatch(one: Dispatch, names: dict[str, str], person: Person) -> dict[str, Any]:
    may_sign = Role.SUPERVISOR in person.roles and one.by != person.id
    return {
        "dispatch_id": one.id,
        "at": one.at,
        "by": names.get(one.by, ""),
        "service": one.service,
        "basis": one.basis,
        "state": one.state,
        "disclosed": one.disclosed,
        "note": one.note,
        "called_at": one.called_at,
        "arrived_at": one.arrived_at,
        "countersigned_by": names.get(one.countersigned_by or "", "") if one.agreed else None,
        "refused_by": names.get(one.countersigned_by or "", "") if one.agreed is False else None,
        "mine_to_sign": one.countersigned_at is None and may_sign,
    }


def _may(contact: Contact, person: Person) -> set[str]:
    """What this person may do with this contact now; the pages show only these controls."""
    owner, supervisor = contact.owner_id == person.id, Role.SUPERVISOR in person.roles
    may = set()
    if contact.state is State.IN_CONVERSATION and owner:
        may |= {"write", "release", "wrap_up"}
    if (owner or supervisor) and contact.state is not State.CLOSED:
        may |= {"level", "action", "asked", "dispatch", "arrival"}
        if contact.state in {State.IN_CONVERSATION, State.WRAPPING_UP, State.ABANDONED}:
            may.add("close")
    if contact.state is State.WAITING and person.roles & {Role.VOLUNTEER, Role.CLINICIAN, Role.SUPERVISOR}:
        may.add("claim")
    if supervisor or Role.AUDITOR in person.roles or owner:
        may.add("log")
    return may


def messages(reader: Reader, contact: Contact, *, after: int, for_seeker: bool = False) -> list[dict[str, Any]]:
    """``Message`` of the API; a seeker sees none from before they came back."""
    first = contact.first_visible_number - 1 if for_seeker else 0
    said = contacts.read_messages(reader.conn, reader.keys, contact.id, after=max(after, first))
    names = aliases(reader.conn, {message.author_id for message in said if message.author_id})
    return [
        {
            "number": message.number,
            "author": message.author.value,
            "alias": names.get(message.author_id or "", None),
            "text": message.text,
            "at": message.at,
            "client_message_id": message.client_message_id if message.author is not Author.SYSTEM else None,
        }
        for message in said
    ]
