"""Somebody who cannot wait at the page asks to be called; they keep their place, and their answers what is safe.

A wish to be called leaves the contact in the queue: whoever takes it sees the number and calls. Nobody reached means
another try later, a few times; then the contact ends as every other does, an urgent one with a supervisor's sign-off.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import structlog

from hotline.contacts import callbacks, legs, policy
from hotline.contacts import store as contacts
from hotline.domain.contact import State
from hotline.domain.errors import Conflict, InvalidInput, NotFound
from hotline.domain.ids import new_id
from hotline.domain.lifecycle import Step
from hotline.domain.records import Contact, Person
from hotline.flow import escalate, intervene, offer, reading_along, receive, route
from hotline.flow.helpline import Helpline
from hotline.flow.standing import BEFORE_A_HUMAN
from hotline.flow.unit import UnitOfWork
from hotline.routing import company
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.routing.replies import Withdrawal
from hotline.routing.shadowings import Why

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Wish:
    """How somebody may be reached: a number as typed, and their own three answers."""

    phone: str
    safe_to_call: bool
    safe_to_text: bool
    safe_to_leave_message: bool


class CallResult(StrEnum):
    """What became of one call."""

    REACHED = "reached"
    NOBODY = "nobody"
    SOMEBODY_ELSE = "somebody_else"
    NOT_WANTED = "not_wanted"


def ask(helpline: Helpline, contact: Contact, wish: Wish) -> Contact:
    """Keep a wish to be called, the number sealed; asking again replaces it.

    Raises ``InvalidInput`` for a number nobody can dial or when neither a call nor a text is safe, ``Conflict`` once a
    human is there.
    """
    number = policy.clean_phone(wish.phone, contact.region)
    if not (wish.safe_to_call or wish.safe_to_text):
        raise InvalidInput("neither a call nor a text is safe", field="safe")
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact.id, lock=True)
        if contact.state not in BEFORE_A_HUMAN:
            raise Conflict("somebody is there already, or it is over")
        keep(unit, contact, replace(wish, phone=number))
        unit.commit()
    return contact


def keep(unit: UnitOfWork, contact: Contact, wish: Wish) -> None:
    """Write a wish whose number is in E.164 form, within the act of ``unit``; the contact keeps its place."""
    contacts.keep_identity(unit.conn, unit.keys, contact.id, "callback", wish.phone, unit.now)
    kept = callbacks.Callback(
        contact.id, wish.safe_to_call, wish.safe_to_text, wish.safe_to_leave_message, asked_at=unit.now
    )
    callbacks.keep(unit.conn, kept)
    answers = {"call": kept.safe_to_call, "text": kept.safe_to_text, "message": kept.safe_to_leave_message}
    unit.log(contact.id, "callback_asked", "seeker", **answers)
    receive.say(unit, contact, "callback_noted")
    unit.tell_all(contact.id, "state")


def withdraw(helpline: Helpline, contact: Contact) -> None:
    """Nobody calls any more, and the number is destroyed; saying it again is harmless."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact.id, lock=True)
        if callbacks.change(unit.conn, contact.id, ended_at=unit.now):
            contacts.destroy_identity(unit.conn, contact.id, "callback", unit.now)
            legs.not_again(unit.conn, contact.id)
            unit.log(contact.id, "callback_withdrawn", "seeker")
            receive.say(unit, contact, "callback_withdrawn")
            if contact.state is State.CALLBACK_DUE:
                route.enter_queue(unit, contact, step=Step.RESUME, actor="seeker", returned=True)
            unit.tell_all(contact.id, "state")
        unit.commit()


def number_of(helpline: Helpline, person: Person, contact_id: str) -> str:
    """The number to call, in clear; that it was opened is logged. Only who is in the conversation, or a supervisor."""
    with UnitOfWork(helpline) as unit:
        intervene.held(unit, person, contact_id)
        number = contacts.open_identity(unit.conn, unit.keys, contact_id, "callback")
        if number is None:
            raise NotFound("no number is kept")
        unit.log(contact_id, "number_opened", person.id)
        unit.commit()
    return number


