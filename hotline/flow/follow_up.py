"""Somebody who agreed is asked again how they are: after a day, a week, a month and later, a few tries each.

Nothing is arranged without the person's consent to it, and every talk asks for the next one anew. The number lies in
the vault until the last follow-up has ended. What slips is an alarm, not a forgotten row.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog

from hotline.contacts import consents, follow_ups, policy
from hotline.contacts import store as contacts
from hotline.contacts.aftercare import FollowUpState
from hotline.contacts.consents import Consent
from hotline.contacts.follow_ups import Attempt, FollowUp
from hotline.domain.contact import ConsentKind, FollowUpResult, Role, State
from hotline.domain.errors import AlreadyClaimed, Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.flow import escalate, intervene
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import drafts
from hotline.interventions.drafts import Form
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.volunteers import store as volunteers

MOST_AT_ONCE = 2000
KIND = "follow_up"
"""Under which the vault keeps the number."""
EARLIER_CONTACTS = 50
"""How far back a person's no reaches; nobody has been seen to come back so often."""
FOLLOWERS = frozenset({Role.CLINICIAN, Role.SUPERVISOR})

_log = structlog.get_logger(__name__)


class NoConsent(Conflict):
    """The person has not agreed to be contacted again."""

    code = "follow_up_consent"


@dataclass(frozen=True, slots=True)
class Reach:
    """How somebody may be reached later: a number as typed, and their own three answers."""

    phone: str
    safe_to_call: bool
    safe_to_text: bool
    safe_to_leave_message: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a try; ``again`` is the person's word on being asked the next time, silence is no."""

    result: FollowUpResult
    note: str = ""
    again: bool = False


def arrange(helpline: Helpline, person: Person, contact_id: str, reach: Reach) -> None:
    """Plan every follow-up from now on, in place of those of earlier contacts; again only replaces number and answers.

    Raises ``NoConsent``, ``InvalidInput`` (field ``phone`` or ``safe``), and ``Conflict`` once closed.
    """
    if not (reach.safe_to_call or reach.safe_to_text):
        raise InvalidInput("neither a call nor a text is safe", field="safe")
    with UnitOfWork(helpline) as unit:
        contact = intervene.held(unit, person, contact_id)
        if contact.state is State.CLOSED:
            raise Conflict("the contact is closed")
        agreed = consents.newest(unit.conn, contact_id).get(ConsentKind.FOLLOW_UP)
        if agreed is None or not agreed.given:
            raise NoConsent("the person has not agreed")
        number = policy.clean_phone(reach.phone, contact.region)
        contacts.keep_identity(unit.conn, unit.keys, contact_id, KIND, number, unit.now)
        answers = {name: getattr(reach, name) for name in ("safe_to_call", "safe_to_text", "safe_to_leave_message")}
        planned = [one for one in follow_ups.of_contact(unit.conn, contact_id) if one.state is FollowUpState.OPEN]
        for one in planned:
            follow_ups.change(unit.conn, one.id, **answers)
        if not planned:
            moments = helpline.follow_up.moments(unit.now)
            made = [
                FollowUp(new_id(), contact_id, step, at, at, FollowUpState.OPEN, 0, by=person.id, **answers)
                for step, at in moments.items()
            ]
            follow_ups.add(unit.conn, made)
        cancel_chain(unit, contact, itself=False)
        drafts.sent(unit.conn, contact_id, person.id, Form.FOLLOW_UPS)
        unit.log(contact_id, "follow_ups_arranged", person.id)
        unit.tell_all(contact_id, "state")
        unit.commit()


def open_number(helpline: Helpline, person: Person, follow_up_id: str) -> tuple[str, str]:
    """The number of a follow-up that is due, in clear, with the contact's id; logged first. Clinicians and supervisors.

    Whoever opened it is calling. Raises ``AlreadyClaimed`` while somebody else is, ``Conflict`` before it is due or
    once it has ended.
    """
    with UnitOfWork(helpline) as unit:
        found = _due(unit, person, follow_up_id)
        number = contacts.open_identity(unit.conn, unit.keys, found.contact_id, KIND)
        if number is None:
            raise NotFound("no number is kept")
        follow_ups.change(unit.conn, found.id, taken_by=person.id, taken_at=unit.now)
        unit.log(found.contact_id, "follow_up_opened", person.id, step=found.step)
        unit.commit()
    return number, found.contact_id


