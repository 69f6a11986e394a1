"""What a listener sees: the queue, the conversations they hold, and one contact with everything known about it."""

from datetime import datetime
from typing import Any

from hotline.contacts import follow_ups
from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Level, Role, State
from hotline.domain.records import Contact, Message, Person
from hotline.interventions import store as interventions
from hotline.interventions.store import Action
from hotline.reports import (
    company_view,
    conversation_view,
    dispatch_view,
    offer_view,
    retention_view,
    text_view,
    written_down,
)
from hotline.reports.live_board import alarms
from hotline.reports.people import aliases, is_on_duty, person_view
from hotline.reports.queue_view import Reader, evidence, items
from hotline.routing import asides, company, shadowings
from hotline.routing import store as routing
from hotline.routing.policy import LEARNING, RoutingPolicy, Stage, lanes_of
from hotline.routing.ranking import Candidate, has_room
from hotline.triage import store as triage
from hotline.triage.store import Assessment
from hotline.volunteers import store as volunteers

FOLLOWERS = frozenset({Role.CLINICIAN, Role.SUPERVISOR})
"""Who asks people again how they are."""


def desk(reader: Reader, policy: RoutingPolicy, person: Person) -> dict[str, Any]:
    """``Desk`` of the API."""
    on_duty = is_on_duty(volunteers.duty_of(reader.conn, person.id), policy, reader.now)
    held, urgent = routing.load_of(reader.conn, [person.id])[person.id]
    forms = contacts.forms_owed(reader.conn, [person.id]).get(person.id, 0)
    load = Candidate(person.id, frozenset(), frozenset(), held=held, held_urgent=urgent, closing=forms)
    places = {place.contact_id: place for place in routing.waiting(reader.conn)}
    found = contacts.get_contacts(reader.conn, list(places))
    waiting = items(reader, [found[contact_id] for contact_id in places if contact_id in found], places)
    lanes = lanes_of(person.roles, Stage(person.stage))
    for item in waiting:
        place = places[item["contact_id"]]
        roomy = has_room(policy, load, Level(item["level"]))
        by_hand = Role.SUPERVISOR in person.roles and place.lane in lanes
        item["may_claim"] = on_duty and roomy and by_hand
    mine = contacts.held_by(reader.conn, person.id)
    joined = contacts.get_contacts(reader.conn, company.joined_by(reader.conn, person.id))
    mine += [contact for contact in joined.values() if contact.state is State.IN_CONVERSATION]
    whispers = asides.unanswered(reader.conn, [contact.id for contact in mine], person.id)
    return {
        "me": person_view(person, on_duty=on_duty),
        "on_duty": on_duty,
        "capacity": {"used": held, "limit": policy.chats_at_once_urgent if urgent else policy.chats_at_once},
        "offer": offer_view.offer(reader, person),
        "told": offer_view.told(reader, policy, person),
        "waiting": waiting,
        "mine": [
            item | {"unread": _unread(contact), "whispered": _unanswered(contact, whispers.get(contact.id))}
            for item, contact in zip(items(reader, mine, {}), mine, strict=True)
        ],
        "reading_along": [
            {"contact_id": one.id, "pseudonym": one.pseudonym}
            for one in contacts.get_contacts(reader.conn, shadowings.read_by(reader.conn, person.id)).values()
        ],
        "alarms": alarms(reader),
        "follow_ups_due": follow_ups.how_many_due(reader.conn, reader.now) if person.roles & FOLLOWERS else 0,
    }


def _unread(contact: Contact) -> int:
    """1 while the seeker spoke last, else 0."""
    return int(_unanswered(contact, contact.seeker_wrote_at))


def _unanswered(contact: Contact, at: datetime | None) -> bool:
    """Whether the listener has written nothing since."""
    return at is not None and (contact.listener_wrote_at is None or at > contact.listener_wrote_at)


def contact_view(reader: Reader, contact: Contact, person: Person) -> dict[str, Any]:
    """``StaffContact`` of the API; the caller has checked and logged that ``person`` may look."""
    place = routing.get(reader.conn, contact.id)
    item = items(reader, [contact], {} if place is None else {contact.id: place})[0]
    known = _judgements(reader, contact, person) | _done(reader, contact, person)
    return item | _times(contact) | known | retention_view.kept_of(reader, contact, person)


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
        "reply_by": contact.reply_by.value,
    }


def _judgements(reader: Reader, contact: Contact, person: Person) -> dict[str, Any]:
    line = triage.timeline(reader.conn, reader.keys, contact.id)
    names = aliases(reader.conn, {one.made_by for one in line if one.made_by != "machine"})
    setting = [one for one in line if one.model not in conversation_view.NOTED_ONLY]
    behind = [one for one in setting if one.level == contact.level]
    return {
        "level_by": _level_by(behind, names),
        "level_expires_at": setting[-1].expires_at if setting else None,
        "model_answered": all(one.failure is None for one in line),
        "assessments": [_assessment(reader, contact, one, names) for one in line[-20:]],
        "features": conversation_view.features(reader, line),
        "course": conversation_view.course(line, names),
        "screening": (asked := conversation_view.screening(reader, contact)),
        "ask_next": conversation_view.to_ask(asked),
        "level_request": _level_request(reader, contact, person),
    }


