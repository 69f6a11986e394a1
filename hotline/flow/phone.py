"""Somebody calls: committed first, asked gently, judged and queued as everybody; hanging up strands nobody.

Words and danger count however late the provider brings them and however often; whatever else is answered counts once,
for the round in which it was asked. What a caller hears is decided from the rows
(:mod:`hotline.flow.hearing`), never from the order in which a provider tells us things.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.contacts.call_steps import ALWAYS, Act, Answer, Step, step
from hotline.contacts.legs import Leg
from hotline.domain.contact import Channel, Language, Level, Region, State
from hotline.domain.phone import Ended, Party, Stage
from hotline.domain.records import Contact
from hotline.flow import (
    about_whom,
    arrive,
    assess,
    call_wish,
    converse,
    gate,
    hearing,
    line_ends,
    receive,
    route,
    switchboard,
)
from hotline.flow.helpline import Helpline
from hotline.flow.receive import Opening
from hotline.flow.recordings import note_word
from hotline.flow.same_person import Way, open_contact_of
from hotline.flow.unit import UnitOfWork
from hotline.storage import phone_lines, webhooks
from hotline.storage.phone_lines import Line

HEARD_BADLY_BELOW = 0.35
"""Speech recognised with less confidence counts as not understood: at least elevated where something was asked.

While somebody waits every word is heard and judged, but nothing was asked: a noisy room raises nobody by itself.
"""
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
        found = open_contact_of(unit, number, Way.CALL)
        if found is not None and legs.on_calls(unit.conn, [found.id]):
            found = None
        asked_first = gate.gate_for(unit, number, found)
        found = found if asked_first is None else None
        contact = _greet(unit, line, number) if found is None else _again(unit, found)
        leg = legs.add(unit.conn, contact_id=contact.id, party=Party.SEEKER, line=to, now=unit.now, sid=sid)
        leg = gate.stand(unit, leg, asked_first)
        _ring_no_more(unit, leg)
        unit.log(contact.id, "call_arrived", "seeker", anonymous=number is None)
        unit.tell_all(contact.id, "state")
        if not webhooks.first(unit.conn, f"ended:{sid}", unit.now):
            line_ends.over(unit, leg, Ended.COMPLETED)
        unit.commit()
    return leg


def _ring_no_more(unit: UnitOfWork, here: Leg) -> None:
    """Somebody whom we were about to call is on the line: nobody rings them as well."""
    for leg in legs.of_contacts(unit.conn, [here.contact_id]).get(here.contact_id, []):
        if leg.party is Party.SEEKER and leg.id != here.id and not leg.live:
            if leg.sid is None:
                legs.end(unit.conn, leg.id, unit.now, Ended.CANCELED)
            else:
                switchboard.promise_call(unit, leg, "hang_up")


def line_of(lines: Sequence[Line], number: str, channel: Channel) -> Line | None:
    """Our number of this channel, or ``None`` where nobody listed it; it is answered all the same."""
    return next((line for line in lines if line.number == number and line.channel is channel), None)


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
    contacts.touch_seeker(unit.conn, contact.id, unit.now)
    return converse.reopen(unit, converse.by_channel(unit, contact, Channel.VOICE))


def answer(helpline: Helpline, leg_id: str, stage: Stage, asked: int, said: Said) -> None:
    """A caller answered what they were asked at ``stage`` in round ``asked``; see the module's first sentences."""
    with helpline.database.read() as conn:
        leg = legs.get(conn, leg_id)
        contact = contacts.get_contact(conn, leg.contact_id)
    taken = step(stage, Answer(said.digits, bool(said.speech.strip()), leg.memory))
    late = asked != leg.round or stage is not leg.stage or not leg.open
    to_judge = None
    if taken.act in ALWAYS or not late:
        to_judge = _do(helpline, leg, contact, taken, said, client_id=_name_of(helpline, leg, asked, stage, said))
    if not late:
        _move_on(helpline, leg_id, asked, taken)
    if to_judge is not None:
        _judge(helpline, to_judge, badly=_heard_badly(said) and stage is not Stage.WAITING)


def _name_of(helpline: Helpline, leg: Leg, asked: int, stage: Stage, said: Said) -> str:
    """The id of the words of one answer; the same as if the line had ended in them, where it did and nothing is new."""
    if not leg.open and leg.memory.get("part", [None])[0] == asked:
        with helpline.database.read() as conn:
            if legs.unfinished(conn, helpline.keys, leg) == line_ends.words(said.speech):
                return line_ends.unfinished_name(leg)
    said_so = hashlib.sha256(line_ends.words(said.speech).encode()).hexdigest()[:8]
    return f"{leg.id[:20]}-{asked}-{stage}-{said_so}"