def note_call(helpline: Helpline, person: Person, contact_id: str, result: CallResult) -> bool:
    """Write what became of a call; whoever was not reached is tried again later, a limited number of times.

    Gives whether the conversation stays here.
    """
    stays = True
    with UnitOfWork(helpline) as unit:
        contact = intervene.held(unit, person, contact_id)
        wish = callbacks.of_contacts(unit.conn, [contact_id]).get(contact_id)
        if wish is None or contact.state is not State.IN_CONVERSATION:
            raise Conflict("no call is due here")
        if legs.on_calls(unit.conn, [contact_id]) and result is not CallResult.REACHED:
            raise Conflict("they are on the line")
        unit.log(contact_id, "called_back", person.id, result=result)
        if result in {CallResult.REACHED, CallResult.NOT_WANTED}:
            callbacks.change(unit.conn, contact_id, ended_at=unit.now)
            if result is CallResult.NOT_WANTED:
                contacts.destroy_identity(unit.conn, contact_id, "callback", unit.now)
        elif wish.attempts + 1 < helpline.routing.callback_attempts:
            _later(unit, contact, wish.attempts + 1, actor=person.id)
            stays = False
        else:
            _give_up(unit, contact, wish.attempts + 1)
        unit.tell_all(contact_id, "state")
        unit.commit()
    return stays


def _later(unit: UnitOfWork, contact: Contact, attempts: int, *, actor: str) -> None:
    retry = timedelta(seconds=unit.helpline.routing.callback_retry_seconds)
    callbacks.change(unit.conn, contact.id, attempts=attempts, next_at=unit.now + retry)
    routing.leave(unit.conn, contact.id)
    company.leave(unit.conn, unit.now, contact_id=contact.id)
    offer.withdraw(unit, contact, Withdrawal.CHANGED)
    reading_along.end_by_itself(unit, contact, Why.HANDED_OVER)
    escalate.settle(unit, contact, escalate.SILENCE_ALARMS)
    _ring(unit, contact)
    unit.advance(contact, Step.ASK_CALLBACK, actor=actor, owner_id=None, token=new_id())


def _give_up(unit: UnitOfWork, contact: Contact, attempts: int) -> None:
    """Nobody was reached in the end: the listener closes it, and an urgent one is a supervisor's to follow."""
    callbacks.change(unit.conn, contact.id, attempts=attempts, ended_at=unit.now)
    _ring(unit, contact)


def _ring(unit: UnitOfWork, contact: Contact) -> None:
    """Somebody in danger did not answer: a supervisor hears it now, not after the next try."""
    if contact.level.urgent:
        escalate.alarm(unit, AlarmKind.URGENT_ABANDONED, contact, token=f"unreached:{contact.token}")


def bring_back_due(helpline: Helpline) -> int:
    """Let everybody who is to be tried again wait in line, at the place of their first wait; gives how many."""
    with helpline.database.read() as conn:
        found = callbacks.due(conn, helpline.clock.now())
    return sum(_bring_back(helpline, contact_id) for contact_id in found)


def _bring_back(helpline: Helpline, contact_id: str) -> bool:
    """Whether one person waits in line again; a fault with one keeps nobody else from being called."""
    try:
        with UnitOfWork(helpline) as unit:
            contact = contacts.get_contact(unit.conn, contact_id, lock=True)
            callbacks.change(unit.conn, contact_id, next_at=None)
            if contact.state is State.CALLBACK_DUE:
                since = contact.waiting_since
                route.enter_queue(unit, contact, step=Step.CALL_BACK, actor="machine", since=since, returned=True)
            unit.commit()
    except Exception:  # noqa: BLE001  one faulty row keeps nobody else waiting
        _log.exception("a call back failed and stays due", contact_id=contact_id)
        return False
    return True
