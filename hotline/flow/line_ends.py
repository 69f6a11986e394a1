"""A line ends, or words come after its end: nobody who hangs up is stranded, and no word is lost with the line."""

from hotline.contacts import callbacks, legs, texts
from hotline.contacts import store as contacts
from hotline.contacts.call_steps import Act
from hotline.contacts.legs import Leg
from hotline.contacts.policy import MESSAGE_LIMIT_CHARACTERS
from hotline.domain.contact import Channel, State
from hotline.domain.phone import Ended, Party, Stage
from hotline.domain.records import Contact
from hotline.flow import arrive, callback, converse, escalate, gate
from hotline.flow.callback import Wish
from hotline.flow.helpline import Helpline
from hotline.flow.standing import BEFORE_A_HUMAN
from hotline.flow.unit import UnitOfWork
from hotline.routing.ladder import AlarmKind
from hotline.storage import webhooks


def words(speech: str) -> str:
    """Recognised words as they are kept."""
    return speech.strip()[:MESSAGE_LIMIT_CHARACTERS]


def unfinished_name(leg: Leg) -> str:
    """One for each part: what was kept later is more of what was said."""
    asked, sequence = leg.memory.get("part", [0, 0])
    return f"{leg.id[:20]}-unfinished-{asked}-{sequence}"


def keep_so_far(helpline: Helpline, leg_id: str, asked: int, text: str, sequence: int) -> None:
    """Keep words while they are still being spoken, for the case that the line ends in the middle.

    Words that arrive after the line has ended are heard now.
    """
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id, lock=True)
        if asked != leg.round or not text or not legs.keep_unfinished(unit.conn, unit.keys, leg, text, asked, sequence):
            return
        unit.commit()
    if not leg.open:
        with helpline.database.read() as conn:
            late = legs.get(conn, leg_id)
        _hear_unfinished(helpline, late)
        with UnitOfWork(helpline) as unit:
            _leave(unit, late)
            unit.commit()


def _hear_unfinished(helpline: Helpline, leg: Leg) -> None:
    """Words whose end nobody heard, because the line ended, are words all the same."""
    with helpline.database.read() as conn:
        contact = contacts.get_contact(conn, leg.contact_id)
        text = legs.unfinished(conn, helpline.keys, leg)
    if text:
        name = unfinished_name(leg)
        arrive.hear(helpline, contact, text=words(text), client_message_id=name, channel=Channel.VOICE)


def ended(helpline: Helpline, sid: str, why: Ended) -> None:
    """A caller's line is gone; told again, or before the call itself, it counts once."""
    with helpline.database.read() as conn:
        known = legs.by_sid(conn, sid)
    if known is not None and known.open and known.party is Party.SEEKER:
        _hear_unfinished(helpline, known)
    with UnitOfWork(helpline) as unit:
        webhooks.first(unit.conn, f"ended:{sid}", unit.now)
        leg = legs.by_sid(unit.conn, sid)
        if leg is not None and leg.party is Party.SEEKER:
            over(unit, leg, why)
        unit.commit()


def a_machine_answered(helpline: Helpline, leg_id: str) -> bool:
    """A machine answered a call of ours; gives whether the person said that a message may be left there."""
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id, lock=True)
        legs.change(unit.conn, leg.id, memory=leg.memory | {"machine": True}, stage=Stage.GOODBYE)
        wish = callbacks.of_contacts(unit.conn, [leg.contact_id]).get(leg.contact_id)
        unit.commit()
    return wish is not None and wish.safe_to_leave_message


def end_leg(helpline: Helpline, leg_id: str, why: Ended) -> None:
    """A call of ours to the person who needs help is over."""
    with UnitOfWork(helpline) as unit:
        over(unit, legs.get(unit.conn, leg_id, lock=True), why)
        unit.commit()


def over(unit: UnitOfWork, leg: Leg, why: Ended) -> None:
    """End a leg of the person who needs help, with everything that follows; told twice it counts once."""
    if not legs.end(unit.conn, leg.id, unit.now, why):
        return
    contact = contacts.get_contact(unit.conn, leg.contact_id, lock=True)
    unit.log(contact.id, "call_ended", "seeker", why=why)
    unit.tell_all(contact.id, "state")
    _leave(unit, leg)


def _leave(unit: UnitOfWork, leg: Leg) -> None:
    """What follows for the contact when this leg is over and no other of the person is open."""
    contact = contacts.get_contact(unit.conn, leg.contact_id, lock=True)
    if legs.caller(unit.conn, contact.id) is not None:
        return
    if contact.state in BEFORE_A_HUMAN and not gate.turned_away(unit, leg, contact):
        _left_the_line(unit, leg, contact)
    elif contact.state is State.IN_CONVERSATION:
        escalate.settle(unit, contact, [AlarmKind.CALL_ALONE])
        contacts.update_contact(unit.conn, contact.id, listener_wrote_at=unit.now)
        if contact.level.urgent:
            escalate.call_lost(unit, contact)


def _left_the_line(unit: UnitOfWork, leg: Leg, contact: Contact) -> None:
    """Who hung up before meeting anybody: who texted waits on, or is called back where that is safe; else they left."""
    texted = texts.last_channel(unit.conn, contact.id)
    if texted is not None:
        converse.by_channel(unit, contact, texted)
    left_words = leg.memory.get(Act.MESSAGE.value) and contact.seeker_number
    if texted or left_words or contact.id in callbacks.of_contacts(unit.conn, [contact.id]):
        return
    number = contacts.open_identity(unit.conn, unit.keys, contact.id, "phone")
    if leg.safe_again and number is not None:
        contacts.keep_identity(unit.conn, unit.keys, contact.id, "callback", number, unit.now)
        callback.keep(unit, contact, Wish(number, safe_to_call=True, safe_to_text=False, safe_to_leave_message=False))
        return
    converse.give_up(unit, contact, actor="seeker")
