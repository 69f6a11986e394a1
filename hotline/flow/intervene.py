"""What was done for a person: actions with their states, emergency calls, the closing form; planned is never done."""

from dataclasses import dataclass, field
from datetime import timedelta

from hotline.contacts import store as contacts
from hotline.domain.contact import ActionKind, ActionState, AskedDirectly, Outcome, Role, State
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed
from hotline.domain.ids import new_id
from hotline.domain.lifecycle import Step
from hotline.domain.records import Contact, Person
from hotline.flow import escalate, receive
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import store as interventions
from hotline.interventions.store import Action
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind, TimerKind

NOTE_LIMIT_CHARACTERS = 4000
SERVICES = frozenset({"police", "ambulance", "fire"})
BASES = frozenset({"act_in_progress", "consent", "imminent_unable"})
ARRIVALS = frozenset({"arrived", "not_found", "cancelled"})


@dataclass(frozen=True, slots=True)
class Done:
    """One line of a form: what, how far it came, and a note."""

    kind: ActionKind
    state: ActionState
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClosingForm:
    """How a contact ends. ``outcome`` is required; ``next_step`` is one thing in real life."""

    outcome: Outcome
    summary: str = ""
    next_step: str = ""
    asked: AskedDirectly | None = None
    actions: tuple[Done, ...] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class EmergencyCall:
    """A call to an emergency service: which one, on what grounds, and what of the person was disclosed."""

    service: str
    basis: str
    disclosed: str
    note: str = ""


def _held(unit: UnitOfWork, person: Person, contact_id: str) -> Contact:
    """The contact, its row held; only its listener or a supervisor may write what was done."""
    contact = contacts.get_contact(unit.conn, contact_id, lock=True)
    if contact.owner_id != person.id and Role.SUPERVISOR not in person.roles:
        raise NotAllowed("only the listener who holds a contact, or a supervisor, writes what was done")
    return contact


def _note(text: str, *, name: str = "note") -> str:
    if len(text) > NOTE_LIMIT_CHARACTERS:
        raise InvalidInput(f"a note holds at most {NOTE_LIMIT_CHARACTERS} characters", field=name)
    return text.strip()


def record_action(helpline: Helpline, person: Person, contact_id: str, done: Done) -> None:
    """Write one action and how far it came."""
    with UnitOfWork(helpline) as unit:
        contact = _held(unit, person, contact_id)
        if contact.state is State.CLOSED:
            raise Conflict("the contact is closed")
        _write_action(unit, contact, person, done)
        unit.tell_all(contact.id, "state")
        unit.commit()


def _write_action(unit: UnitOfWork, contact: Contact, person: Person, done: Done) -> None:
    action = Action(new_id(), unit.now, person.id, done.kind, done.state, _note(done.note))
    interventions.add_action(unit.conn, unit.keys, contact.id, action)
    unit.log(contact.id, "action_recorded", person.id, action=done.kind, state=done.state, note=action.note)


def record_asked(helpline: Helpline, person: Person, contact_id: str, asked: AskedDirectly, reason: str) -> None:
    """Write whether the person was asked about suicide in plain words; 'not asked' takes a reason."""
    if asked is AskedDirectly.NOT_ASKED and not reason.strip():
        raise InvalidInput("say why it was not asked", field="reason")
    with UnitOfWork(helpline) as unit:
        contact = _held(unit, person, contact_id)
        if contact.state is State.CLOSED:
            raise Conflict("the contact is closed")
        contacts.update_contact(unit.conn, contact.id, asked_directly=asked)
        unit.log(contact.id, "asked_directly", person.id, answer=asked, reason=_note(reason, name="reason"))
        unit.tell_all(contact.id, "state")
        unit.commit()


def dispatch(helpline: Helpline, person: Person, contact_id: str, emergency: EmergencyCall) -> str:
    """Record an emergency call; gives its id.

    With an act in progress the listener calls at once and the supervisor is alarmed in the same moment. On any other
    basis two people sign before the call.
    """
    if emergency.service not in SERVICES:
        raise InvalidInput("unknown service", field="service")
    if emergency.basis not in BASES:
        raise InvalidInput("unknown basis", field="basis")
    at_once = emergency.basis == "act_in_progress"
    with UnitOfWork(helpline) as unit:
        contact = _held(unit, person, contact_id)
        values = {
            "service": emergency.service,
            "basis": emergency.basis,
            "state": "called" if at_once else "asked",
            "by": person.id,
            "at": unit.now,
            "called_at": unit.now if at_once else None,
            "disclosed": _note(emergency.disclosed, name="disclosed"),
            "note": _note(emergency.note),
        }
        dispatch_id = interventions.add_dispatch(unit.conn, unit.keys, contact.id, values)
        unit.log(
            contact.id,
            "dispatch_called" if at_once else "dispatch_asked",
            person.id,
            dispatch_id=dispatch_id,
            service=emergency.service,
            basis=emergency.basis,
        )
        escalate.alarm(unit, AlarmKind.DISPATCH_UNSIGNED, contact, token=f"{dispatch_id}:now")
        limit = timedelta(seconds=helpline.routing.dispatch_countersign_seconds)
        unit.timer(TimerKind.COUNTERSIGN, contact=contact, due_at=unit.now + limit, token=dispatch_id)
        unit.tell_all(contact.id, "state")
        unit.commit()
    return dispatch_id


