"""Somebody calls: committed first, asked gently, judged and queued as everybody; hanging up strands nobody.

Words and danger count however late the provider brings them and however often; whatever else is answered counts once,
for the round in which it was asked. What a caller hears is decided from the rows
(:mod:`hotline.flow.hearing`), never from the order in which a provider tells us things.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotline.contacts import callbacks, legs
from hotline.contacts import store as contacts
from hotline.contacts.call_steps import ALWAYS, Act, Answer, Step, step
from hotline.contacts.legs import Leg
from hotline.contacts.policy import MESSAGE_LIMIT_CHARACTERS
from hotline.domain.contact import Channel, Language, Level, Region, State
from hotline.domain.phone import Ended, Party, Stage
from hotline.domain.records import Contact
from hotline.flow import arrive, assess, call_wish, callback, converse, escalate, gate, hearing, receive, route
from hotline.flow.callback import Wish
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opening
from hotline.flow.recordings import note_word
from hotline.flow.standing import BEFORE_A_HUMAN
from hotline.flow.unit import UnitOfWork
from hotline.storage import phone_lines, webhooks
from hotline.storage.phone_lines import Line

HEARD_BADLY_BELOW = 0.35
"""Speech recognised with less confidence counts as not understood: at least elevated."""
_ABANDONED_LATELY = timedelta(hours=24)
_KEPT = frozenset({Act.ASK_ONCE_MORE, Act.SPEAK, Act.BREATHE, Act.MESSAGE, Act.MESSAGE_OVER})


@dataclass(frozen=True, slots=True)
class Said:
    """What a caller did when asked: keys, recognised words with their confidence (0 to 1, ``None`` if not told)."""

    digits: str = ""
    speech: str = ""
    confidence: float | None = None


def incoming(helpline: Helpline, sid: str, *, number: str | None, to: str) -> Leg:
    """A call arrives at our number ``to``; told again, it is the same leg.

    A caller whose number an open contact keeps is heard in that contact, so that nobody tells it twice; anybody else,
    and everybody anonymous, opens one: also a second person who calls from a number while the first is on the line.
    Who is asked first (:func:`hotline.flow.gate.gate_for`) opens one too.
    """
    with UnitOfWork(helpline) as unit:
        webhooks.first(unit.conn, f"incoming:{sid}", unit.now)  # who tells it at the same instant waits here
        known = legs.by_sid(unit.conn, sid)
        if known is not None:
            return known
        line = line_of(phone_lines.lines(unit.conn), to, Channel.VOICE)
        found = None if number is None else open_contact_of(unit, number)
        if found is not None and legs.on_calls(unit.conn, [found.id]):
            found = None
        asked_first = gate.gate_for(unit, number, found)
        found = found if asked_first is None else None
        contact = _greet(unit, line, number) if found is None else _again(unit, found)
        leg = legs.add(unit.conn, contact_id=contact.id, party=Party.SEEKER, line=to, now=unit.now, sid=sid)
        leg = gate.stand(unit, leg, asked_first)
        unit.log(contact.id, "call_arrived", "seeker", anonymous=number is None)
        unit.tell_all(contact.id, "state")
        if not webhooks.first(unit.conn, f"ended:{sid}", unit.now):
            _over(unit, leg, Ended.COMPLETED)
        unit.commit()
    return leg


def line_of(lines: Sequence[Line], number: str, channel: Channel) -> Line | None:
    """Our number of this channel, or ``None`` where nobody listed it; it is answered all the same."""
    return next((line for line in lines if line.number == number and line.channel is channel), None)


def open_contact_of(unit: UnitOfWork, number: str) -> Contact | None:
    """The newest contact that keeps this number and is not over: open, or left within a day."""
    for contact_id in contacts.contacts_of_number(unit.conn, unit.keys, number):
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        left = contact.abandoned_at is not None and unit.now - contact.abandoned_at > _ABANDONED_LATELY
        if contact.state is not State.CLOSED and not left:
            return contact
    return None


def _greet(unit: UnitOfWork, line: Line | None, number: str | None) -> Contact:
    opening = Opening(
        language=Language.ZH_HANS if line is None else line.language,
        region=Region.OTHER if line is None else line.region,
        channel=Channel.VOICE,
    )
    contact = receive.begin(unit, opening)
    if number is not None:
        contacts.keep_identity(unit.conn, unit.keys, contact.id, "phone", number, unit.now)
    return contact


def _again(unit: UnitOfWork, contact: Contact) -> Contact:
    """The same person calls (again): whatever was over for them goes on."""
    contacts.update_contact(unit.conn, contact.id, reply_by=Channel.VOICE, seeker_seen_at=unit.now)
    return converse.reopen(unit, contacts.get_contact(unit.conn, contact.id))


def answer(helpline: Helpline, leg_id: str, stage: Stage, asked: int, said: Said) -> None:
    """A caller answered what they were asked at ``stage`` in round ``asked``; see the module's first sentences."""
    with helpline.database.read() as conn:
        leg = legs.get(conn, leg_id)
        contact = contacts.get_contact(conn, leg.contact_id)
    taken = step(stage, Answer(said.digits, bool(said.speech.strip()), leg.memory))
    late = asked != leg.round or stage is not leg.stage or not leg.open
    to_judge = None
    if taken.act in ALWAYS or not late:
        to_judge = _do(helpline, contact, taken, said, client_id=_name_of(helpline, leg, asked, stage, said))
    if not late:
        _move_on(helpline, leg_id, asked, taken)
    if to_judge is not None:
        _judge(helpline, to_judge, said)