def _come_forward(helpline: Helpline, leg: Leg) -> Contact:
    """Somebody is in danger: what was over for them goes on, or something new follows it; gives what they stand in."""
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg.id, lock=True)
        contact = contacts.get_contact(unit.conn, leg.contact_id, lock=True)
        if contact.state is State.CLOSED:
            contact = converse.follow(unit, contact)
        contact = converse.reopen(unit, converse.by_channel(unit, contact, Channel.VOICE))
        unit.commit()
    _follow_leg(helpline, leg, contact)
    return contact


def _follow_leg(helpline: Helpline, leg: Leg, contact: Contact) -> None:
    """Let a line go with its person when they stand in another contact now, and with their number."""
    if leg.contact_id == contact.id:
        return
    with UnitOfWork(helpline) as unit:
        number = contacts.open_identity(unit.conn, unit.keys, leg.contact_id, "phone")
        if number is not None:
            contacts.keep_identity(unit.conn, unit.keys, contact.id, "phone", number, unit.now)
        legs.change(unit.conn, leg.id, contact_id=contact.id, unfinished=None)
        unit.tell_all(contact.id, "state")
        unit.commit()


def _do(helpline: Helpline, leg: Leg, contact: Contact, taken: Step, said: Said, *, client_id: str) -> Contact | None:
    """What an answer asks of the rest of the house, each an act of its own that may be repeated.

    Gives the contact that is to be judged now; nobody on the line waits for that, and the sweep finds it if need be.
    """
    if taken.act is Act.DANGER:
        contact = _come_forward(helpline, leg)
        level = helpline.calls.danger_level
        assess.at_least(helpline, contact.id, level, by="seeker", reason="pressed the key for danger")
        route.route(helpline, contact.id)
    elif taken.act is Act.SPEAK:
        text = line_ends.words(said.speech)
        contact, _, is_new = converse.post_as_seeker(
            helpline, contact, text=text, client_id=client_id, channel=Channel.VOICE
        )
        _follow_leg(helpline, leg, contact)
        return contact if is_new else None
    elif taken.act is Act.SPEAK_AT_GATE:
        gate.hear(helpline, contact, text=line_ends.words(said.speech), client_id=client_id, badly=_heard_badly(said))
    elif taken.act is Act.SILENT:
        return contact
    elif taken.act is Act.LANGUAGE:
        converse.change_settings(helpline, contact, language=taken.value, region=None)
    return None


def _judge(helpline: Helpline, contact: Contact, *, badly: bool) -> None:
    arrive.think(helpline, contact.id, queue=contact.state in arrive.BEFORE_THE_QUEUE)
    if badly:
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
    _note(unit, contact, memory, taken)
    if taken.act is Act.SAFE_AGAIN:
        changed |= call_wish.again(unit, contact, memory, safe=taken.value)
    elif taken.act is Act.ALL_ANSWERED:
        changed |= call_wish.wish(unit, contact, memory)
    elif taken.act in {Act.OWN_NUMBER, Act.TYPED_NUMBER}:
        changed |= call_wish.number(unit, contact, memory, taken)
    elif taken.act in _KEPT:
        _keep(memory, taken)
    if taken.act is Act.OTHER_NUMBER or (taken.stage is Stage.NUMBER and not hearing.has_number(unit, contact)):
        memory["typing"] = True
    return changed


def _note(unit: UnitOfWork, contact: Contact, memory: dict[str, Any], taken: Step) -> None:
    """Write down what an answer says about the contact itself."""
    if taken.act is Act.RECORD:
        note_word(unit, contact, given=taken.value)
    elif taken.act is Act.FOR_OTHER:
        about_whom.keep(unit, contact, other=True, by="seeker")
        memory["said"] = "call_for_other"


def _keep(memory: dict[str, Any], taken: Step) -> None:
    """Remember that this was done; a message begins without words, and one with words is kept and said to be."""
    act = taken.act
    if act is Act.MESSAGE:
        memory.pop(Act.SPEAK.value, None)
        memory.pop(Act.MESSAGE_OVER.value, None)
        memory |= {"said": "call_message_first"} if taken.stage is Stage.NUMBER else {}
    elif act is Act.MESSAGE_OVER and memory.get(Act.SPEAK.value):
        memory["said"] = "call_message_kept"
    memory[act.value] = True
