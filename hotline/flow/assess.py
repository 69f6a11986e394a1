"""How worried are we? The machine may only raise a level; a person lowers an urgent one only together with a second.

The texts are judged between two units, never inside a transaction. When the model does not answer, the level is at
least ``elevated`` and a human is told.
"""

from datetime import timedelta

from hotline.contacts import store as contacts
from hotline.domain.contact import Level, Role, State, highest
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, SecondPersonNeeded
from hotline.domain.ids import new_id
from hotline.domain.lifecycle import Step
from hotline.domain.records import Contact, Person
from hotline.domain.risk import Judgement
from hotline.flow import escalate, receive, route
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing.ladder import AlarmKind
from hotline.triage import store as triage
from hotline.triage.store import LevelRequest

EXPIRES_AFTER = timedelta(hours=24)
MACHINE = "machine"
BROKEN = Judgement(level=Level.ELEVATED, risk=None, urgency=None, failure="judging raised an error")


def assess(helpline: Helpline, contact_id: str, *, broken: bool = False) -> Level:
    """Judge the whole conversation and write the result; gives the level the contact stands at now.

    ``broken`` says that judging itself just failed: then nobody is asked, and the level is at least ``elevated``.
    """
    with helpline.database.read() as conn:
        settled = contacts.get_contact(conn, contact_id).settled_number
        said = [one for one in contacts.seeker_texts(conn, helpline.keys, contact_id) if one.number > settled]
    judgement = BROKEN if broken else _judge(helpline, [message.text for message in said])
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state is State.CLOSED:
            return contact.level
        level = _write(unit, contact, judgement, said[-1].number if said else 0)
        if judgement.failure is not None:
            escalate.alarm(unit, AlarmKind.MODEL_FAILING, None, token=f"{judgement.model}:{unit.now:%Y%m%d%H}")
        unit.commit()
    return level


def _judge(helpline: Helpline, texts: list[str]) -> Judgement:
    """A silent opening is judged as unknown: elevated, and a human looks."""
    if not texts:
        return Judgement(level=Level.ELEVATED, risk=None, urgency=None, model="none", policy="silent opening")
    return helpline.assessor.judge(texts)


def _write(unit: UnitOfWork, contact: Contact, judgement: Judgement, number: int) -> Level:
    first = contact.state is State.RECEIVED
    level = judgement.level if first else highest(contact.level, judgement.level)
    if judgement.failure is not None:
        level = highest(level, Level.ELEVATED)
    about = {"message_number": number, "made_by": MACHINE, "at": unit.now, "expires_at": unit.now + EXPIRES_AFTER}
    triage.add_assessment(unit.conn, unit.keys, contact.id, judgement, about=about)
    judged = max(number, contact.judged_number)
    if first:
        contact = unit.advance(contact, Step.ASSESS, actor=MACHINE, level=level, judged_number=judged)
        unit.log(contact.id, "assessed", MACHINE, level=level, model=judgement.model, failure=judgement.failure)
        _speak_to_danger(unit, contact, before=Level.INFORMATION)
        return level
    contact = contacts.update_contact(unit.conn, contact.id, judged_number=judged)
    if level != contact.level:
        unit.log(contact.id, "level_raised", MACHINE, before=contact.level, after=level, model=judgement.model)
        change_level(unit, contact, level)
    return level


def change_level(unit: UnitOfWork, contact: Contact, level: Level) -> Contact:
    """Let a contact stand at ``level`` from now on, with everything that follows for queue, ladder and alarms."""
    before = contact.level
    contact = contacts.update_contact(unit.conn, contact.id, level=level)
    unit.tell_all(contact.id, "state")
    if level.rank > before.rank:
        triage.void_requests(unit.conn, contact.id, unit.now)
    _speak_to_danger(unit, contact, before=before)
    if contact.state is State.WAITING:
        contact = route.place(unit, contact, since=contact.waiting_since or unit.now)
    elif contact.state in {State.IN_CONVERSATION, State.WRAPPING_UP}:
        route.weigh(unit, contact)
        if level.urgent and level.rank > before.rank:
            escalate.alarm(unit, AlarmKind.RISK_RISING, contact, token=f"rising:{new_id()}")
        if level.urgent and not before.urgent:
            escalate.watch_silence(unit, contact)
    return contact


def _speak_to_danger(unit: UnitOfWork, contact: Contact, *, before: Level) -> None:
    """Once a contact is urgent and nobody is there yet: safety first, and where the person is, never as a condition."""
    if contact.level.urgent and not before.urgent and contact.owner_id is None:
        receive.say(unit, contact, "acknowledgement_urgent")
        receive.say(unit, contact, "asked_place")


def set_level(helpline: Helpline, person: Person, contact_id: str, level: Level, reason: str) -> None:
    """A person's own judgement.

    Raising takes one person. Lowering takes a reason, and from an urgent level a second person: the wish is recorded
    and ``SecondPersonNeeded`` is raised.
    """
    reason = reason.strip()[:2000]
    if not reason:
        raise InvalidInput("a reason is needed", field="reason")
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        _check_may_judge(contact, person)
        if level.rank >= contact.level.rank or not contact.level.urgent:
            _apply(unit, contact, level, by=person.id, reason=reason)
            unit.commit()
            return
        as_supervisor = contact.owner_id != person.id
        request = LevelRequest(new_id(), level, reason, person.id, as_supervisor, unit.now)
        triage.ask_lowering(unit.conn, unit.keys, contact.id, request)
        unit.log(contact.id, "lowering_asked", person.id, before=contact.level, to=level, reason=reason)
        unit.tell_all(contact.id, "state")
        unit.commit()
    raise SecondPersonNeeded("lowering an urgent level waits for a second person")


def countersign(helpline: Helpline, person: Person, contact_id: str, *, agree: bool) -> None:
    """The second person's word on a wish to lower; listener and supervisor must be two people."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        _check_may_judge(contact, person)
        request = triage.open_request(unit.conn, unit.keys, contact_id)
        if request is None:
            raise Conflict("nobody asks for a lower level")
        if not request.may_be_signed_by(
            person.id, supervises=Role.SUPERVISOR in person.roles, owner_id=contact.owner_id
        ):
            raise NotAllowed("the second person must be the other one of listener and supervisor")
        triage.answer_request(unit.conn, request.id, by=person.id, agreed=agree, now=unit.now)
        unit.log(contact.id, "lowering_answered", person.id, agreed=agree, to=request.to_level)
        if agree:
            _apply(unit, contact, request.to_level, by=person.id, reason=request.reason)
        unit.tell_all(contact.id, "state")
        unit.commit()


def _check_may_judge(contact: Contact, person: Person) -> None:
    if contact.owner_id != person.id and Role.SUPERVISOR not in person.roles:
        raise NotAllowed("only the listener who holds a contact, or a supervisor, judges its level")
    if contact.state is State.CLOSED:
        raise Conflict("the contact is closed")


def _apply(unit: UnitOfWork, contact: Contact, level: Level, *, by: str, reason: str) -> None:
    judgement = Judgement(level=level, risk=None, urgency=None, model="human", policy=unit.helpline.routing.version)
    about = {
        "message_number": contact.last_number,
        "made_by": by,
        "reason": reason,
        "at": unit.now,
        "expires_at": unit.now + EXPIRES_AFTER,
    }
    triage.add_assessment(unit.conn, unit.keys, contact.id, judgement, about=about)
    contact = contacts.update_contact(unit.conn, contact.id, settled_number=contact.last_number)
    unit.log(contact.id, "level_set", by, before=contact.level, after=level, reason=reason)
    change_level(unit, contact, level)