def countersign(helpline: Helpline, person: Person, dispatch_id: str, *, agree: bool) -> str:
    """A supervisor's answer to an emergency call; gives the contact's id. The caller cannot sign their own.

    Agreeing authorises a call that waits; the listener then makes and records it. Refusing a call in progress is kept
    as what it is, and its alarm stays until somebody takes it.
    """
    with UnitOfWork(helpline) as unit:
        found = interventions.get_dispatch(unit.conn, unit.keys, dispatch_id)
        if Role.SUPERVISOR not in person.roles or found.by == person.id:
            raise NotAllowed("a supervisor other than the caller signs")
        if found.countersigned_at is not None:
            raise Conflict("this call is answered already")
        state = found.state
        if state == "asked":
            state = "authorised" if agree else "refused"
        values = {"countersigned_by": person.id, "countersigned_at": unit.now, "agreed": agree, "state": state}
        interventions.update_dispatch(unit.conn, dispatch_id, **values)
        unit.log(found.contact_id, "dispatch_signed", person.id, dispatch_id=dispatch_id, agreed=agree)
        if agree or state == "refused":
            routing.settle_token(unit.conn, unit.now, AlarmKind.DISPATCH_UNSIGNED, dispatch_id)
        unit.tell_all(found.contact_id, "state")
        unit.commit()
    return found.contact_id


def record_call(helpline: Helpline, person: Person, dispatch_id: str) -> str:
    """The listener has made a call that two people signed; gives the contact's id."""
    with UnitOfWork(helpline) as unit:
        found = interventions.get_dispatch(unit.conn, unit.keys, dispatch_id)
        _held(unit, person, found.contact_id)
        if found.state != "authorised":
            raise Conflict("this call does not wait to be made")
        interventions.update_dispatch(unit.conn, dispatch_id, state="called", called_at=unit.now)
        unit.log(found.contact_id, "dispatch_called", person.id, dispatch_id=dispatch_id, service=found.service)
        unit.tell_all(found.contact_id, "state")
        unit.commit()
    return found.contact_id


def record_arrival(helpline: Helpline, person: Person, dispatch_id: str, *, outcome: str, note: str) -> str:
    """Record whether help *arrived*, not only that it was called; gives the contact's id."""
    if outcome not in ARRIVALS:
        raise InvalidInput("unknown outcome", field="outcome")
    with UnitOfWork(helpline) as unit:
        found = interventions.get_dispatch(unit.conn, unit.keys, dispatch_id)
        _held(unit, person, found.contact_id)
        if found.called_at is None:
            raise Conflict("the service was not called yet")
        arrived = unit.now if outcome == "arrived" else None
        interventions.update_dispatch(unit.conn, dispatch_id, state=outcome, arrived_at=arrived)
        unit.log(
            found.contact_id,
            "dispatch_outcome",
            person.id,
            dispatch_id=dispatch_id,
            outcome=outcome,
            note=_note(note),
        )
        unit.tell_all(found.contact_id, "state")
        unit.commit()
    return found.contact_id


def wrap_up(helpline: Helpline, person: Person, contact_id: str) -> None:
    """End the conversation and open the closing form; saying it again is harmless."""
    with UnitOfWork(helpline) as unit:
        contact = _held(unit, person, contact_id)
        if contact.state is State.IN_CONVERSATION:
            receive.say(unit, contact, "conversation_ended")
        unit.advance(contact, Step.WRAP_UP, actor=person.id, ended_at=contact.ended_at or unit.now)
        unit.commit()


def close(helpline: Helpline, person: Person, contact_id: str, form: ClosingForm) -> None:
    """Close with outcome and actions. An urgent contact that was abandoned takes a supervisor."""
    with UnitOfWork(helpline) as unit:
        contact = _held(unit, person, contact_id)
        if contact.state is State.IN_CONVERSATION:
            receive.say(unit, contact, "conversation_ended")
        for done in form.actions:
            _write_action(unit, contact, person, done)
        words = {"summary": _note(form.summary, name="summary"), "next_step": _note(form.next_step, name="next_step")}
        interventions.write_closing(unit.conn, unit.keys, contact.id, by=person.id, at=unit.now, form=words)
        unit.log(contact.id, "closed", person.id, outcome=form.outcome, asked=form.asked)
        routing.leave(unit.conn, contact.id)
        escalate.settle(unit, contact, escalate.CONTACT_ALARMS)
        asked = {} if form.asked is None else {"asked_directly": form.asked}
        unit.advance(
            contact,
            Step.CLOSE,
            actor=person.id,
            outcome=form.outcome,
            closed_at=unit.now,
            ended_at=contact.ended_at or unit.now,
            token=new_id(),
            **asked,
        )
        unit.commit()


def close_forgotten(helpline: Helpline, contact_id: str) -> None:
    """Close a contact that was left before anybody met it and is owed nothing more."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state is State.ABANDONED and not contact.level.urgent:
            unit.log(contact.id, "closed", "machine", outcome=Outcome.LEFT_EARLY)
            unit.advance(contact, Step.CLOSE, actor="machine", outcome=Outcome.LEFT_EARLY, closed_at=unit.now)
            unit.commit()
