"""Listeners who fell silent, desk and all or with words unanswered: nobody stays held by somebody who is not there."""

from datetime import datetime, timedelta

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.domain.contact import State
from hotline.domain.records import Contact
from hotline.flow import company, offer, respond, route
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import offers
from hotline.routing import store as routing
from hotline.routing.replies import Withdrawal
from hotline.storage import feed
from hotline.volunteers import care
from hotline.volunteers import store as volunteers


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
                    returned += _leave_held(unit, contact)
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
        offer.withdraw_from(unit, person_id, Withdrawal.NOT_HERE)
        company.leave_everywhere(unit, volunteers.get_person(unit.conn, person_id))
        for held in contacts.held_by(unit.conn, person_id):
            contact = contacts.get_contact(unit.conn, held.id, lock=True)
            if contact.state is State.IN_CONVERSATION and contact.owner_id == person_id:
                returned += _leave_held(unit, contact)
        unit.tell(feed.DESK, "state", person_id=person_id)
        unit.commit()
    return returned


def _leave_held(unit: UnitOfWork, contact: Contact) -> int:
    """Whoever is beside a vanished listener holds the conversation; else it waits again. Gives 1 when it waits."""
    next_one = company.successor(unit, contact)
    if next_one is not None:
        company.pass_on(unit, contact, next_one, actor="machine")
        return 0
    respond.give_back(unit, contact, actor="machine", said="listener_vanished")
    return 1


def silent_listeners(helpline: Helpline) -> int:
    """Ask who leaves words unanswered whether they are there; then let the contact wait again. Gives how many do."""
    policy, now = helpline.routing, helpline.clock.now()
    with helpline.database.read() as conn:
        found = contacts.unanswered(conn, now - timedelta(seconds=policy.answer_reminder_seconds))
    return sum(_still_there(helpline, one.id) for one in found)


def _still_there(helpline: Helpline, contact_id: str) -> int:
    policy, returned = helpline.routing, 0
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        place = routing.get(unit.conn, contact_id)
        if contact.state is not State.IN_CONVERSATION or contact.unanswered_since is None or contact.owner_id is None:
            return 0
        if legs.talking(unit.conn, contact_id):
            return 0
        since = contact.unanswered_since if place is None else max(contact.unanswered_since, place.since)
        silent_seconds = (unit.now - since).total_seconds()
        limit = policy.answer_return_urgent_seconds if contact.level.urgent else policy.answer_return_seconds
        key = company.still_there_key(contact)
        if silent_seconds >= limit:
            care.tell(unit.conn, contact.owner_id, "let_go", key=f"let-go:{contact.token}", now=unit.now)
            offers.note_missed(unit.conn, contact.id, contact.owner_id, contact.level, unit.now)
            unit.log(contact.id, "listener_let_go", "machine")
            returned = _leave_held(unit, contact)
        elif silent_seconds < policy.answer_reminder_seconds or not care.tell(
            unit.conn, contact.owner_id, "still_with_it", key=key, now=unit.now, pseudonym=contact.pseudonym
        ):
            return 0
        unit.tell(feed.person_topic(contact.owner_id), "state", contact_id=contact.id)
        unit.commit()
    return returned
