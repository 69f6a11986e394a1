"""What people of the helpline do on a call from their desk: hold, hang up, listen in, coach, join, call (back).

Each is one act on the legs; the switchboard and the promises do the rest. Numbers stay in the vault.
"""

from dataclasses import dataclass
from enum import StrEnum

from hotline.contacts import callbacks, legs
from hotline.contacts import store as contacts
from hotline.contacts.legs import LEAVING, Leg
from hotline.domain.contact import Role, State
from hotline.domain.errors import Conflict, NotAllowed, NoTelephone
from hotline.domain.phone import Mode, Party
from hotline.domain.records import Contact, Person
from hotline.flow import call_wish, company, dialling, intervene, scene, switchboard
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import company as beside
from hotline.volunteers import store as volunteers


class CallAct(StrEnum):
    """What a listener may do about the call of a conversation they are in."""

    CALL = "call"
    HOLD = "hold"
    RESUME = "resume"
    HANG_UP = "hang_up"
    RING_ME = "ring_me"
    AGAIN_SAFE = "again_safe"
    AGAIN_UNSAFE = "again_unsafe"


@dataclass(frozen=True, slots=True)
class Chair:
    """How somebody sits in the conference of a contact; ``coached_sid`` is who alone hears them."""

    conference: str
    sid: str
    muted: bool
    hold: bool
    coached_sid: str | None


def conference_of(contact_id: str) -> str:
    """The name of a contact's conference."""
    return f"contact-{contact_id}"


def chair(helpline: Helpline, leg_id: str) -> Chair | None:
    """How this leg is to sit now; ``None`` when it is over or was never rung."""
    with helpline.database.read() as conn:
        leg = legs.get(conn, leg_id)
        if not leg.live or leg.sid is None:
            return None
        contact = contacts.get_contact(conn, leg.contact_id)
        open_legs = legs.of_contacts(conn, [contact.id]).get(contact.id, [])
    coached = coached_sid(open_legs, contact) if leg.mode is Mode.COACH else None
    muted = leg.mode is Mode.LISTEN or (leg.mode is Mode.COACH and coached is None)
    return Chair(conference_of(contact.id), leg.sid, muted=muted, hold=leg.hold, coached_sid=coached)


def coached_sid(open_legs: list[Leg], contact: Contact) -> str | None:
    """The call of the listener who alone hears a supervisor that coaches."""
    owners = (
        leg
        for leg in open_legs
        if leg.person_id == contact.owner_id and leg.live and leg.joined_at and leg.mode is Mode.TALK
    )
    return next((leg.sid for leg in owners), None)


def coached_by(helpline: Helpline, leg: Leg) -> str | None:
    """Whom this leg coaches, ``None`` when it is heard by everybody or by nobody."""
    if leg.mode is not Mode.COACH:
        return None
    with helpline.database.read() as conn:
        contact = contacts.get_contact(conn, leg.contact_id)
        return coached_sid(legs.of_contacts(conn, [contact.id]).get(contact.id, []), contact)


def act(helpline: Helpline, person: Person, contact_id: str, what: CallAct) -> None:
    """Do one thing about the call of a conversation one is in.

    Raises ``NotAllowed`` for who is not in it, ``NoTelephone``, and ``Conflict`` when there is nobody on the line.
    """
    if what is CallAct.CALL:
        call(helpline, person, contact_id)
        return
    if what in {CallAct.AGAIN_SAFE, CallAct.AGAIN_UNSAFE}:
        _note_again(helpline, person, contact_id, what)
        return
    with UnitOfWork(helpline) as unit:
        caller = _held(unit, legs.caller(unit.conn, contact_id))
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if not company.may_speak(unit, contact, person):
            raise NotAllowed("only who is in a conversation acts on its call")
        if caller is None:
            raise Conflict("nobody is on the line")
        if what is CallAct.HANG_UP:
            _say_goodbye(unit, caller)
        elif what is CallAct.RING_ME:
            _ring_me(unit, contact, person)
        else:
            held = legs.change(unit.conn, caller.id, hold=what is CallAct.HOLD, round=caller.round + 1)
            switchboard.promise_seat(unit, held)
        unit.log(contact_id, f"call_{what}", person.id)
        unit.tell_all(contact_id, "state")
        unit.commit()


def _held(unit: UnitOfWork, leg: Leg | None) -> Leg | None:
    """The leg as it stands now, its row held until the commit; ``None`` when it is over.

    A leg is locked before its contact, everywhere: in two orders two acts would wait for each other.
    """
    now = None if leg is None else legs.get(unit.conn, leg.id, lock=True)
    return now if now is not None and now.open else None


def _own(unit: UnitOfWork, contact_id: str, person: Person) -> Leg | None:
    """Somebody's own leg of this call, while it has not ended."""
    found = legs.of_contacts(unit.conn, [contact_id]).get(contact_id, [])
    return next((leg for leg in found if leg.person_id == person.id), None)


