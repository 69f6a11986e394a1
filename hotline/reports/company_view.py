"""Who is beside a listener, what was handed over, and who is to be called; so that nobody is asked to tell it twice."""

from typing import Any

from hotline.contacts import callbacks
from hotline.contacts import store as contacts
from hotline.domain.contact import Role, State
from hotline.domain.records import Contact, Person
from hotline.interventions import store as interventions
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader
from hotline.routing import asides, company, offers, shadowings
from hotline.routing import store as routing
from hotline.routing.ladder import COMPANY_ALARMS, AlarmKind
from hotline.routing.ranking import Reason
from hotline.routing.replies import OfferState
from hotline.volunteers import store as volunteers

EARLIER_CONTACTS = 5
"""How many earlier contacts of the same person a hand-over reaches back."""


def company_of(reader: Reader, contact: Contact, person: Person) -> dict[str, Any]:
    """Who is there, who is asked to take over, what was handed over or whispered, and the wish to be called."""
    there = company.beside(reader.conn, contact.id)
    goes_on = contact.state is State.IN_CONVERSATION
    made = offers.of_contacts(reader.conn, [contact.id]).get(contact.id, []) if goes_on else []
    asked = [one.person_id for one in made if one.state is OfferState.OPEN]
    no = None if asked else _not_taken_over(made)
    names = aliases(reader.conn, {*there, *asked, *({no.person_id} if no else ())})
    return {
        "beside": [{"person_id": one, "alias": names.get(one, "")} for one in there],
        "asked_to_take_over": [names.get(one, "") for one in asked],
        "not_taken_over": no and {"alias": names.get(no.person_id, ""), "state": no.state.value, "at": no.ended_at},
        "help_called": routing.has_open_alarm(reader.conn, AlarmKind.HELP_WANTED, contact.id),
        "handovers": handovers(reader, contact),
        "callback": _callback(reader, contact),
        "asides": _asides(reader, contact, person),
        "shadow": _shadow(reader, contact),
    }


def _not_taken_over(made: list[offers.Offer]) -> offers.Offer | None:
    """The newest question to a colleague by hand that ended without them; ``None`` once it is taken over."""
    by_hand = [one for one in made if Reason.HANDED_OVER in one.reasons]
    return by_hand[-1] if by_hand and by_hand[-1].state is not OfferState.ACCEPTED else None


def _asides(reader: Reader, contact: Contact, person: Person) -> list[dict[str, Any]]:
    """What was whispered, for those it is meant for; whoever reads along to learn is not among them."""
    hears = {Role.SUPERVISOR, Role.AUDITOR} & person.roles or contact.owner_id == person.id
    if not hears and person.id not in company.beside(reader.conn, contact.id):
        return []
    said = asides.of_contact(reader.conn, reader.keys, contact.id)
    names = aliases(reader.conn, {one.by for one in said})
    return [
        {"number": one.number, "by": names.get(one.by, ""), "at": one.at, "text": one.text, "mine": one.by == person.id}
        for one in said
    ]


def handovers(reader: Reader, contact: Contact) -> list[dict[str, Any]]:
    """What listeners wrote for the next one: of this contact, and of the ones it follows; newest first."""
    chain = contacts.chain_of(reader.conn, contact, EARLIER_CONTACTS)
    written = company.handovers_of(reader.conn, reader.keys, [one.id for one in chain])
    names = aliases(reader.conn, {one.by for one in written} | {one.owner_id for one in chain if one.owner_id})
    found = [{"by": names.get(one.by, ""), "at": one.at, "summary": one.summary, "next_step": ""} for one in written]
    for old in chain[1:]:
        closing = interventions.read_closing(reader.conn, reader.keys, old.id)
        if closing and (closing.get("summary") or closing.get("next_step")):
            by = names.get(old.owner_id or "", "")
            found.append({"by": by, "at": old.closed_at, **{key: closing[key] for key in ("summary", "next_step")}})
    return sorted(found, key=lambda one: str(one["at"]), reverse=True)


def _shadow(reader: Reader, contact: Contact) -> dict[str, Any] | None:
    """Who reads along, or is allowed to once the listener agrees."""
    found = shadowings.open_in(reader.conn, contact.id)
    if found is None:
        return None
    names = aliases(reader.conn, {found.person_id, found.allowed_by})
    return {
        "person_id": found.person_id,
        "alias": names.get(found.person_id, ""),
        "allowed_by": names.get(found.allowed_by, ""),
        "reading": found.agreed_at is not None,
    }


def may_shadow(reader: Reader, contact: Contact, person: Person) -> set[str]:
    """What this person may do about reading along now."""
    if contact.state is not State.IN_CONVERSATION or contact.level.urgent:
        return set()
    found, owner = shadowings.open_in(reader.conn, contact.id), contact.owner_id == person.id
    supervises = Role.SUPERVISOR in person.roles
    if found is None:
        said_no = shadowings.refused(reader.conn, [contact.id, contact.follows_contact_id or contact.id])
        return {"allow_shadowing"} if supervises and not said_no else set()
    if owner and found.agreed_at is None:
        return {"answer_shadowing"}
    return {"end_shadowing"} if owner or supervises or found.person_id == person.id else set()


def _callback(reader: Reader, contact: Contact) -> dict[str, Any] | None:
    wish = callbacks.of_contacts(reader.conn, [contact.id]).get(contact.id)
    if wish is None:
        return None
    return {
        "safe_to_call": wish.safe_to_call,
        "safe_to_text": wish.safe_to_text,
        "safe_to_leave_message": wish.safe_to_leave_message,
        "asked_at": wish.asked_at,
        "attempts": wish.attempts,
        "next_at": wish.next_at,
    }


def may(reader: Reader, contact: Contact, person: Person) -> set[str]:
    """What this person may do about company in this contact now."""
    if contact.state is not State.IN_CONVERSATION:
        return set()
    supervises, owner = Role.SUPERVISOR in person.roles, contact.owner_id == person.id
    beside = person.id in company.beside(reader.conn, contact.id)
    found = {"help"} if owner or (beside and not supervises) else set()
    if owner or supervises:
        found |= {"hand_over", "whisper"}
    if beside:
        found |= {"write", "whisper", "leave", "raise", "action", "asked", "dispatch", "arrival"}
        duty = volunteers.duty_of(reader.conn, person.id)
        found |= {"take_over"} if supervises and duty is not None and duty.on_duty else set()
    elif not owner and (supervises or (Role.CLINICIAN in person.roles and wanted(reader, contact.id))):
        found.add("join")
    return found


def wanted(reader: Reader, contact_id: str) -> bool:
    """Whether somebody is asked to come to the listener's side."""
    return any(routing.has_open_alarm(reader.conn, kind, contact_id) for kind in COMPANY_ALARMS)


def offered_handover(reader: Reader, offer: offers.Offer, contact: Contact) -> list[dict[str, Any]]:
    """What the listener who asks to be followed wrote, for whoever is asked; nothing for any other offer."""
    return handovers(reader, contact)[:1] if Reason.HANDED_OVER in offer.reasons else []
