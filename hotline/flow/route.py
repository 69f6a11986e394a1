"""Give a contact its place in the queue and its ladder; without a place nobody is asked."""

from datetime import datetime, timedelta

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.domain.contact import Language, Level, State
from hotline.domain.ids import new_id
from hotline.domain.lifecycle import Step
from hotline.domain.records import Contact
from hotline.flow import escalate
from hotline.flow.helpline import Helpline
from hotline.flow.scene import AWAITING, candidates, within_reach
from hotline.flow.unit import UnitOfWork
from hotline.routing import company
from hotline.routing import store as routing
from hotline.routing.capacity import free_lanes
from hotline.routing.ladder import AlarmKind, rungs
from hotline.routing.policy import Lane, lane_for, queue_key
from hotline.routing.ranking import Candidate
from hotline.routing.store import Place
from hotline.volunteers import store as volunteers


def route(helpline: Helpline, contact_id: str) -> None:
    """Let an assessed contact wait for a human; does nothing when it already does."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state not in {State.RECEIVED, State.ASSESSED}:
            return
        enter_queue(unit, contact, step=Step.QUEUE, actor="machine")
        unit.commit()


def enter_queue(
    unit: UnitOfWork,
    contact: Contact,
    *,
    step: Step,
    actor: str,
    since: datetime | None = None,
    returned: bool = False,
) -> Contact:
    """Let a contact wait (again) from ``since``, with a fresh token, place and ladder, and nobody beside."""
    waiting_since = since or unit.now
    company.leave(unit.conn, unit.now, contact_id=contact.id)
    contact = unit.advance(
        contact,
        step,
        actor=actor,
        token=new_id(),
        owner_id=None,
        waiting_since=waiting_since,
        abandoned_at=None,
    )
    contact = place(unit, contact, since=waiting_since, returned=returned)
    if contact.position_shown is None:
        held = routing.get(unit.conn, contact.id)
        if held is not None:
            contacts.update_contact(unit.conn, contact.id, position_shown=routing.position(unit.conn, held))
    return contact


def place(unit: UnitOfWork, contact: Contact, *, since: datetime, returned: bool = False) -> Contact:
    """Write the contact's place by the policy, and start the ladder of its level under a fresh token."""
    contact = contacts.update_contact(unit.conn, contact.id, token=new_id())
    staffed = free_staff(unit, contact)
    before = routing.get(unit.conn, contact.id)
    clinician, crisis = Lane.CLINICAL in staffed, Lane.CRISIS in staffed
    routing.enter(
        unit.conn,
        Place(
            contact_id=contact.id,
            status="waiting",
            language=contact.language,
            lane=lane_for(contact.level, clinician_free=clinician, crisis_trained_free=crisis),
            severity=contact.level.rank,
            targets_missed=0,
            queue_key=queue_key(contact.level, 0, since),
            returned=returned or (before is not None and before.returned),
            owner_id=None,
            since=since,
        ),
    )
    for rung in rungs(contact.promise, contact.level, since):
        unit.timer(rung.kind, contact=contact, due_at=rung.due_at)
    if not staffed:
        _nobody(unit, contact)
    return contact


def _nobody(unit: UnitOfWork, contact: Contact) -> None:
    """Alarm that nobody here could serve this contact, unless such an alarm still stands."""
    if not routing.has_open_alarm(unit.conn, AlarmKind.NOBODY_ON_DUTY, contact.id):
        escalate.alarm(unit, AlarmKind.NOBODY_ON_DUTY, contact, token=f"nobody:{new_id()}")


def watch_empty_house(helpline: Helpline) -> int:
    """Alarm for everybody who waits while nobody here could serve them; gives how many wait so."""
    with helpline.database.read() as conn:
        here = candidates(helpline, conn, helpline.clock.now())
        on_calls, answering = legs.on_calls(conn), [one for one in here if one.channels is None]
        unserved = [
            place.contact_id
            for place in routing.waiting(conn)
            if not _staff_for(helpline, answering if place.contact_id in on_calls else here, place)
        ]
    alone = 0
    for contact_id in unserved:
        with UnitOfWork(helpline) as unit:
            contact = contacts.get_contact(unit.conn, contact_id)
            if contact.state in AWAITING and not free_staff(unit, contact):
                _nobody(unit, contact)
                alone += 1
                unit.commit()
    return alone


def _staff_for(helpline: Helpline, here: list[Candidate], place: Place) -> bool:
    level, language = list(Level)[place.severity], Language(place.language)
    return bool(free_lanes(helpline.routing, here, level, language))


def is_here(unit: UnitOfWork, person_id: str) -> bool:
    """Whether a listener is on duty and their desk is alive."""
    duty = volunteers.duty_of(unit.conn, person_id)
    alive_since = unit.now - timedelta(seconds=unit.helpline.routing.presence_lost_seconds)
    return duty is not None and duty.on_duty and duty.beat_at >= alive_since


def weigh(unit: UnitOfWork, contact: Contact) -> None:
    """Write a held contact's new severity, so that its listener's capacity counts it rightly."""
    routing.change(unit.conn, contact.id, severity=contact.level.rank)


def free_staff(unit: UnitOfWork, contact: Contact) -> frozenset[Lane]:
    """The lanes that somebody on duty could serve this contact in now; see :func:`routing.capacity.free_lanes`."""
    here = within_reach(unit.conn, contact.id, candidates(unit.helpline, unit.conn, unit.now))
    return free_lanes(unit.helpline.routing, here, contact.level, contact.language)
