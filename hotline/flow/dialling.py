"""What a promised call needs when it is carried out, and what became of it; clear numbers leave the vault here only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.contacts import callbacks, legs
from hotline.contacts import store as contacts
from hotline.contacts.legs import Leg
from hotline.domain.contact import State
from hotline.domain.phone import NOT_REACHED, CallsBy, Ended, LegState, Party, Stage, client_identity
from hotline.flow import callback, escalate, line_ends, switchboard
from hotline.flow.callback import CallResult
from hotline.flow.helpline import Helpline
from hotline.flow.unit import OnDoubt, UnitOfWork
from hotline.routing import offers
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.routing.offers import Skills
from hotline.storage import phone_lines
from hotline.storage.feed import DESK
from hotline.volunteers import store as volunteers

RECONCILE_EVERY = timedelta(seconds=30)
TROUBLE_TOLD_EVERY = timedelta(minutes=10)
SILENT_AFTER = timedelta(seconds=90)
"""A leg that the provider never spoke of for so long is over."""


@dataclass(frozen=True, slots=True)
class Dial:
    """Whom to ring for a leg: number in clear or a browser, our line, whether a machine is to be told from a person."""

    leg: Leg
    number: str
    line: str
    seconds: int


def dial(helpline: Helpline, leg_id: str) -> Dial | None:
    """What is to be dialled for a planned leg; ``None`` when it is no longer wanted or nobody left a number."""
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id)
        if leg.state is not LegState.PLANNED:
            return None
        number = _number(unit, leg) if _still_wanted(unit, leg) else None
        line = leg.line or _any_line(unit)
        if number is not None:
            unit.log(leg.contact_id, "number_dialled", leg.person_id or "machine", party=leg.party)
        unit.commit()
    if number is None:
        over(helpline, leg_id, Ended.FAILED)
        return None
    seconds = helpline.calls.ring_helper_seconds if leg.party is Party.HELPER else helpline.calls.ring_caller_seconds
    return Dial(leg, number, line, seconds)


def _still_wanted(unit: UnitOfWork, leg: Leg) -> bool:
    """Whether the person who needs help may still be rung: by their own newest word, while somebody holds them."""
    if leg.party is Party.HELPER:
        return True
    contact = contacts.get_contact(unit.conn, leg.contact_id)
    return contact.state is State.IN_CONVERSATION and legs.may_be_rung(unit.conn, contact.id)


def _number(unit: UnitOfWork, leg: Leg) -> str | None:
    """The number that was said to be safe (:func:`hotline.contacts.legs.number_to_ring`)."""
    if leg.party is Party.SEEKER:
        kind = legs.number_to_ring(unit.conn, leg.contact_id)
        return contacts.open_identity(unit.conn, unit.keys, leg.contact_id, kind)
    person = volunteers.get_person(unit.conn, leg.person_id or "")
    said = offers.skills_of(unit.conn, [person.id]).get(person.id, Skills())
    if said.calls_by is CallsBy.BROWSER:
        return f"client:{client_identity(person.id)}"
    if person.phone is None:
        return None
    return unit.keys.unseal(unit.conn, f"person:{person.id}", f"people.phone.{person.id}", person.phone)


def _any_line(unit: UnitOfWork) -> str:
    """The first of our telephone numbers, where the contact did not come by one; empty when none is listed."""
    return next((line.number for line in phone_lines.lines(unit.conn) if line.channel == "voice"), "")


def rung(helpline: Helpline, leg_id: str, sid: str) -> bool:
    """The provider rings it under ``sid``; ``False`` when it is no longer wanted and must be hung up."""
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id, lock=True)
        state = LegState.RINGING if leg.state is LegState.PLANNED else leg.state
        legs.change(unit.conn, leg_id, sid=sid, state=state)
        unit.tell_all(leg.contact_id, "state")
        unit.commit()
    return leg.open


def sid_of(helpline: Helpline, leg_id: str) -> str | None:
    """The provider's id of a leg that goes on; one that was never rung ends here. ``None``: nothing is to be done."""
    with helpline.database.read() as conn:
        leg = legs.get(conn, leg_id)
    if leg.open and leg.sid is None:
        over(helpline, leg_id, Ended.CANCELED)
    return leg.sid if leg.open else None


def over(helpline: Helpline, leg_id: str, why: Ended) -> None:
    """A leg is over, as the provider says or because it was never rung; told twice it counts once."""
    with helpline.database.read() as conn:
        leg = legs.get(conn, leg_id)
    if leg.party is Party.HELPER:
        switchboard.helper_ended(helpline, leg_id, why)
    elif leg.inbound and leg.sid is not None:
        line_ends.ended(helpline, leg.sid, why)
    elif leg.open:
        _caller_not_there(helpline, leg, why)


def _caller_not_there(helpline: Helpline, leg: Leg, why: Ended) -> None:
    """A call of ours to the person who needs help is over: reached and talked, or what a call back makes of it."""
    reached = leg.joined_at is not None
    if not reached and why is Ended.COMPLETED:
        why = Ended.MACHINE if leg.memory.get("machine") else Ended.NOT_TAKEN
    line_ends.end_leg(helpline, leg.id, why)
    if reached or why not in NOT_REACHED:
        return
    with helpline.database.read() as conn:
        contact = contacts.get_contact(conn, leg.contact_id)
        if legs.caller(conn, contact.id) is not None:
            return
        wished = contact.id in callbacks.of_contacts(conn, [contact.id])
    if wished and contact.state is State.IN_CONVERSATION and contact.owner_id is not None:
        result = CallResult.SOMEBODY_ELSE if why is Ended.NOT_TAKEN else CallResult.NOBODY
        with helpline.database.read() as conn:
            owner = volunteers.get_person(conn, contact.owner_id)
        callback.note_call(helpline, owner, contact.id, result)