def _name_of(helpline: Helpline, leg: Leg, asked: int, stage: Stage, said: Said) -> str:
    """The id of the words of one answer; the same as if the line had ended in them, where it did and nothing is new."""
    if not leg.open and leg.memory.get("part", [None])[0] == asked:
        with helpline.database.read() as conn:
            if legs.unfinished(conn, helpline.keys, leg) == _words(said.speech):
                return _unfinished_name(leg)
    return f"{leg.id[:20]}-{asked}-{stage}"


def _words(speech: str) -> str:
    return speech.strip()[:MESSAGE_LIMIT_CHARACTERS]


def _unfinished_name(leg: Leg) -> str:
    """One for each part: what was kept later is more of what was said."""
    asked, sequence = leg.memory.get("part", [0, 0])
    return f"{leg.id[:20]}-unfinished-{asked}-{sequence}"


def _do(helpline: Helpline, contact: Contact, taken: Step, said: Said, *, client_id: str) -> Contact | None:
    """What an answer asks of the rest of the house, each an act of its own that may be repeated.

    Gives the contact that is to be judged now; nobody on the line waits for that, and the sweep finds it if need be.
    """
    if taken.act is Act.DANGER:
        level = helpline.calls.danger_level
        assess.at_least(helpline, contact.id, level, by="seeker", reason="pressed the key for danger")
        route.route(helpline, contact.id)
    elif taken.act is Act.SPEAK:
        text = _words(said.speech)
        contact, _, is_new = converse.post_as_seeker(
            helpline, contact, text=text, client_id=client_id, channel=Channel.VOICE
        )
        return contact if is_new else None
    elif taken.act is Act.SPEAK_AT_GATE:
        gate.hear(helpline, contact, text=_words(said.speech), client_id=client_id, badly=_heard_badly(said))
    elif taken.act is Act.SILENT:
        return contact
    elif taken.act is Act.LANGUAGE:
        converse.change_settings(helpline, contact, language=taken.value, region=None)
    return None


