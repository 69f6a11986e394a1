"""Calls to emergency services: at once when an act is in progress, else signed by two people; arrival is recorded."""

from dataclasses import dataclass
from datetime import timedelta

from hotline.domain.contact import Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed
from hotline.domain.records import Contact, Person
from hotline.flow import escalate, owed
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import held, short_note
from hotline.flow.unit import UnitOfWork
from hotline.interventions import addresses, drafts
from hotline.interventions import store as interventions
from hotline.interventions.addresses import Opening
from hotline.interventions.drafts import Form
from hotline.interventions.rubric import Why
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind, TimerKind

SERVICES = frozenset({"police", "ambulance", "fire"})
BASES = frozenset({"act_in_progress", "consent", "imminent_unable"})
ARRIVALS = frozenset({"arrived", "not_found", "cancelled"})


@dataclass(frozen=True, slots=True)
class EmergencyCall:
    """A call to an emergency service: which one, on what grounds, and what of the person was disclosed.

    ``address`` asks with it for the sealed network address (:mod:`hotline.flow.address`).
    """

    service: str
    basis: str
    disclosed: str
    note: str = ""
    address: bool = False


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
        contact = held(unit, person, contact_id)
        values = {
            "service": emergency.service,
            "basis": emergency.basis,
            "state": "called" if at_once else "asked",
            "by": person.id,
            "at": unit.now,
            "called_at": unit.now if at_once else None,
            "disclosed": short_note(emergency.disclosed, name="disclosed"),
            "note": short_note(emergency.note),
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
        drafts.sent(unit.conn, contact.id, person.id, Form.DISPATCH)
        if emergency.address:
            addresses.ask(unit.conn, Opening(dispatch_id, contact.id, person.id, unit.now))
            unit.log(contact.id, "address_asked", person.id, dispatch_id=dispatch_id)
        _call_a_second_person(unit, contact, dispatch_id)
        unit.tell_all(contact.id, "state")
        unit.commit()
    return dispatch_id


def _call_a_second_person(unit: UnitOfWork, contact: Contact, dispatch_id: str) -> None:
    """A supervisor is alarmed in the same moment, and again when nobody has signed in time; it is read again later."""
    escalate.alarm(unit, AlarmKind.DISPATCH_UNSIGNED, contact, token=f"{dispatch_id}:now")
    limit = timedelta(seconds=unit.helpline.routing.dispatch_countersign_seconds)
    unit.timer(TimerKind.COUNTERSIGN, contact=contact, due_at=unit.now + limit, token=dispatch_id)
    owed.ask_for(unit, contact.id, Why.DISPATCH)


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
        held(unit, person, found.contact_id)
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
        held(unit, person, found.contact_id)
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
            note=short_note(note),
        )
        unit.tell_all(found.contact_id, "state")
        unit.commit()
    return found.contact_id
