"""Breaks, debriefs, standing down and extra time; rest that has to be asked for is rest that nobody takes.

A break starts by itself after an urgent contact's closing form. The machine never shortens one: a person ends it, and
nobody ends one that too many urgent contacts in a row require.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from hotline.domain.contact import Level, Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.flow import offer
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import store as routing
from hotline.routing.policy import Stage
from hotline.routing.replies import Withdrawal
from hotline.storage import feed
from hotline.volunteers import care
from hotline.volunteers import store as volunteers
from hotline.volunteers.care import Care
from hotline.volunteers.wellbeing import CareKind, Heavy, Served, urgent_row

NOTE_LIMIT_CHARACTERS = 1000
LOOKS_BACK = timedelta(hours=24)
LONGEST_EXTRA = timedelta(hours=12)
LONGEST_STAND_DOWN = timedelta(days=366)
LISTENERS = frozenset({Role.VOLUNTEER, Role.CLINICIAN, Role.SUPERVISOR})


class BreakRequired(Conflict):
    """This break follows too many urgent contacts in a row; it is not ended early."""

    code = "break_required"


def after_closing(unit: UnitOfWork, contact: Contact, *, level: Level, heavy: Iterable[Heavy] = ()) -> None:
    """What a closed contact asks of its listener's rest: a break after an urgent one, a debrief after the heaviest.

    Called within the closing act, before the contact leaves the queue; saying it twice counts once.
    """
    owner_id, policy = contact.owner_id, unit.helpline.wellbeing
    if owner_id is None:
        return
    held = routing.get(unit.conn, contact.id)
    begun_at = held.since if held is not None and held.owner_id == owner_id else contact.accepted_at
    one = Served(begun_at or unit.now, unit.now, level.urgent)
    if not care.add_served(unit.conn, contact.id, owner_id, one):
        return
    if level.urgent:
        row = urgent_row(policy, care.served_by(unit.conn, [owner_id], unit.now - LOOKS_BACK)[owner_id], unit.now)
        required = row >= policy.urgent_in_a_row
        length = policy.required if required else policy.after_urgent
        reason = "required" if required else "after_urgent"
        _begin(unit, owner_id, CareKind.BREAK, reason, length=length, contact_id=contact.id)
        unit.log(contact.id, "break_started", "machine", minutes=int(length.total_seconds() // 60))
    reasons = {*heavy, *([Heavy.IMMINENT] if level.rank >= policy.debrief_after.rank else [])}
    if reasons:
        reason = next(one for one in Heavy if one in reasons)
        _begin(unit, owner_id, CareKind.DEBRIEF, reason, contact_id=contact.id)
        unit.log(contact.id, "debrief_owed", "machine", reason=reason)


def _begin(
    unit: UnitOfWork,
    person_id: str,
    kind: CareKind,
    reason: str,
    *,
    length: timedelta | None = None,
    by: str = "machine",
    **more: Any,
) -> None:
    until = None if length is None else unit.now + length
    values = {"person_id": person_id, "reason": reason, "start_at": unit.now, "until": until, "by": by, **more}
    care.add_care(unit.conn, kind, values)
    if kind is not CareKind.EXTRA_TIME:
        offer.withdraw_from(unit, person_id, Withdrawal.NOT_HERE)
    volunteers.note(unit.conn, unit.now, actor_id=by, kind=f"{kind}_begun", person_id=person_id, reason=reason)
    unit.tell(feed.DESK, "state", person_id=person_id)


def take_break(helpline: Helpline, person: Person) -> None:
    """'I need a break': from this moment nothing is offered; a break that runs already is made longer instead."""
    with UnitOfWork(helpline) as unit:
        running = _standing(unit, person.id, CareKind.BREAK)
        if running:
            _lengthen(unit, person, running[-1], helpline.wellbeing.own)
        else:
            _begin(unit, person.id, CareKind.BREAK, "own_word", length=helpline.wellbeing.own, by=person.id)
        unit.commit()


def lengthen_break(helpline: Helpline, actor: Person, person_id: str, minutes: int) -> None:
    """Make a running break longer, one's own or as a supervisor; raises ``Conflict`` when none runs."""
    _self_or_supervisor(actor, person_id)
    if minutes <= 0:
        raise InvalidInput("a break is only made longer", field="minutes")
    with UnitOfWork(helpline) as unit:
        running = _standing(unit, person_id, CareKind.BREAK)
        if not running:
            raise Conflict("no break runs")
        _lengthen(unit, actor, running[-1], timedelta(minutes=minutes))
        unit.commit()


def _lengthen(unit: UnitOfWork, actor: Person, line: Care, by: timedelta) -> None:
    """Later, up to the longest break there is; never earlier."""
    latest = line.start_at + unit.helpline.wellbeing.longest
    until = max(line.until or latest, min((line.until or latest) + by, latest))
    care.change_care(unit.conn, line.id, until=until)
    volunteers.note(unit.conn, unit.now, actor_id=actor.id, kind="break_lengthened", person_id=line.person_id)
    unit.tell(feed.DESK, "state", person_id=line.person_id)


def end_break(helpline: Helpline, actor: Person, person_id: str) -> None:
    """End a break, one's own or as a supervisor; raises ``BreakRequired`` for one that nobody ends early."""
    _self_or_supervisor(actor, person_id)
    with UnitOfWork(helpline) as unit:
        running = _standing(unit, person_id, CareKind.BREAK)
        if any(line.reason == "required" for line in running):
            raise BreakRequired("this break is required")
        _end(unit, actor, running)
        unit.commit()


