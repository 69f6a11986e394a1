"""A listener takes a contact, or loses it; exactly one person holds a contact, and nobody is left unheld."""

from datetime import datetime, timedelta

from hotline.contacts import store as contacts
from hotline.domain.contact import Level, State
from hotline.domain.errors import AlreadyClaimed, AtCapacity, Conflict, NotAllowed, NotFound, OffDuty
from hotline.domain.ids import new_id
from hotline.domain.lifecycle import Step
from hotline.domain.records import Contact, Person
from hotline.flow import escalate, receive, route
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.routing.policy import Lane, Stage, lanes_of, room_for
from hotline.routing.store import Place
from hotline.storage import feed
from hotline.volunteers import store as volunteers


class NobodyWaiting(NotFound):
    """Nobody this listener may serve waits now."""

    code = "nobody_waiting"


def claim(helpline: Helpline, person: Person, contact_id: str) -> None:
    """Take this waiting contact.

    Raises ``OffDuty``, ``AtCapacity``, ``NotAllowed`` (it still waits for somebody with other training) or
    ``AlreadyClaimed`` with the alias of who has it.
    """
    with UnitOfWork(helpline) as unit:
        lanes = _ready(unit, person)
        waiting = routing.get(unit.conn, contact_id)
        if waiting is None:
            raise NotFound("no such contact")
        if waiting.status == "waiting":
            _check_fits(unit, person, waiting, lanes)
        taken = routing.claim(unit.conn, contact_id, person.id, unit.now)
        if taken is None:
            raise _lost(unit, person, contact_id)
        _begin(unit, person, taken)
        unit.commit()


def claim_next(helpline: Helpline, person: Person) -> str:
    """Take the first waiting contact this listener may serve; gives its id.

    Raises ``OffDuty``, ``AtCapacity`` or ``NobodyWaiting``.
    """
    with UnitOfWork(helpline) as unit:
        lanes = _ready(unit, person)
        held, urgent = routing.load_of(unit.conn, [person.id])[person.id]
        policy = helpline.routing
        if not room_for(policy, held=held, held_urgent=urgent, level=Level.ROUTINE):
            raise AtCapacity("no room for another conversation")
        roomy = room_for(policy, held=held, held_urgent=urgent, level=Level.IMMINENT)
        taken = routing.claim_next(
            unit.conn,
            person.id,
            languages=person.languages,
            lanes=lanes,
            below_severity=None if roomy else Level.HIGH.rank,
            now=unit.now,
        )
        if taken is None:
            raise NobodyWaiting("nobody waits for you now")
        _begin(unit, person, taken)
        unit.commit()
    return taken.contact_id


def _ready(unit: UnitOfWork, person: Person) -> frozenset[Lane]:
    """The lanes of a person on duty; their presence row is held, so that two claims of one person cannot race."""
    duty = volunteers.duty_of(unit.conn, person.id, lock=True)
    alive_since = unit.now - timedelta(seconds=unit.helpline.routing.presence_lost_seconds)
    if duty is None or not duty.on_duty or duty.beat_at < alive_since:
        raise OffDuty("go on duty first")
    return lanes_of(person.roles, Stage(person.stage))


def _check_fits(unit: UnitOfWork, person: Person, waiting: Place, lanes: frozenset[Lane]) -> None:
    if waiting.lane not in lanes:
        raise NotAllowed("this contact waits for somebody with other training")
    held, urgent = routing.load_of(unit.conn, [person.id])[person.id]
    level = list(Level)[waiting.severity]
    if not room_for(unit.helpline.routing, held=held, held_urgent=urgent, level=level):
        raise AtCapacity("no room for another conversation")


def _lost(unit: UnitOfWork, person: Person, contact_id: str) -> AlreadyClaimed:
    held = routing.get(unit.conn, contact_id)
    if held is None or held.owner_id is None:
        return AlreadyClaimed("this contact does not wait any more")
    if held.owner_id == person.id:
        return AlreadyClaimed("you hold this contact already", by=person.alias)
    return AlreadyClaimed("somebody else was first", by=volunteers.get_person(unit.conn, held.owner_id).alias)


