"""Who is on which line, for the desk and the board; a supervisor who cannot see a leg cannot help the one on it."""

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from hotline.contacts import callbacks, legs
from hotline.contacts import store as contacts
from hotline.contacts.call_steps import Act
from hotline.contacts.legs import Leg
from hotline.domain.contact import Role, State
from hotline.domain.phone import LegState, Mode, Party, Stage
from hotline.domain.records import Contact, Person
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader
from hotline.routing import company


def call_of(
    reader: Reader, contact: Contact, person: Person, *, takes: bool, only_written_to: bool
) -> dict[str, Any] | None:
    """The call of a contact as this person may see and touch it; ``None`` where there is and can be none.

    ``takes`` says whether this person can be rung now, ``only_written_to`` that nobody talks with the caller because
    their listener takes no calls.
    """
    mine = legs.of_contacts(reader.conn, [contact.id], ended=True).get(contact.id, [])
    open_legs = [leg for leg in mine if leg.open]
    caller = next((leg for leg in reversed(open_legs) if leg.party is Party.SEEKER), None)
    acts = may(reader.conn, contact, person, open_legs, takes=takes)
    if not mine and "call" not in acts:
        return None
    return {
        "live": caller is not None and caller.live,
        "stage": None if caller is None else caller.stage.value,
        "hold": caller is not None and caller.hold,
        "safe_again": _again(reader.conn, contact, mine),
        "withheld": not _number_known(reader.conn, contact.id),
        "last_try": None if caller is not None else _last_try(mine),
        "message_at": _left_a_message(mine),
        "legs": _legs(reader.conn, open_legs),
        "takes_calls": takes,
        "only_written_to": only_written_to,
        "may": sorted(acts),
    }


def _again(conn: Connection, contact: Contact, mine: list[Leg]) -> bool | None:
    """Whether they said that being rung (again) is safe: by a wish that stands, else at their last call."""
    wish = callbacks.of_contacts(conn, [contact.id]).get(contact.id)
    if wish is not None:
        return wish.safe_to_call
    return next((leg.safe_again for leg in reversed(mine) if leg.party is Party.SEEKER), None)


def _number_known(conn: Connection, contact_id: str) -> bool:
    """Whether we keep the number at which they may be rung."""
    return bool(contacts.lookups_of(conn, contact_id, (legs.number_to_ring(conn, contact_id),)))


def _left_a_message(mine: list[Leg]) -> datetime | None:
    """When they called to leave a message, where that was their last call and nobody talked with them."""
    last = next((leg for leg in reversed(mine) if leg.party is Party.SEEKER), None)
    return last.at if last is not None and last.joined_at is None and last.memory.get(Act.MESSAGE) else None


def may(conn: Connection, contact: Contact, person: Person, open_legs: list[Leg], *, takes: bool) -> set[str]:
    """What this person may do about the call now; who answers for a caller never leaves them by hanging up alone."""
    if contact.state is not State.IN_CONVERSATION:
        return set()
    caller = next((leg for leg in reversed(open_legs) if leg.party is Party.SEEKER), None)
    own = next((leg for leg in open_legs if leg.person_id == person.id), None)
    within = contact.owner_id == person.id or person.id in company.beside(conn, contact.id)
    alone = contact.owner_id == person.id and caller is not None and caller.live
    found = {"leave_line"} if own is not None and not alone else set()
    if within and caller is not None and caller.live and not caller.memory.get(legs.LEAVING):
        found |= {"hang_up", "resume" if caller.hold else "hold"}
        found |= {"ring_me"} if takes and own is None else set()
    if within and caller is None and takes and legs.may_be_rung(conn, contact.id):
        found.add("call")
    found |= _to_note(conn, contact) if within else set()
    if Role.SUPERVISOR in person.roles and takes and caller is not None and caller.live:
        wanted = {Mode.LISTEN, Mode.COACH} | ({Mode.TALK} if within else set())
        found |= {mode.value for mode in wanted if own is None or own.mode is not mode}
    return found - ({"listen", "coach", "talk"} if contact.owner_id == person.id else set())