def _note_again(helpline: Helpline, person: Person, contact_id: str, what: CallAct) -> None:
    """Write down what the person said aloud: whether they may be rung (again); it is their newest word, noted by whom.

    Raises ``Conflict`` where they withheld their number, so that nobody can ring them.
    """
    safe = what is CallAct.AGAIN_SAFE
    with UnitOfWork(helpline) as unit:
        last = legs.last_caller(unit.conn, contact_id)
        leg = None if last is None else legs.get(unit.conn, last.id, lock=True)
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if not company.may_speak(unit, contact, person):
            raise NotAllowed("only who is in a conversation notes what was said in it")
        if leg is None or contact.state is not State.IN_CONVERSATION:
            raise Conflict("they did not call, or the conversation is over")
        if safe and not contacts.lookups_of(unit.conn, contact_id, (legs.number_to_ring(unit.conn, contact_id),)):
            raise Conflict("their number is withheld")
        if safe and callbacks.of_contacts(unit.conn, [contact_id]):
            raise Conflict("their own wish says what is safe")
        legs.change(unit.conn, leg.id, **call_wish.again(unit, contact, {}, safe=safe))
        unit.log(contact_id, f"call_{what}", person.id)
        unit.tell_all(contact_id, "state")
        unit.commit()


def _say_goodbye(unit: UnitOfWork, caller: Leg) -> None:
    """End a call for everybody: whoever hears us is led to the goodbye with its numbers, after which the line ends."""
    if not caller.live:
        switchboard.promise_call(unit, caller, "hang_up")
        return
    memory = caller.memory | {LEAVING: True}
    leaving = legs.change(unit.conn, caller.id, hold=False, round=caller.round + 1, memory=memory)
    switchboard.promise_call(unit, leaving, "move")


def _ring_me(unit: UnitOfWork, contact: Contact, person: Person) -> None:
    if person.id not in scene.takers(unit.helpline, unit.conn):
        raise NoTelephone("this account takes no calls now")
    if _own(unit, contact.id, person) is not None:
        raise Conflict("your telephone is on this call already")
    switchboard.plan_helper(unit, contact, person.id)


def call(helpline: Helpline, person: Person, contact_id: str) -> None:
    """Call the person who needs help (back): the listener's telephone rings first, then theirs; no number is shown.

    Only where they said that a call is safe, or called by this number themselves and the line broke.
    """
    with UnitOfWork(helpline) as unit:
        contact = intervene.held(unit, person, contact_id)
        if contact.state is not State.IN_CONVERSATION:
            raise Conflict("the conversation is over")
        if person.id not in scene.takers(helpline, unit.conn):
            raise NoTelephone("this account takes no calls now")
        if not legs.may_be_rung(unit.conn, contact_id):
            raise NotAllowed("nobody said that a call is safe")
        unit.log(contact_id, "call_asked", person.id)
        unit.commit()
    if dialling.call_caller(helpline, contact_id) is None:
        raise Conflict("they are on the line already")


def may_call(helpline: Helpline, contact_id: str) -> bool:
    """Whether the person who needs help may be called by their own word."""
    with helpline.database.read() as conn:
        return legs.may_be_rung(conn, contact_id)


def call_again(helpline: Helpline, leg: Leg) -> bool:
    """Ring the caller of this helper again; ``False`` where that is not safe or not theirs to do."""
    with helpline.database.read() as conn:
        person = volunteers.get_person(conn, leg.person_id or "")
    try:
        call(helpline, person, leg.contact_id)
    except NotAllowed:
        return False
    except Conflict:
        return legs_live(helpline, leg.contact_id)
    return True


def legs_live(helpline: Helpline, contact_id: str) -> bool:
    """Whether the caller is on the line, or being rung."""
    with helpline.database.read() as conn:
        return legs.caller(conn, contact_id) is not None


def listen_in(helpline: Helpline, person: Person, contact_id: str, mode: Mode) -> None:
    """A supervisor hears a call, is heard by the listener alone, or talks with both; one telephone, three seats.

    To talk they join first (:func:`hotline.flow.company.join`), which is said to the caller.
    """
    if Role.SUPERVISOR not in person.roles:
        raise NotAllowed("only a supervisor listens in")
    with UnitOfWork(helpline) as unit:
        mine = _held(unit, _own(unit, contact_id, person))
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state is not State.IN_CONVERSATION or legs.caller(unit.conn, contact_id) is None:
            raise Conflict("nobody is on the line")
        if person.id not in scene.takers(helpline, unit.conn):
            raise NoTelephone("this account takes no calls now")
        if mode is Mode.TALK and person.id not in {contact.owner_id, *beside.beside(unit.conn, contact_id)}:
            raise NotAllowed("join the conversation first")
        if mine is not None:
            switchboard.promise_seat(unit, legs.change(unit.conn, mine.id, mode=mode, round=mine.round + 1))
        elif _own(unit, contact_id, person) is not None:
            raise Conflict("your telephone is being rung already")
        else:
            switchboard.plan_helper(unit, contact, person.id, mode=mode)
        unit.log(contact_id, "listened_in", person.id, mode=mode)
        unit.tell_all(contact_id, "state")
        unit.commit()


def leave_line(helpline: Helpline, person: Person, contact_id: str) -> None:
    """Hang up one's own telephone; the conversation stays as it is. Saying it again is harmless."""
    with UnitOfWork(helpline) as unit:
        for leg in legs.of_contacts(unit.conn, [contact_id]).get(contact_id, []):
            if leg.party is Party.HELPER and leg.person_id == person.id:
                switchboard.promise_call(unit, leg, "hang_up")
        unit.commit()