def _judge(helpline: Helpline, contact: Contact, said: Said) -> None:
    arrive.think(helpline, contact.id, queue=contact.state in arrive.BEFORE_THE_QUEUE)
    if _heard_badly(said):
        reason = "speech was recognised with little confidence"
        assess.at_least(helpline, contact.id, Level.ELEVATED, by=assess.MACHINE, reason=reason)


def _heard_badly(said: Said) -> bool:
    return said.confidence is not None and said.confidence < HEARD_BADLY_BELOW


def _move_on(helpline: Helpline, leg_id: str, asked: int, taken: Step) -> None:
    """Let the leg stand where the answer leads, once."""
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id, lock=True)
        if leg.round != asked or not leg.open:
            return
        contact = contacts.get_contact(unit.conn, leg.contact_id, lock=True)
        values = _remembered(unit, leg, contact, taken)
        if leg.stage is Stage.GATE and taken.stage is not Stage.GATE:
            values["stage"] = gate.beyond(unit, leg, contact)
        legs.change(unit.conn, leg.id, **{"stage": taken.stage, "round": leg.round + 1, "unfinished": None} | values)
        unit.commit()


def _remembered(unit: UnitOfWork, leg: Leg, contact: Contact, taken: Step) -> dict[str, Any]:
    """What the leg keeps of an answer, and the stage where it differs from the usual."""
    memory = hearing.without_passing(leg.memory)
    changed: dict[str, Any] = {"memory": memory}
    if taken.act in {Act.ANSWER, Act.ALL_ANSWERED}:
        memory[taken.value[0]] = taken.value[1]
    if taken.act is Act.SAFE_AGAIN:
        memory["said"] = "call_again_yes" if taken.value else "call_again_no"
        changed["safe_again"] = taken.value
    elif taken.act is Act.RECORD:
        note_word(unit, contact, given=taken.value)
    elif taken.act is Act.ALL_ANSWERED:
        call_wish.wish(unit, contact, memory)
    elif taken.act in {Act.OWN_NUMBER, Act.TYPED_NUMBER}:
        changed |= call_wish.number(unit, contact, memory, taken)
    elif taken.act in _KEPT:
        _keep(memory, taken.act)
    if taken.act is Act.OTHER_NUMBER or (taken.stage is Stage.NUMBER and not hearing.has_number(unit, contact)):
        memory["typing"] = True
    return changed


def _keep(memory: dict[str, Any], act: Act) -> None:
    """Remember that this was done; a message begins without words, and one with words is kept and said to be."""
    if act is Act.MESSAGE:
        memory.pop(Act.SPEAK.value, None)
    elif act is Act.MESSAGE_OVER and memory.get(Act.SPEAK.value):
        memory["said"] = "call_message_kept"
    memory[act.value] = True


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
        name = _unfinished_name(leg)
        arrive.hear(helpline, contact, text=_words(text), client_message_id=name, channel=Channel.VOICE)


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
            _over(unit, leg, why)
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
        _over(unit, legs.get(unit.conn, leg_id, lock=True), why)
        unit.commit()


def _over(unit: UnitOfWork, leg: Leg, why: Ended) -> None:
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
        contacts.update_contact(unit.conn, contact.id, listener_wrote_at=unit.now)
        if contact.level.urgent:
            escalate.call_lost(unit, contact)


def _left_the_line(unit: UnitOfWork, leg: Leg, contact: Contact) -> None:
    """Who hung up before meeting anybody: called back where that is safe, else they have left."""
    left_words = leg.memory.get("message") and contact.seeker_number
    if left_words or contact.id in callbacks.of_contacts(unit.conn, [contact.id]):
        return
    number = contacts.open_identity(unit.conn, unit.keys, contact.id, "phone")
    if leg.safe_again and number is not None:
        contacts.keep_identity(unit.conn, unit.keys, contact.id, "callback", number, unit.now)
        callback.keep(unit, contact, Wish(number, safe_to_call=True, safe_to_text=False, safe_to_leave_message=False))
        return
    converse.give_up(unit, contact, actor="seeker")
