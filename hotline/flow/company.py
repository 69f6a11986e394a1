"""Somebody comes to a listener's side, or takes over; a listener left alone with a dying person is two people lost.

Whoever joins is announced to the seeker, reads and writes. The conversation keeps one listener who answers for it; when
that listener vanishes, whoever is beside them holds it.
"""

from datetime import timedelta

from hotline.contacts import store as contacts
from hotline.domain.contact import Role, State
from hotline.domain.errors import AtCapacity, Conflict, NotAllowed, OffDuty
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.flow import escalate, offer, reading_along, receive, route, scene
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import company
from hotline.routing import store as routing
from hotline.routing.ladder import COMPANY_ALARMS, AlarmKind, TimerKind
from hotline.routing.ranking import has_room
from hotline.routing.shadowings import Why
from hotline.storage import feed
from hotline.volunteers import store as volunteers

MINUTE = timedelta(minutes=1)


def ask_help(helpline: Helpline, person: Person, contact_id: str) -> None:
    """One key brings a supervisor: alarm and page at once; pressing again within the same minute changes nothing.

    When nobody has come after the time a listener may be silent, everybody on duty and every supervisor is called.
    """
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if not may_speak(unit, contact, person):
            raise NotAllowed("only who is in a conversation asks for help in it")
        if contact.state is not State.IN_CONVERSATION:
            raise Conflict("the conversation is over")
        unit.log(contact.id, "help_asked", person.id)
        raised = (
            None
            if _rings(unit, contact)
            else escalate.alarm(unit, AlarmKind.HELP_WANTED, contact, token=f"help:{new_id()}")
        )
        if raised is not None:
            due_at = unit.now + timedelta(seconds=helpline.routing.listener_silence_seconds)
            unit.timer(TimerKind.HELP, contact=contact, due_at=due_at, token=raised)
        unit.tell_all(contact.id, "state")
        unit.commit()


def _rings(unit: UnitOfWork, contact: Contact) -> bool:
    """Whether a call for help of the last minute still stands; one that somebody answered and left does not count."""
    return any(
        one.kind is AlarmKind.HELP_WANTED and one.contact_id == contact.id and unit.now - one.raised_at < MINUTE
        for one in routing.open_alarms(unit.conn)
    )


def join(helpline: Helpline, person: Person, contact_id: str) -> None:
    """Come to a listener's side: a supervisor at any time, a clinician where help is wanted or the risk has risen."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state is not State.IN_CONVERSATION or contact.owner_id == person.id:
            raise Conflict("there is no conversation to join, or it is your own")
        if not may_join(unit, contact, person):
            raise NotAllowed("a supervisor joins, or a clinician who is wanted")
        if person.id not in company.beside(unit.conn, contact.id):
            company.join(unit.conn, contact.id, person.id, unit.now)
            unit.log(contact.id, "joined", person.id)
            receive.say(unit, contact, "supervisor_joined")
        supervises = Role.SUPERVISOR in person.roles
        escalate.settle(unit, contact, COMPANY_ALARMS if supervises else [AlarmKind.HELP_WANTED])
        unit.tell_all(contact.id, "state")
        unit.commit()


def may_join(unit: UnitOfWork, contact: Contact, person: Person) -> bool:
    """Whether this person may come to the listener's side now."""
    if Role.SUPERVISOR in person.roles:
        return True
    wanted = any(routing.has_open_alarm(unit.conn, kind, contact.id) for kind in COMPANY_ALARMS)
    return Role.CLINICIAN in person.roles and wanted


def leave(helpline: Helpline, person: Person, contact_id: str) -> None:
    """Leave a conversation one had joined; saying it again is harmless."""
    with UnitOfWork(helpline) as unit:
        _leave(unit, person, contact_id)
        unit.commit()


def leave_everywhere(unit: UnitOfWork, person: Person) -> None:
    """Whoever goes or vanishes is beside nobody any more: a listener must not lean on an empty chair."""
    for contact_id in company.joined_by(unit.conn, person.id):
        _leave(unit, person, contact_id)


def _leave(unit: UnitOfWork, person: Person, contact_id: str) -> None:
    contact = contacts.get_contact(unit.conn, contact_id, lock=True)
    if company.leave(unit.conn, unit.now, contact_id=contact.id, person_id=person.id):
        unit.log(contact.id, "left_company", person.id)
        if contact.state is State.IN_CONVERSATION:
            receive.say(unit, contact, "companion_left", alias=person.alias)
        unit.tell_all(contact.id, "state")
        unit.tell(feed.person_topic(person.id), "state", contact_id=contact.id)


def take_over(helpline: Helpline, person: Person, contact_id: str) -> None:
    """A supervisor who has joined answers for the conversation from now on; the listener stays beside them.

    Raises ``OffDuty`` for one who is not on duty: the next sweep would take it from them again.
    """
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if Role.SUPERVISOR not in person.roles or person.id not in company.beside(unit.conn, contact.id):
            raise NotAllowed("a supervisor who has joined takes over")
        if contact.state is not State.IN_CONVERSATION:
            raise Conflict("the conversation is over")
        if not route.is_here(unit, person.id):
            raise OffDuty("go on duty first")
        if not _has_room(unit, contact, person.id):
            raise AtCapacity("no room for another conversation")
        pass_on(unit, contact, person, actor=person.id)
        unit.commit()


def _has_room(unit: UnitOfWork, contact: Contact, person_id: str) -> bool:
    return has_room(unit.helpline.routing, scene.load_of(unit.conn, person_id), contact.level)


def may_speak(unit: UnitOfWork, contact: Contact, person: Person) -> bool:
    """Whether this person is in the conversation: its listener, or beside them."""
    return contact.owner_id == person.id or person.id in company.beside(unit.conn, contact.id)


def still_there_key(contact: Contact) -> str:
    """The key of the question whether a listener is still there, the same until the seeker has an answer."""
    since = contact.unanswered_since
    return f"still:{contact.id}:{'' if since is None else since.isoformat(timespec='seconds')}"


def pass_on(unit: UnitOfWork, contact: Contact, to: Person, *, actor: str) -> Contact:
    """Let ``to`` answer for a conversation; who did so before stays beside until they leave."""
    before = contact.owner_id
    reading_along.end_by_itself(unit, contact, Why.HANDED_OVER)
    routing.hold_again(unit.conn, contact.id, to.id, unit.now)
    company.leave(unit.conn, unit.now, contact_id=contact.id, person_id=to.id)
    if before is not None and route.is_here(unit, before):
        company.join(unit.conn, contact.id, before, unit.now)
    contact = contacts.update_contact(unit.conn, contact.id, owner_id=to.id, token=new_id(), listener_wrote_at=None)
    unit.log(contact.id, "handed_over", actor, to=to.alias)
    offer.won(unit, contact, to)
    receive.say(unit, contact, "listener_changed", alias=to.alias)
    if contact.level.urgent:
        escalate.watch_silence(unit, contact)
    unit.tell_all(contact.id, "state")
    if before is not None:
        unit.tell(feed.person_topic(before), "state", contact_id=contact.id)
    return contact


def successor(unit: UnitOfWork, contact: Contact) -> Person | None:
    """Who is beside a listener who vanished, has room, and could answer for the conversation at once."""
    for person_id in company.beside(unit.conn, contact.id):
        if person_id != contact.owner_id and route.is_here(unit, person_id) and _has_room(unit, contact, person_id):
            return volunteers.get_person(unit.conn, person_id)
    return None
