"""Alarms, pages and the timers behind them: when nobody answers, somebody must be called, and that must be seen.

An alarm is raised once per (kind, token): a repeat carries the same token, so that one acknowledgement settles it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Language, Role, State
from hotline.domain.errors import Conflict, NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.flow import offer
from hotline.flow.helpline import Helpline
from hotline.flow.scene import AWAITING
from hotline.flow.unit import OnDoubt, UnitOfWork
from hotline.interventions import store as interventions
from hotline.routing import store as routing
from hotline.routing.ladder import COMPANY_ALARMS, AlarmKind, TimerKind, silence
from hotline.routing.policy import queue_key, widens_again, wider
from hotline.storage import feed, timers
from hotline.storage.timers import Timer
from hotline.volunteers import store as volunteers

WAITING_ALARMS = (
    AlarmKind.URGENT_WAITING,
    AlarmKind.TARGET_MISSED,
    AlarmKind.NOBODY_ON_DUTY,
    AlarmKind.URGENT_ABANDONED,
)
SILENCE_ALARMS = (AlarmKind.LISTENER_SILENT, AlarmKind.SEEKER_SILENT)
CALL_ALARMS = (AlarmKind.CALL_LOST, AlarmKind.CALL_ALONE)
TEXT_ALARMS = (AlarmKind.TEXT_UNDELIVERED, AlarmKind.TEXTS_STOPPED)
CONTACT_ALARMS = (
    AlarmKind.BLOCKED_RISK,
    *CALL_ALARMS,
    *TEXT_ALARMS,
    *WAITING_ALARMS,
    *SILENCE_ALARMS,
    *COMPANY_ALARMS,
    AlarmKind.CLOSING_OWED,
)
_ON_THE_BOARD = {
    AlarmKind.TARGET_MISSED,
    AlarmKind.MODEL_FAILING,
    AlarmKind.SECOND_READING_FAILING,
    AlarmKind.MODEL_DRIFT,
    AlarmKind.SEEKER_SILENT,
    AlarmKind.CLOSING_OWED,
    AlarmKind.ROTA_GAP,
    AlarmKind.REVIEW_OVERDUE,
    AlarmKind.FOLLOW_UP_OVERDUE,
    AlarmKind.CALL_LOST,
    AlarmKind.TEXT_UNDELIVERED,
    AlarmKind.TEXTS_STOPPED,
    AlarmKind.BLOCKED_RISK,
    AlarmKind.RECORDING_LOST,
}
_PAGING_IF_URGENT = {AlarmKind.TEXT_UNDELIVERED, AlarmKind.TEXTS_STOPPED}
"""Alarms that call somebody when a person in danger can no longer be reached."""
_PAGING = frozenset(AlarmKind) - _ON_THE_BOARD
"""Alarms that call somebody away from the page; the others stand on the board."""


@dataclass(frozen=True, slots=True)
class PageOrder:
    """What a carrier is asked: wake this person with these words. ``to_number`` is ``None`` where none was left."""

    page_id: str
    person_id: str
    to_number: str | None
    text: str
    language: Language


def alarm(
    unit: UnitOfWork, kind: AlarmKind, contact: Contact | None, *, token: str, everyone: bool = False
) -> str | None:
    """Raise an alarm within the act of ``unit``; call supervisors (or ``everyone`` on duty) where its kind calls.

    Gives the alarm's id, or ``None`` when this one was raised before.
    """
    contact_id = None if contact is None else contact.id
    alarm_id = routing.raise_alarm(unit.conn, kind, contact_id, token, unit.now)
    if alarm_id is None:
        return None
    if contact_id is not None:
        unit.log(contact_id, "alarm_raised", "machine", alarm=kind)
    unit.tell(feed.DESK, "alarm", alarm_id=alarm_id, contact_id=contact_id, alarm=kind)
    if kind in _PAGING or (kind in _PAGING_IF_URGENT and contact is not None and contact.level.urgent):
        call(unit, alarm_id, everyone=everyone, clinicians=kind is AlarmKind.RISK_RISING)
    return alarm_id


def call(unit: UnitOfWork, alarm_id: str, *, everyone: bool, clinicians: bool = False, further: bool = False) -> None:
    """Promise a page to supervisors on duty, to all supervisors when none is, or to everyone on duty as well.

    ``clinicians`` on duty are called beside them where a clinician should join; ``further`` calls every supervisor too,
    because somebody could not be reached.
    """
    alive_since = unit.now - timedelta(seconds=unit.helpline.routing.presence_lost_seconds)
    on_duty = {duty.person_id for duty in volunteers.on_duty(unit.conn, alive_since)}
    everybody = [p for p in volunteers.get_people(unit.conn).values() if p.disabled_at is None]
    supervisors = [p.id for p in everybody if Role.SUPERVISOR in p.roles]
    called = [person_id for person_id in supervisors if person_id in on_duty] or supervisors
    if clinicians:
        called = sorted({*called, *(p.id for p in everybody if Role.CLINICIAN in p.roles and p.id in on_duty)})
    if further:
        called = sorted({*called, *supervisors})
    if everyone:
        called = sorted({*called, *on_duty})
    for person_id in called:
        page_id = routing.add_page(unit.conn, alarm_id, person_id, unit.now)
        if page_id is not None:
            unit.promise("page", {"page_id": page_id}, dedupe_key=f"page:{page_id}", on_doubt=OnDoubt.REPEAT)


def fire(helpline: Helpline, timer: Timer) -> None:
    """Handle one timer whose moment has come; a stale one only marks itself as handled."""
    with UnitOfWork(helpline) as unit:
        if not timers.mark_fired(unit.conn, timer.id, unit.now):
            return
        if timer.contact_id is not None:
            contact = contacts.get_contact(unit.conn, timer.contact_id, lock=True)
            _look(unit, contact, timer)
        unit.commit()


def _look(unit: UnitOfWork, contact: Contact, timer: Timer) -> None:
    if timer.kind == TimerKind.COUNTERSIGN:
        _unsigned(unit, contact, timer.token)
    elif timer.kind == TimerKind.OFFER:
        offer.time_is_up(unit, contact, timer.token)
    elif timer.kind == TimerKind.HELP:
        _unanswered(unit, timer.token)
    elif timer.token != contact.token:
        return
    elif timer.kind == TimerKind.SILENCE:
        _silent(unit, contact)
    elif contact.state in AWAITING:
        _still_waiting(unit, contact, timer)


def _unanswered(unit: UnitOfWork, alarm_id: str) -> None:
    """Nobody came to a listener who called for help: everybody on duty and every supervisor is called."""
    raised = routing.get_alarm(unit.conn, alarm_id)
    if raised is not None and raised.acknowledged_at is None and raised.settled_at is None:
        call(unit, alarm_id, everyone=True, further=True)


def _still_waiting(unit: UnitOfWork, contact: Contact, timer: Timer) -> None:
    kind = AlarmKind.URGENT_WAITING if contact.level.urgent else AlarmKind.TARGET_MISSED
    if timer.kind == TimerKind.TARGET:
        _widen(unit, contact, timer)
    else:
        alarm(unit, kind, contact, token=f"{timer.kind}:{timer.token}", everyone=timer.kind == TimerKind.EVERYONE)


def _widen(unit: UnitOfWork, contact: Contact, timer: Timer) -> None:
    """A target was missed: the place rises one step (never above elevated) and the lane opens to more people."""
    row = routing.get(unit.conn, contact.id)
    if row is None:
        return
    missed, lane = row.targets_missed + 1, wider(row.lane)
    key = queue_key(contact.level, missed, row.since)
    routing.change(unit.conn, contact.id, targets_missed=missed, lane=lane, queue_key=key)
    unit.log(contact.id, "target_missed", "machine", lane=lane, times=missed)
    unit.tell_all(contact.id, "state")
    if widens_again(contact.level, lane, missed):
        wait = timedelta(seconds=contact.promise[contact.level.value]["target_seconds"])
        unit.timer(TimerKind.TARGET, contact=contact, due_at=timer.due_at + wait)


def watch_silence(unit: UnitOfWork, contact: Contact) -> None:
    """Look again when the one whose turn it is in an urgent conversation has been silent too long."""
    _, due_at = _whose_silence(unit, contact)
    unit.timer(TimerKind.SILENCE, contact=contact, due_at=max(due_at, unit.now))


def _whose_silence(unit: UnitOfWork, contact: Contact) -> tuple[AlarmKind, datetime]:
    policy, held = unit.helpline.routing, routing.get(unit.conn, contact.id)
    return silence(
        unanswered_since=contact.unanswered_since,
        listener_wrote_at=contact.listener_wrote_at,
        held_since=unit.now if held is None else held.since,
        limits=(
            timedelta(seconds=policy.listener_silence_seconds),
            timedelta(seconds=policy.seeker_silence_seconds),
        ),
    )


def _silent(unit: UnitOfWork, contact: Contact) -> None:
    if contact.state is not State.IN_CONVERSATION or not contact.level.urgent:
        return
    kind, due_at = _whose_silence(unit, contact)
    if legs.talking(unit.conn, contact.id):
        due_at = unit.now + timedelta(seconds=unit.helpline.routing.listener_silence_seconds)
    if due_at > unit.now:
        unit.timer(TimerKind.SILENCE, contact=contact, due_at=due_at)
        return
    alarm(unit, kind, contact, token=f"{contact.token}:{contact.last_number}")
    unit.timer(TimerKind.SILENCE, contact=contact, due_at=unit.now + timedelta(seconds=30))


def heard(unit: UnitOfWork, contact: Contact, author: Author) -> None:
    """Somebody wrote: end the alarm about their silence."""
    if contact.level.urgent:
        kind = AlarmKind.LISTENER_SILENT if author is Author.LISTENER else AlarmKind.SEEKER_SILENT
        settle(unit, contact, [kind])


def settle(unit: UnitOfWork, contact: Contact, kinds: Iterable[AlarmKind]) -> None:
    """End a contact's alarms of these kinds, because their cause is over."""
    if routing.settle_alarms(unit.conn, unit.now, contact_id=contact.id, kinds=kinds):
        unit.tell(feed.DESK, "alarm", contact_id=contact.id)


