"""Somebody in training reads a live conversation along; a person in need is no lesson, so four people must agree.

A supervisor allows it, the listener agrees, the person is told and may say no, and whoever reads along only reads. It
ends by itself as soon as the level is urgent, another listener takes over, or the conversation is over.
"""

from hotline.contacts import store as contacts
from hotline.domain.contact import Role, State
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed
from hotline.domain.records import Contact, Person
from hotline.flow import receive
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import shadowings
from hotline.routing.policy import LEARNING, Stage
from hotline.routing.shadowings import Shadowing, Why
from hotline.storage import feed
from hotline.volunteers import store as volunteers


def may_learn(person: Person) -> bool:
    """Whether this person is a volunteer in training."""
    return Role.VOLUNTEER in person.roles and Stage(person.stage) in LEARNING and person.disabled_at is None


def allow(helpline: Helpline, supervisor: Person, contact_id: str, person_id: str) -> None:
    """Let somebody in training read along, once the listener agrees.

    Raises ``Conflict`` for an urgent contact, one that is not talked with, one whose person said no, or where somebody
    reads along already; ``InvalidInput`` for anybody who is not in training.
    """
    if Role.SUPERVISOR not in supervisor.roles:
        raise NotAllowed("a supervisor allows reading along")
    with UnitOfWork(helpline) as unit:
        contact = _readable(unit, contact_id)
        learner = volunteers.get_person(unit.conn, person_id)
        if not may_learn(learner) or learner.id == contact.owner_id:
            raise InvalidInput("only volunteers in training read along", field="person_id")
        if shadowings.open_in(unit.conn, contact.id) is not None:
            raise Conflict("somebody reads along already")
        shadowings.ask(unit.conn, contact.id, learner.id, by=supervisor.id, now=unit.now)
        unit.log(contact.id, "shadowing_allowed", supervisor.id, to=learner.alias)
        _tell(unit, contact, learner.id)
        unit.commit()


def _readable(unit: UnitOfWork, contact_id: str) -> Contact:
    """A contact that somebody may read along in, its row held."""
    contact = contacts.get_contact(unit.conn, contact_id, lock=True)
    if contact.state is not State.IN_CONVERSATION or contact.level.urgent:
        raise Conflict("nobody reads along in an urgent contact, or where nobody talks")
    if shadowings.refused(unit.conn, [contact.id, contact.follows_contact_id or contact.id]):
        raise Conflict("this person does not want it")
    return contact


def _tell(unit: UnitOfWork, contact: Contact, learner_id: str) -> None:
    unit.tell_all(contact.id, "state")
    unit.tell(feed.person_topic(learner_id), "state", contact_id=contact.id)


def answer(helpline: Helpline, listener: Person, contact_id: str, *, agree: bool) -> None:
    """The listener's own word; with a yes the person is told at once, and may say no at any time."""
    with UnitOfWork(helpline) as unit:
        contact = _readable(unit, contact_id)
        asked = shadowings.open_in(unit.conn, contact.id)
        if contact.owner_id != listener.id:
            raise NotAllowed("only the listener of a conversation answers")
        if asked is None or asked.agreed_at is not None:
            raise Conflict("nothing is asked")
        if agree:
            shadowings.agree(unit.conn, asked.id, unit.now)
            unit.log(contact.id, "shadowing_agreed", listener.id)
            receive.say(unit, contact, "shadowing_began")
            _tell(unit, contact, asked.person_id)
        else:
            _end(unit, contact, asked, Why.DECLINED, actor=listener.id)
        unit.commit()


def stop(helpline: Helpline, person: Person, contact_id: str) -> None:
    """End it: whoever reads along, the listener, or a supervisor; saying it again is harmless."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        found = shadowings.open_in(unit.conn, contact.id)
        theirs = found is not None and person.id in {found.person_id, contact.owner_id}
        if not theirs and Role.SUPERVISOR not in person.roles:
            raise NotAllowed("you are not part of this conversation")
        if found is not None:
            _end(unit, contact, found, Why.STOPPED, actor=person.id)
            unit.commit()


def refuse(helpline: Helpline, contact: Contact) -> None:
    """The person's own no: it ends at once, for this conversation and the one that follows it."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact.id, lock=True)
        if shadowings.refused(unit.conn, [contact.id]):
            return
        shadowings.refuse(unit.conn, contact.id)
        unit.log(contact.id, "shadowing_refused", "seeker")
        found = shadowings.open_in(unit.conn, contact.id)
        if found is not None:
            _end(unit, contact, found, Why.REFUSED, actor="seeker")
        unit.tell_all(contact.id, "state")
        unit.commit()


def end_by_itself(unit: UnitOfWork, contact: Contact, why: Why) -> None:
    """End it within another act: the level is urgent, another listener took over, or it is over."""
    found = shadowings.open_in(unit.conn, contact.id)
    if found is not None:
        _end(unit, contact, found, why, actor="machine")


def _end(unit: UnitOfWork, contact: Contact, found: Shadowing, why: Why, *, actor: str) -> None:
    shadowings.end(unit.conn, found.id, why, unit.now)
    unit.log(contact.id, "shadowing_ended", actor, reason=why.value)
    if found.agreed_at is not None and contact.state is State.IN_CONVERSATION:
        receive.say(unit, contact, "shadowing_ended")
    _tell(unit, contact, found.person_id)