def _level_by(behind: list[Assessment], names: dict[str, str]) -> str:
    """Whose word the level is: an alias, ``seeker`` for who pressed the key for danger, ``machine``."""
    makers = [one.made_by for one in behind]
    if makers and makers[-1] in names:
        return names[makers[-1]]
    return conversation_view.SEEKER if conversation_view.SEEKER in makers else conversation_view.MACHINE


def _assessment(reader: Reader, contact: Contact, one: Assessment, names: dict[str, str]) -> dict[str, Any]:
    return {
        "at": one.at,
        "number": one.message_number,
        "level": one.level.value,
        "made_by": names.get(one.made_by, one.made_by),
        "how": one.model if one.made_by != "machine" else "machine",
        "risk": one.risk,
        "urgency": one.urgency,
        "reason": one.reason,
        "failure": one.failure,
        "evidence": evidence(reader, contact.id, one),
    }


def _level_request(reader: Reader, contact: Contact, person: Person) -> dict[str, Any] | None:
    request = triage.open_request(reader.conn, reader.keys, contact.id)
    if request is None:
        return None
    supervises = Role.SUPERVISOR in person.roles
    return {
        "asked_by": aliases(reader.conn, {request.asked_by}).get(request.asked_by, ""),
        "to": request.to_level.value,
        "reason": request.reason,
        "mine_to_sign": request.may_be_signed_by(person.id, supervises=supervises, owner_id=contact.owner_id),
    }


def _done(reader: Reader, contact: Contact, person: Person) -> dict[str, Any]:
    actions = interventions.list_actions(reader.conn, reader.keys, contact.id)
    may = _may(contact, person) | company_view.may(reader, contact, person)
    may |= company_view.may_shadow(reader, contact, person)
    may |= {"write_down"} if "action" in may else set()
    names = aliases(reader.conn, {action.by for action in actions})
    return (
        {
            "actions": [_action(one, names) for one in actions],
            "dispatches": dispatch_view.dispatches(reader, contact, person),
            "closing": interventions.read_closing(reader.conn, reader.keys, contact.id),
            "learners": _learners(reader) if "allow_shadowing" in may else [],
            "may": sorted(may),
        }
        | company_view.company_of(reader, contact, person)
        | written_down.written_down(
            reader, contact, person, writes="action" in may, learns=_learns(reader, contact, person)
        )
    )


def _learns(reader: Reader, contact: Contact, person: Person) -> bool:
    """Whether this person only reads along to learn."""
    theirs = person.id == contact.owner_id or person.id in company.beside(reader.conn, contact.id)
    return not theirs and not {Role.SUPERVISOR, Role.AUDITOR} & person.roles


def _learners(reader: Reader) -> list[dict[str, str]]:
    """Volunteers in training, whom a supervisor may let read along."""
    return [
        {"person_id": one.id, "alias": one.alias}
        for one in volunteers.get_people(reader.conn).values()
        if Role.VOLUNTEER in one.roles and one.stage in LEARNING and one.disabled_at is None
    ]


def _action(action: Action, names: dict[str, str]) -> dict[str, Any]:
    return {
        "action_id": action.id,
        "at": action.at,
        "by": names.get(action.by, ""),
        "kind": action.kind.value,
        "state": action.state.value,
        "note": action.note,
        "tag": action.tag,
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
    if contact.state in {State.WAITING, State.OFFERED} and supervisor:
        may |= {"claim", "assign"}
    if supervisor and contact.state is State.CLOSED and contact.erased_at is None:
        may.add("review")
    if supervisor and contact.erased_at is None:
        may.add("hold")
    if supervisor or Role.AUDITOR in person.roles or owner:
        may.add("log")
    return may


def messages(reader: Reader, contact: Contact, *, after: int, for_seeker: bool = False) -> list[dict[str, Any]]:
    """``Message`` of the API; a seeker sees none from before they came back."""
    first = contact.first_visible_number - 1 if for_seeker else 0
    said = contacts.read_messages(reader.conn, reader.keys, contact.id, after=max(after, first))
    names = aliases(reader.conn, {message.author_id for message in said if message.author_id})
    sent = {} if for_seeker else text_view.states(reader, contact, max(after, first))
    return [
        {
            "number": message.number,
            "author": message.author.value,
            "alias": names.get(message.author_id or "", None),
            "text": message.text,
            "at": message.at,
            "client_message_id": message.client_message_id if message.author is not Author.SYSTEM else None,
            "link": _link(message) if for_seeker else None,
            "channel": message.channel.value,
            "sent_as_text": sent.get(message.number),
        }
        for message in said
    ]


def _link(message: Message) -> str | None:
    """Where a sentence of the service leads the person who reads it."""
    return "plan" if message.author is Author.SYSTEM and message.client_message_id.startswith("plan-") else None