def _unsigned(unit: UnitOfWork, contact: Contact, dispatch_id: str) -> None:
    dispatch = interventions.get_dispatch(unit.conn, unit.keys, dispatch_id)
    if dispatch.countersigned_at is None:
        alarm(unit, AlarmKind.DISPATCH_UNSIGNED, contact, token=dispatch_id)


def call_lost(unit: UnitOfWork, contact: Contact) -> None:
    """The line of somebody in danger broke while they talked: a supervisor hears it beside the listener."""
    alarm(unit, AlarmKind.CALL_LOST, contact, token=f"call:{new_id()}")


def acknowledge(helpline: Helpline, person: Person, alarm_id: str) -> None:
    """A person takes an alarm; raises ``Conflict`` for the second one."""
    with UnitOfWork(helpline) as unit:
        raised = routing.get_alarm(unit.conn, alarm_id)
        if raised is None:
            raise NotFound("no such alarm")
        if not routing.acknowledge(unit.conn, alarm_id, person.id, unit.now):
            raise Conflict("somebody else has taken this alarm")
        if raised.contact_id is not None:
            unit.log(raised.contact_id, "alarm_acknowledged", person.id, alarm=raised.kind)
        unit.tell(feed.DESK, "alarm", alarm_id=alarm_id, contact_id=raised.contact_id)
        unit.commit()


