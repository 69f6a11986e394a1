"""What decides what a caller hears now, read from the rows; a caller in the wrong place is set right here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hotline.contacts import callbacks, legs
from hotline.contacts import store as contacts
from hotline.contacts.call_steps import Act
from hotline.contacts.legs import Leg
from hotline.domain.contact import Language, State
from hotline.domain.phone import ENDS_BY_ITSELF, FIRST_QUESTIONS, LegState, Stage
from hotline.domain.records import Contact
from hotline.flow import converse, escalate, recordings
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.volunteers import store as volunteers

_LEFT = frozenset({State.ABANDONED, State.CALLBACK_DUE})
"""States in which nobody looks for somebody who is on the line: they stand in line again at once."""
BEATS_EVERY = timedelta(seconds=15)
PASSING = frozenset({"said", "wrong", Act.BREATHE.value})
"""What a leg remembers only until it was said."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What decides what a caller hears now: their leg, their contact, and whether somebody is there to talk with."""

    leg: Leg
    contact: Contact
    number_known: bool
    alias: str | None


def look(helpline: Helpline, leg_id: str) -> Scene:
    """The scene of a caller now, their stage set right; it counts as a sign of life. Raises ``NotFound``."""
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id, lock=True)
        contact = contacts.get_contact(unit.conn, leg.contact_id, lock=True)
        if not leg.open:
            return Scene(leg, contact, number_known=False, alias=None)
        if contact.state in _LEFT and leg.stage is not Stage.GOODBYE:
            contact = converse.reopen(unit, contact)
        stage = _right_stage(unit, leg, contact)
        if not leg.live:
            leg = legs.change(unit.conn, leg.id, state=LegState.LIVE, answered_at=unit.now)
            unit.tell_all(contact.id, "state")
        if stage is Stage.TALKING and leg.joined_at is None:
            _they_talk(unit, contact)
            leg = legs.change(unit.conn, leg.id, joined_at=unit.now)
        if stage is not leg.stage:
            said = _why_alone(leg.stage, stage, contact)
            leg = legs.change(unit.conn, leg.id, stage=stage, round=leg.round + 1, hold=False, memory=leg.memory | said)
        if unit.now - contact.seeker_seen_at > BEATS_EVERY:
            contacts.touch_seeker(unit.conn, contact.id, unit.now)
        scene = Scene(leg, contact, has_number(unit, contact), _voice_of(unit, contact))
        unit.commit()
    return scene


def _why_alone(before: Stage, now: Stage, contact: Contact) -> dict[str, str]:
    """What is said to who talked and waits again: a line broke while somebody holds them, or they were handed on."""
    if before is not Stage.TALKING or now is not Stage.WAITING:
        return {}
    return {"said": "call_listener_lost" if contact.state is State.IN_CONVERSATION else "call_listener_changed"}


def _right_stage(unit: UnitOfWork, leg: Leg, contact: Contact) -> Stage:
    """Where a leg belongs: with whoever is there to talk, else in line, or at the end."""
    if leg.stage in ENDS_BY_ITSELF:
        return leg.stage
    if leg.memory.get(legs.LEAVING):
        return Stage.GOODBYE
    if contact.state is State.IN_CONVERSATION:
        waits = leg.stage if leg.stage is not Stage.TALKING else Stage.WAITING
        return Stage.TALKING if legs.helped(unit.conn, contact.id) else waits
    if leg.stage in FIRST_QUESTIONS:
        return leg.stage
    if contact.state in {State.WRAPPING_UP, State.CLOSED, State.REFERRED}:
        return Stage.GOODBYE
    return _in_line(unit, leg, contact)


def _in_line(unit: UnitOfWork, leg: Leg, contact: Contact) -> Stage:
    """Where a caller stands who waits; after their first words, once judged, they may be asked about recording."""
    if leg.stage is Stage.TALKING:
        return Stage.WAITING
    asked = leg.stage is Stage.WAITING and leg.memory.get(Act.SPEAK.value) and recordings.to_ask(unit, contact)
    return Stage.RECORDING if asked else leg.stage


def _they_talk(unit: UnitOfWork, contact: Contact) -> None:
    """Caller and listener hear each other: nothing they said waits for an answer, and nobody needs to be called."""
    first = {} if contact.first_reply_at else {"first_reply_at": unit.now}
    contacts.update_contact(unit.conn, contact.id, listener_wrote_at=unit.now, unanswered_since=None, **first)
    callbacks.change(unit.conn, contact.id, ended_at=unit.now)
    escalate.settle(unit, contact, [*escalate.CALL_ALARMS, *escalate.SILENCE_ALARMS])
    unit.log(contact.id, "call_joined", "machine")
    unit.tell_all(contact.id, "state")


def _voice_of(unit: UnitOfWork, contact: Contact) -> str | None:
    return None if contact.owner_id is None else volunteers.get_person(unit.conn, contact.owner_id).alias


def language_of(helpline: Helpline, leg: Leg) -> Language:
    """The language of the person on this leg."""
    with helpline.database.read() as conn:
        return contacts.get_contact(conn, leg.contact_id).language


def remember(helpline: Helpline, leg_id: str, **told: Any) -> None:
    """Write what was told to a caller, so that it is not told at every turn; one-time words are forgotten."""
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id, lock=True)
        legs.change(unit.conn, leg.id, memory=without_passing(leg.memory) | told)
        unit.commit()


def without_passing(memory: Mapping[str, Any]) -> dict[str, Any]:
    """What a leg remembers, without what is said once only."""
    return {name: value for name, value in memory.items() if name not in PASSING}


def has_number(unit: UnitOfWork, contact: Contact) -> bool:
    """Whether they did not withhold their number."""
    return contacts.open_identity(unit.conn, unit.keys, contact.id, "phone") is not None