def _begin(unit: UnitOfWork, person: Person, taken: Place) -> None:
    contact = contacts.get_contact(unit.conn, taken.contact_id, lock=True)
    contact = unit.advance(
        contact,
        Step.CLAIM,
        actor=person.id,
        owner_id=person.id,
        token=new_id(),
        accepted_at=contact.accepted_at or unit.now,
        listener_wrote_at=None,
    )
    escalate.settle(unit, contact, escalate.WAITING_ALARMS)
    key = "listener_changed" if taken.returned else "listener_joined"
    receive.say(unit, contact, key, alias=person.alias)
    if contact.level.urgent:
        escalate.watch_silence(unit, contact)


def release(helpline: Helpline, person: Person, contact_id: str) -> None:
    """Give a contact back to the queue with its history; the seeker keeps the place of the first wait."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.owner_id != person.id:
            raise NotAllowed("another listener holds this conversation")
        if contact.state is not State.IN_CONVERSATION:
            raise Conflict("the conversation is over")
        _return(unit, contact, actor=person.id, said="listener_released")
        unit.commit()


def _return(unit: UnitOfWork, contact: Contact, *, actor: str, said: str = "listener_vanished") -> None:
    escalate.settle(unit, contact, escalate.SILENCE_ALARMS)
    receive.say(unit, contact, said)
    route.enter_queue(
        unit,
        contact,
        step=Step.RETURN_TO_QUEUE,
        actor=actor,
        since=contact.waiting_since,
        returned=True,
    )


def go(helpline: Helpline, person: Person, *, on_duty: bool) -> None:
    """Go on or off duty. Going off duty with open conversations is refused, so that nobody is left unheld."""
    with UnitOfWork(helpline) as unit:
        if not on_duty and any(c.state is State.IN_CONVERSATION for c in contacts.held_by(unit.conn, person.id)):
            raise Conflict("close or give back your conversations first")
        if on_duty and not lanes_of(person.roles, Stage(person.stage)):
            raise NotAllowed("this account does not listen")
        volunteers.set_duty(unit.conn, person.id, unit.now, on_duty=on_duty)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="on_duty" if on_duty else "off_duty")
        if on_duty:
            routing.settle_everywhere(unit.conn, unit.now, AlarmKind.NOBODY_ON_DUTY)
        unit.tell(feed.DESK, "state", person_id=person.id)
        unit.commit()


def beat(helpline: Helpline, person: Person) -> bool:
    """A sign of life of a listener's desk; ``False`` when the person is not on duty."""
    with UnitOfWork(helpline) as unit:
        alive = volunteers.beat(unit.conn, person.id, unit.now)
        unit.commit()
    return alive


def let_go_of_vanished(helpline: Helpline) -> int:
    """Take listeners without a sign of life off duty and let their contacts wait again; gives how many contacts."""
    silent_since = helpline.clock.now() - timedelta(seconds=helpline.routing.presence_lost_seconds)
    with helpline.database.read() as conn:
        gone = volunteers.vanished(conn, silent_since)
    returned = sum(_let_go(helpline, duty.person_id, silent_since) for duty in gone)
    return returned + _unhold_stranded(helpline)


def _unhold_stranded(helpline: Helpline) -> int:
    """Conversations whose listener is not here, whatever their presence says, wait again."""
    returned = 0
    with helpline.database.read() as conn:
        held = contacts.in_states(conn, [State.IN_CONVERSATION], limit=5000)
    for owner_id in {contact.owner_id for contact in held if contact.owner_id}:
        with UnitOfWork(helpline) as unit:
            if route.is_here(unit, owner_id):
                continue
            for contact in contacts.held_by(unit.conn, owner_id):
                if contact.state is State.IN_CONVERSATION:
                    _return(unit, contact, actor="machine")
                    returned += 1
            unit.commit()
    return returned


def _let_go(helpline: Helpline, person_id: str, silent_since: datetime) -> int:
    returned = 0
    with UnitOfWork(helpline) as unit:
        duty = volunteers.duty_of(unit.conn, person_id, lock=True)
        if duty is None or not duty.on_duty or duty.beat_at >= silent_since:
            return 0
        volunteers.set_duty(unit.conn, person_id, unit.now, on_duty=False)
        volunteers.note(unit.conn, unit.now, actor_id="machine", kind="vanished", person_id=person_id)
        for held in contacts.held_by(unit.conn, person_id):
            contact = contacts.get_contact(unit.conn, held.id, lock=True)
            if contact.state is State.IN_CONVERSATION and contact.owner_id == person_id:
                _return(unit, contact, actor="machine")
                returned += 1
        unit.tell(feed.DESK, "state", person_id=person_id)
        unit.commit()
    return returned