def page_details(helpline: Helpline, page_id: str) -> PageOrder | None:
    """What to say to whom for a promised page; ``None`` when the alarm was acknowledged or ended meanwhile."""
    with helpline.database.read() as conn:
        page = routing.get_page(conn, page_id)
        raised = None if page is None else routing.get_alarm(conn, page.alarm_id)
        if page is None or raised is None or raised.acknowledged_at is not None or raised.settled_at is not None:
            return None
        person = volunteers.get_person(conn, page.person_id)
        contact = None if raised.contact_id is None else contacts.get_contact(conn, raised.contact_id)
        number = None
        if person.phone is not None:
            number = helpline.keys.unseal(conn, f"person:{person.id}", f"people.phone.{person.id}", person.phone)
    language = Language(person.languages[0]) if person.languages else Language.EN
    about = helpline.words.sentence(f"alarm_{raised.said}", language)
    text = f"{about} {contact.pseudonym}" if contact is not None else about
    return PageOrder(page_id, person.id, number, text, language)


def page_unreached(helpline: Helpline, page_id: str) -> None:
    """Somebody could not be reached: everybody else is called at once, unless the alarm was taken meanwhile.

    Nobody is called twice about one alarm, so that saying it again changes nothing.
    """
    with UnitOfWork(helpline) as unit:
        page = routing.get_page(unit.conn, page_id)
        raised = None if page is None else routing.get_alarm(unit.conn, page.alarm_id)
        if raised is not None and raised.acknowledged_at is None and raised.settled_at is None:
            call(unit, raised.id, everyone=True, further=True)
            unit.tell(feed.DESK, "alarm", page_id=page_id)
            unit.commit()


def page_outcome(helpline: Helpline, page_id: str, *, carrier: str, state: str) -> None:
    """Write what a carrier did (``sent``, ``silent``, ``failed``), so that the board shows it."""
    with UnitOfWork(helpline) as unit:
        routing.settle_page(unit.conn, page_id, carrier=carrier, state=state)
        unit.tell(feed.DESK, "alarm", page_id=page_id)
        unit.commit()


def closing_forms_owed(helpline: Helpline) -> int:
    """Alarm for conversations that ended long ago and whose closing form nobody filled in; gives how many."""
    limit = timedelta(seconds=helpline.routing.closing_owed_seconds)
    with helpline.database.read() as conn:
        found = contacts.in_states(conn, [State.WRAPPING_UP], limit=1000)
    owed = [c for c in found if c.ended_at is not None and helpline.clock.now() - c.ended_at > limit]
    for contact in owed:
        with UnitOfWork(helpline) as unit:
            alarm(unit, AlarmKind.CLOSING_OWED, contact, token=f"closing:{contact.token}")
            unit.commit()
    return len(owed)