def stand_down(helpline: Helpline, actor: Person, person_id: str, *, hours: int | None, reason: str) -> None:
    """Let a person rest until somebody lifts it, or for ``hours``; the reason is kept sealed and shown to them."""
    _supervisor(actor)
    length = None if hours is None else timedelta(hours=hours)
    if length is not None and not timedelta() < length <= LONGEST_STAND_DOWN:
        raise InvalidInput("standing down lasts from an hour to a year", field="hours")
    with UnitOfWork(helpline) as unit:
        person = volunteers.get_person(unit.conn, person_id)
        _end(unit, actor, _standing(unit, person.id, CareKind.STAND_DOWN))
        care_id = new_id()
        more = {"id": care_id, "note": _seal(unit, person.id, care_id, reason)}
        _begin(unit, person.id, CareKind.STAND_DOWN, "supervisor", length=length, by=actor.id, **more)
        care.tell(unit.conn, person.id, "stood_down", key=f"stand_down:{care_id}", now=unit.now)
        unit.commit()


def lift(helpline: Helpline, actor: Person, person_id: str) -> None:
    """End a person's standing down."""
    _supervisor(actor)
    with UnitOfWork(helpline) as unit:
        standing = _standing(unit, person_id, CareKind.STAND_DOWN)
        if not standing:
            raise Conflict("this person is not stood down")
        _end(unit, actor, standing)
        care.tell(unit.conn, person_id, "stand_down_lifted", key=f"lifted:{standing[-1].id}", now=unit.now)
        unit.commit()


def allow_extra_time(helpline: Helpline, actor: Person, person_id: str, minutes: int) -> None:
    """Let a person listen outside their shift from now on for so long."""
    _supervisor(actor)
    length = timedelta(minutes=minutes)
    if not timedelta() < length <= LONGEST_EXTRA:
        raise InvalidInput("extra time lasts up to 12 hours", field="minutes")
    with UnitOfWork(helpline) as unit:
        person = volunteers.get_person(unit.conn, person_id)
        _end(unit, actor, _standing(unit, person.id, CareKind.EXTRA_TIME))
        _begin(unit, person.id, CareKind.EXTRA_TIME, "supervisor", length=length, by=actor.id)
        unit.commit()


def ask_debrief(helpline: Helpline, person: Person) -> None:
    """'I need to talk about it': until somebody did, nothing is offered."""
    with UnitOfWork(helpline) as unit:
        if not _standing(unit, person.id, CareKind.DEBRIEF):
            _begin(unit, person.id, CareKind.DEBRIEF, Heavy.OWN_WORD, by=person.id)
        unit.commit()


def settle_debrief(helpline: Helpline, actor: Person, care_id: str, note: str) -> None:
    """Write that a supervisor or a colleague talked with somebody; the note is sealed under that person's key."""
    if not actor.roles & LISTENERS or (Role.SUPERVISOR not in actor.roles and actor.stage == Stage.TRAINEE):
        raise NotAllowed("a supervisor or a trained colleague settles a debrief")
    with UnitOfWork(helpline) as unit:
        line = care.get_care(unit.conn, care_id)
        if line.kind is not CareKind.DEBRIEF:
            raise NotFound("no such debrief")
        if line.person_id == actor.id:
            raise NotAllowed("nobody settles their own debrief")
        if line.ended_at is not None:
            raise Conflict("this debrief is settled already")
        sealed = _seal(unit, line.person_id, line.id, note)
        care.change_care(unit.conn, line.id, ended_at=unit.now, ended_by=actor.id, note=sealed)
        volunteers.note(unit.conn, unit.now, actor_id=actor.id, kind="debrief_settled", person_id=line.person_id)
        care.tell(unit.conn, line.person_id, "debrief_settled", key=f"debrief:{line.id}", now=unit.now)
        if line.contact_id is not None:
            unit.log(line.contact_id, "debrief_settled", actor.id)
        unit.tell(feed.DESK, "state", person_id=line.person_id)
        unit.commit()


def put_away(helpline: Helpline, person: Person, notice_id: str) -> None:
    """Put one of one's own notices away; saying it again is harmless."""
    with UnitOfWork(helpline) as unit:
        care.see_notice(unit.conn, notice_id, person.id, unit.now)
        unit.tell(feed.person_topic(person.id), "state")
        unit.commit()


def _standing(unit: UnitOfWork, person_id: str, kind: CareKind) -> list[Care]:
    return [line for line in care.open_care(unit.conn, [person_id], unit.now) if line.kind is kind]


def _end(unit: UnitOfWork, actor: Person, lines: list[Care]) -> None:
    for line in lines:
        care.change_care(unit.conn, line.id, ended_at=unit.now, ended_by=actor.id)
        kind = f"{line.kind}_ended"
        volunteers.note(unit.conn, unit.now, actor_id=actor.id, kind=kind, person_id=line.person_id)
        unit.tell(feed.DESK, "state", person_id=line.person_id)


def _seal(unit: UnitOfWork, person_id: str, care_id: str, text: str) -> bytes:
    """A short text that must say something, sealed under the person's key."""
    said = text.strip()
    if not 1 <= len(said) <= NOTE_LIMIT_CHARACTERS:
        raise InvalidInput("a note of 1 to 1000 characters is needed", field="note")
    return unit.keys.seal(unit.conn, f"person:{person_id}", f"care.note.{care_id}", said)


def _supervisor(actor: Person) -> None:
    if Role.SUPERVISOR not in actor.roles:
        raise NotAllowed("only a supervisor does this")


def _self_or_supervisor(actor: Person, person_id: str) -> None:
    if actor.id != person_id:
        _supervisor(actor)