def note_attempt(helpline: Helpline, person: Person, follow_up_id: str, tried: Tried) -> FollowUpState:
    """Write what became of a try; gives how the follow-up stands. A no to the next one ends them all.

    Raises ``AlreadyClaimed`` while somebody else is calling, ``Conflict`` before it is due, once it has ended, or for
    giving up before enough tries.
    """
    with UnitOfWork(helpline) as unit:
        found = _due(unit, person, follow_up_id)
        gives_up = tried.result is FollowUpResult.GIVEN_UP
        if gives_up and found.attempts < helpline.follow_up.attempts_least:
            raise Conflict("not tried often enough")
        number = found.attempts + (0 if gives_up else 1)
        if not gives_up:
            note = intervene.short_note(tried.note)
            attempt = Attempt(found.id, number, unit.now, person.id, tried.result, note)
            follow_ups.add_attempt(unit.conn, unit.keys, found.contact_id, attempt)
        state = helpline.follow_up.after(tried.result, number)
        ended = None if state is FollowUpState.OPEN else unit.now
        next_at = unit.now + helpline.follow_up.retry if ended is None else found.next_at
        now = {"state": state, "attempts": number, "next_at": next_at, "ended_at": ended}
        follow_ups.change(unit.conn, found.id, **now, taken_by=None, taken_at=None)
        unit.log(found.contact_id, "follow_up_tried", person.id, step=found.step, result=tried.result)
        routing.settle_token(unit.conn, unit.now, AlarmKind.FOLLOW_UP_OVERDUE, found.id)
        if tried.result is FollowUpResult.NOT_WANTED or (tried.result is FollowUpResult.REACHED and not tried.again):
            _take_back(unit, found.contact_id, person)
        end_if_over(unit, found.contact_id)
        unit.tell_all(found.contact_id, "state")
        unit.commit()
    return state


def _due(unit: UnitOfWork, person: Person, follow_up_id: str) -> FollowUp:
    if not person.roles & FOLLOWERS:
        raise NotAllowed("clinicians and supervisors follow up")
    contacts.get_contact(unit.conn, follow_ups.get(unit.conn, follow_up_id).contact_id, lock=True)
    found = follow_ups.get(unit.conn, follow_up_id, lock=True)
    if found.state is not FollowUpState.OPEN or found.next_at > unit.now:
        raise Conflict("not due now")
    if found.called_by_another(person.id, since=unit.now - unit.helpline.follow_up.claim):
        by = volunteers.get_person(unit.conn, found.taken_by or "").alias
        raise AlreadyClaimed("somebody else is calling this person", by=by)
    return found


def _take_back(unit: UnitOfWork, contact_id: str, person: Person) -> None:
    """The person's no is written as a consent, in the version of their earlier yes."""
    before = consents.newest(unit.conn, contact_id).get(ConsentKind.FOLLOW_UP)
    version = "" if before is None else before.version
    consents.add(unit.conn, contact_id, Consent(ConsentKind.FOLLOW_UP, False, version, person.id, unit.now))
    unit.log(contact_id, "consent_noted", person.id, consent=ConsentKind.FOLLOW_UP, given=False, version=version)
    cancel(unit, contact_id)


def cancel_chain(unit: UnitOfWork, contact: Contact, *, itself: bool = True) -> None:
    """As :func:`cancel`, of a contact (unless not ``itself``) and of every earlier one of the same person."""
    for one in contacts.chain_of(unit.conn, contact, EARLIER_CONTACTS):
        if itself or one.id != contact.id:
            contacts.get_contact(unit.conn, one.id, lock=True)
            cancel(unit, one.id)


def cancel(unit: UnitOfWork, contact_id: str) -> None:
    """End every open follow-up within the act of ``unit``, with their alarms, and destroy the number."""
    for one in follow_ups.of_contact(unit.conn, contact_id):
        routing.settle_token(unit.conn, unit.now, AlarmKind.FOLLOW_UP_OVERDUE, one.id)
    follow_ups.cancel_all(unit.conn, contact_id, unit.now)
    end_if_over(unit, contact_id)


def end_if_over(unit: UnitOfWork, contact_id: str) -> None:
    """The number outlives its last follow-up by nothing."""
    if all(one.state is not FollowUpState.OPEN for one in follow_ups.of_contact(unit.conn, contact_id)):
        contacts.destroy_identity(unit.conn, contact_id, KIND, unit.now)


def watch_overdue(helpline: Helpline) -> int:
    """Alarm for every follow-up that was due and that nobody has tried for long; gives how many are."""
    before = helpline.clock.now() - helpline.follow_up.overdue
    with helpline.database.read() as conn:
        late = follow_ups.due(conn, before, limit=MOST_AT_ONCE)
        rung = routing.tokens_of(conn, AlarmKind.FOLLOW_UP_OVERDUE, [_token(one) for one in late])
    for one in late:
        if _token(one) not in rung:
            _ring(helpline, one.id, before)
    return len(late)


def _token(one: FollowUp) -> str:
    return f"{one.id}:{one.attempts}"


def _ring(helpline: Helpline, follow_up_id: str, before: datetime) -> None:
    """Alarm for one; a fault with it keeps no other from ringing."""
    try:
        with UnitOfWork(helpline) as unit:
            contact_id = follow_ups.get(unit.conn, follow_up_id).contact_id
            contact = contacts.get_contact(unit.conn, contact_id, lock=True)
            now = follow_ups.get(unit.conn, follow_up_id, lock=True)
            if now.state is FollowUpState.OPEN and now.next_at <= before:
                escalate.alarm(unit, AlarmKind.FOLLOW_UP_OVERDUE, contact, token=_token(now))
                unit.commit()
    except Exception:  # noqa: BLE001  one faulty row keeps nobody else waiting
        _log.exception("a follow-up that is overdue could not ring", follow_up_id=follow_up_id)