def _last_try(mine: list[Leg]) -> dict[str, Any] | None:
    """How our newest call to the person ended, where they were not reached; ``None`` where they were, or called."""
    last = next((leg for leg in reversed(mine) if leg.party is Party.SEEKER), None)
    if last is None or last.inbound or last.joined_at is not None or last.why is None:
        return None
    return {"end": last.why.value, "at": last.ended_at}


def _to_note(conn: Connection, contact: Contact) -> set[str]:
    """What may be written down of what they said about being rung again; nothing of who withheld their number."""
    last, wish = legs.last_caller(conn, contact.id), callbacks.of_contacts(conn, [contact.id]).get(contact.id)
    if last is None or not _number_known(conn, contact.id):
        return set()
    if wish is not None:
        return {"again_unsafe"} if wish.safe_to_call else set()
    said = {True: {"again_unsafe"}, False: {"again_safe"}, None: {"again_safe", "again_unsafe"}}
    return said[last.safe_again]


def on_my_telephone(reader: Reader, person: Person) -> dict[str, Any] | None:
    """The call that rings or goes on at this person's telephone or browser; ``None`` for none."""
    leg = legs.of_person(reader.conn, person.id)
    if leg is None:
        return None
    contact = contacts.get_contact(reader.conn, leg.contact_id)
    why = "offered" if leg.offer_id else "yours" if contact.owner_id == person.id else "company"
    return {
        "contact_id": contact.id,
        "pseudonym": contact.pseudonym,
        "level": contact.level.value,
        "language": contact.language.value,
        "why": why,
        "state": _state(leg),
    }


def _legs(conn: Connection, open_legs: list[Leg]) -> list[dict[str, Any]]:
    names = aliases(conn, {leg.person_id for leg in open_legs if leg.person_id is not None})
    in_talk = sum(_state(leg) == "talking" and leg.mode is Mode.TALK for leg in open_legs)
    return [
        {
            "party": leg.party.value,
            "alias": None if leg.person_id is None else names.get(leg.person_id, ""),
            "mode": leg.mode.value,
            "state": _among_others(leg, in_talk),
            "since": _since(leg),
        }
        for leg in open_legs
    ]


def _state(leg: Leg) -> str:
    """In a word where a leg stands; asked or expected: they hear our question; leaving: they hear the goodbye."""
    if leg.state is not LegState.LIVE:
        return leg.state.value
    if leg.party is Party.HELPER:
        return "talking" if leg.joined_at is not None else "asked"
    if leg.stage is Stage.EXPECTED:
        return "expected"
    if leg.memory.get(legs.LEAVING) or leg.stage is Stage.GOODBYE:
        return "leaving"
    return "hold" if leg.hold else "talking" if leg.stage is Stage.TALKING else "waiting"


def _among_others(leg: Leg, in_talk: int) -> str:
    """As :func:`_state`; of who is connected also what they do there: only who is not alone talks."""
    state = _state(leg)
    if state != "talking":
        return "alone" if state == "asked" and leg.memory.get(legs.MET) else state
    connected = {Mode.LISTEN: "listens", Mode.COACH: "coaches"}
    return connected.get(leg.mode, "talking" if in_talk > 1 else "alone")


def _since(leg: Leg) -> datetime:
    return leg.joined_at or leg.answered_at or leg.at


def calls_now(reader: Reader) -> list[dict[str, Any]]:
    """Every call that goes on, the longest first, with each of its legs."""
    by_contact: dict[str, list[Leg]] = {}
    for leg in legs.open_legs(reader.conn):
        by_contact.setdefault(leg.contact_id, []).append(leg)
    found = contacts.get_contacts(reader.conn, list(by_contact))
    return [
        {
            "contact_id": contact.id,
            "pseudonym": contact.pseudonym,
            "level": contact.level.value,
            "state": contact.state.value,
            "legs": _legs(reader.conn, by_contact[contact.id]),
        }
        for contact in (found[one] for one in by_contact if one in found)
    ]