def in_trouble(helpline: Helpline) -> None:
    """The provider failed: supervisors hear it at most every ten minutes, callers hear how else they reach us."""
    with UnitOfWork(helpline) as unit:
        if routing.has_open_alarm(unit.conn, AlarmKind.PHONE_TROUBLE, None):
            return
        turn = int(unit.now.timestamp() // TROUBLE_TOLD_EVERY.total_seconds())
        escalate.alarm(unit, AlarmKind.PHONE_TROUBLE, None, token=f"phone:{turn}")
        unit.commit()


def in_order(helpline: Helpline) -> None:
    """The provider works (again)."""
    if troubled(helpline):
        with UnitOfWork(helpline) as unit:
            routing.settle_everywhere(unit.conn, unit.now, AlarmKind.PHONE_TROUBLE)
            unit.tell(DESK, "alarm", alarm=AlarmKind.PHONE_TROUBLE)
            unit.commit()


def promise_reconcile(helpline: Helpline) -> int:
    """Promise a comparison with the provider's own list while calls go on, and now and then where we have lines."""
    with helpline.database.read() as conn:
        busy = bool(legs.open_legs(conn, limit=1))
        listed = any(line.channel == "voice" for line in phone_lines.lines(conn))
    if not busy and not listed:
        return 0
    with UnitOfWork(helpline) as unit:
        turn = int(unit.now.timestamp() // RECONCILE_EVERY.total_seconds())
        unit.promise("reconcile", {}, dedupe_key=f"reconcile:{turn}", on_doubt=OnDoubt.DROP)
        unit.commit()
    return 1


def open_now(helpline: Helpline) -> tuple[list[Leg], datetime]:
    """The legs that go on as far as we know, and the moment."""
    with helpline.database.read() as conn:
        return legs.open_legs(conn), helpline.clock.now()


def unknown(helpline: Helpline, sids: Iterable[str]) -> list[str]:
    """Those of the provider's calls that we do not know, in their order."""
    asked = list(sids)
    with helpline.database.read() as conn:
        known = legs.known_sids(conn, asked)
    return [sid for sid in asked if sid not in known]


def our_lines(helpline: Helpline) -> set[str]:
    """Our telephone numbers."""
    with helpline.database.read() as conn:
        return {line.number for line in phone_lines.lines(conn) if line.channel == "voice"}


def call_caller(helpline: Helpline, contact_id: str) -> Leg | None:
    """Plan to ring the person who needs help; carried out once somebody is there to talk. ``None`` when on the line."""
    with UnitOfWork(helpline) as unit:
        contacts.get_contact(unit.conn, contact_id, lock=True)
        if legs.caller(unit.conn, contact_id) is not None:
            return None
        before = legs.last_caller(unit.conn, contact_id)
        wish = callbacks.of_contacts(unit.conn, [contact_id]).get(contact_id)
        safe = wish.safe_to_call if wish is not None else before is not None and before.safe_again
        leg = legs.add(
            unit.conn,
            contact_id=contact_id,
            party=Party.SEEKER,
            line="" if before is None else before.line,
            now=unit.now,
            stage=Stage.EXPECTED,
            safe_again=safe,
            memory={legs.RANG: legs.number_to_ring(unit.conn, contact_id)},
        )
        unit.tell_all(contact_id, "state")
        unit.commit()
    return leg


def _refused(helpline: Helpline, leg_id: str) -> None:
    """The provider did not place the call to a helper: nothing rang, so nobody missed anything.

    What they are asked at their desk stands, and they are rung again after a pause.
    """
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id, lock=True)
        if not legs.end(unit.conn, leg.id, unit.now, Ended.FAILED):
            return
        legs.change(unit.conn, leg.id, memory=leg.memory | {legs.REFUSED: True})
        contact = contacts.get_contact(unit.conn, leg.contact_id, lock=True)
        unit.log(contact.id, "helper_not_rung", leg.person_id or "machine")
        unit.tell_all(contact.id, "state")
        unit.commit()


def given_up(helpline: Helpline, leg_id: str, *, number_refused: bool) -> None:
    """What was promised for a leg will not happen: one that was never rung is over.

    ``number_refused`` where it is the number that cannot be called; else it was trouble that is nobody's fault here.
    """
    with helpline.database.read() as conn:
        leg = legs.get(conn, leg_id)
    if leg.state is LegState.PLANNED and leg.party is Party.HELPER and not number_refused:
        _refused(helpline, leg_id)
    elif leg.state is LegState.PLANNED:
        over(helpline, leg_id, Ended.FAILED)


def leg_or_none(helpline: Helpline, leg_id: str) -> Leg | None:
    """A leg of ours, or ``None`` for an address nobody gave out."""
    with helpline.database.read() as conn:
        return legs.find(conn, leg_id)


def adopt(helpline: Helpline, leg_id: str, sid: str, party: Party) -> Leg | None:
    """The leg for which a request speaks, or ``None`` when it is another call's or another party's.

    A call of ours may be answered before its id has been written: then it is written now.
    """
    leg = leg_or_none(helpline, leg_id)
    if leg is None or leg.party is not party or leg.sid not in {None, sid}:
        return None
    if leg.sid is None:
        rung(helpline, leg_id, sid)
        return leg_or_none(helpline, leg_id)
    return leg


def troubled(helpline: Helpline) -> bool:
    """Whether the provider fails to connect calls now."""
    with helpline.database.read() as conn:
        return routing.has_open_alarm(conn, AlarmKind.PHONE_TROUBLE, None)
