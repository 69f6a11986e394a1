"""A listener takes a contact, or loses it; exactly one person holds a contact, and nobody is left unheld."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hotline.contacts import store as contacts
from hotline.domain.contact import Level, Role, State
from hotline.domain.errors import AlreadyClaimed, AtCapacity, Conflict, NotAllowed, NotFound, OffDuty
from hotline.domain.ids import new_id
from hotline.domain.lifecycle import Step
from hotline.domain.records import Contact, Person
from hotline.flow import company, escalate, fitness, handover, offer, reading_along, receive, route, scene
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import offers
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.routing.lanes import next_for
from hotline.routing.policy import Lane, Reach, Stage, lanes_of
from hotline.routing.ranking import Candidate, has_room, seats_of
from hotline.routing.replies import Withdrawal
from hotline.routing.seats import keeps_reserve
from hotline.routing.shadowings import Why
from hotline.routing.store import Place
from hotline.storage import feed
from hotline.volunteers import store as volunteers

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
"""Nobody waits since before then: a reach reserved since this moment is for imminent danger alone."""
DECLINED_FOR = timedelta(hours=24)
"""How long somebody who declined a contact is not given it by "help next"."""


class NotYourTurn(NotAllowed):
    """Others wait longer, or are in greater danger."""

    code = "not_your_turn"


class NobodyWaiting(NotFound):
    """Nobody this listener may serve waits now."""

    code = "nobody_waiting"


def claim(helpline: Helpline, person: Person, contact_id: str) -> None:
    """Take this waiting contact: one that is offered, or that "help next" would give; a supervisor takes any.

    Raises ``OffDuty``, ``AtCapacity``, ``NotYourTurn``, ``NotAllowed`` (it waits for somebody with other training),
    ``NotFit`` (this person rests) or ``AlreadyClaimed`` with the alias of who has it.
    """
    with UnitOfWork(helpline) as unit:
        lanes = _ready(unit, person)
        waiting = routing.get(unit.conn, contact_id)
        if waiting is None:
            raise NotFound("no such contact")
        if waiting.status == "waiting":
            scene.check_telephone(unit, person, contact_id)
            _check_turn(unit, person, waiting, lanes)
        if not _take(unit, person, contact_id):
            raise _lost(unit, person, contact_id)
        unit.commit()


def accept(helpline: Helpline, person: Person, offer_id: str) -> str:
    """Say yes to an offer; gives the contact's id.

    Raises what :func:`claim` raises, ``NotFound`` for somebody else's offer, and ``OfferOver``.
    """
    with UnitOfWork(helpline) as unit:
        lanes = _ready(unit, person)
        offered = offer.mine(unit, person, offer_id)
        _check_room(unit, person, offered.level, offered.contact_id)
        if not _take(unit, person, offered.contact_id) and not _handed(unit, person, offered, lanes):
            raise _lost(unit, person, offered.contact_id)
        unit.commit()
    return offered.contact_id


def _handed(unit: UnitOfWork, person: Person, offered: offers.Offer, lanes: frozenset[Lane]) -> bool:
    """Take over a conversation its listener hands on; ``False`` when that is not what was asked, or it is over.

    The row is held only now: somebody else may have said yes meanwhile, or the risk may have risen.
    """
    if not handover.PASSED_ON & set(offered.reasons):
        return False
    contact = contacts.get_contact(unit.conn, offered.contact_id, lock=True)
    offer.mine(unit, person, offered.id)
    if contact.state is not State.IN_CONVERSATION:
        return False
    if handover.lane_of(contact) not in lanes:
        raise NotAllowed("the risk has risen; this contact needs somebody with other training")
    _check_room(unit, person, contact.level, contact.id)
    company.pass_on(unit, contact, person, actor=person.id)
    return True


def claim_next(helpline: Helpline, person: Person) -> str:
    """Take the first waiting contact this listener may serve, or the one they are asked about; gives its id.

    Raises ``OffDuty``, ``AtCapacity``, ``NotFit`` or ``NobodyWaiting``.
    """
    with UnitOfWork(helpline) as unit:
        lanes = _ready(unit, person)
        me = scene.load_of(unit.conn, person.id)
        if not any(has_room(helpline.routing, me, level) for level in (Level.ROUTINE, Level.IMMINENT)):
            raise AtCapacity("no room for another conversation")
        found = _next(unit, person, lanes, me)
        while found is not None and not _take(unit, person, found):
            another = _next(unit, person, lanes, me)
            found = None if another == found else another
        if found is None:
            raise NobodyWaiting("nobody waits for you now")
        unit.commit()
    return found


def _next(unit: UnitOfWork, person: Person, lanes: frozenset[Lane], me: Candidate, *, hold: bool = True) -> str | None:
    """What "help next" gives now to somebody who holds as much as ``me``: the first in the order, spared ones last.

    An offer of one's own counts like any other place in the order: pulling never goes past somebody more urgent, and
    whoever is asked about somebody is no seat kept free, as in the ranking.
    """
    policy = unit.helpline.routing
    since = unit.now - timedelta(seconds=policy.reserve_high_after_seconds)
    asked = offers.open_of(unit.conn, person.id)
    reserved = asked is None and _holds_reserve(unit, person, lanes, me.held)
    reach = Reach(
        languages=tuple(person.languages),
        lanes=lanes,
        below_severity=None if has_room(policy, me, Level.HIGH) else Level.HIGH.rank,
        but=(
            *offers.declined_by(unit.conn, person.id, unit.now - DECLINED_FOR),
            *scene.calls_beyond(unit, person, me.held),
        ),
        reserved_since=since if reserved else None,
    )
    hold = hold and asked is None  # whoever is asked chooses between two, and holds neither until they have
    first = _in_danger_first(unit, reach, me, hold=hold)
    if first is None and has_room(policy, me, Level.ROUTINE):
        first = next_for(unit.conn, reach, spare_offered=True, hold=hold)
        if asked is None:
            return first or next_for(unit.conn, reach, spare_offered=False, hold=hold)
    return first if asked is None else _nearer(unit, asked.contact_id, first)


def _in_danger_first(unit: UnitOfWork, reach: Reach, me: Candidate, *, hold: bool) -> str | None:
    """Somebody in imminent danger, for a listener whom only an owed form keeps from urgent contacts."""
    policy = unit.helpline.routing
    if has_room(policy, me, Level.HIGH) or not has_room(policy, me, Level.IMMINENT):
        return None
    only = replace(reach, below_severity=None, reserved_since=LONG_AGO)
    return next_for(unit.conn, only, spare_offered=True, hold=hold)


def _nearer(unit: UnitOfWork, mine: str, other: str | None) -> str:
    """Which of two waiting contacts stands before the other."""
    here, there = routing.get(unit.conn, mine), None if other is None else routing.get(unit.conn, other)
    if there is None or here is None or here.status != "waiting":
        return mine if there is None else there.contact_id
    return mine if here.queue_key <= there.queue_key else there.contact_id


def _holds_reserve(unit: UnitOfWork, person: Person, lanes: frozenset[Lane], held: int) -> bool:
    """Whether this person is the seat that is kept free for danger."""
    if Lane.CRISIS not in lanes or held:
        return False
    here = scene.candidates(unit.helpline, unit.conn, unit.now)
    me = next((one for one in here if one.person_id == person.id), None)
    return me is not None and keeps_reserve(unit.helpline.routing, seats_of(here), lanes=lanes, free=True)


def _ready(unit: UnitOfWork, person: Person) -> frozenset[Lane]:
    """The lanes of a person on duty who may take a contact now.

    Their presence row is held, so that two claims of one person cannot race.
    """
    duty = volunteers.duty_of(unit.conn, person.id, lock=True)
    alive_since = unit.now - timedelta(seconds=unit.helpline.routing.presence_lost_seconds)
    if duty is None or not duty.on_duty or duty.beat_at < alive_since:
        raise OffDuty("go on duty first")
    fitness.check(unit, person)
    return lanes_of(person.roles, Stage(person.stage))


def _check_turn(unit: UnitOfWork, person: Person, waiting: Place, lanes: frozenset[Lane]) -> None:
    """Nobody picks: what is offered, what comes next, or what a supervisor takes by hand."""
    asked = offers.open_of(unit.conn, person.id)
    offered = asked is not None and asked.contact_id == waiting.contact_id
    if waiting.lane not in lanes and not offered:
        raise NotAllowed("this contact waits for somebody with other training")
    me = _check_room(unit, person, list(Level)[waiting.severity], waiting.contact_id)
    if offered or Role.SUPERVISOR in person.roles:
        return
    if _next(unit, person, lanes, me, hold=False) != waiting.contact_id:
        now = routing.get(unit.conn, waiting.contact_id)
        if now is not None and now.status != "waiting":
            raise _lost(unit, person, waiting.contact_id)
        raise NotYourTurn("this contact is not the next one for you")


def _check_room(unit: UnitOfWork, person: Person, level: Level, contact_id: str) -> Candidate:
    """What somebody holds who may hold one more; see :func:`ranking.has_room`."""
    me = scene.load_of(unit.conn, person.id)
    if not has_room(unit.helpline.routing, me, scene.room_of(unit.conn, level, contact_id)):
        raise AtCapacity("no room for another conversation")
    return me


def _lost(unit: UnitOfWork, person: Person, contact_id: str) -> AlreadyClaimed:
    held = routing.get(unit.conn, contact_id)
    if held is None or held.owner_id is None:
        return AlreadyClaimed("this contact does not wait any more")
    if held.owner_id == person.id:
        return AlreadyClaimed("you hold this contact already", by=person.alias)
    return AlreadyClaimed("somebody else was first", by=volunteers.get_person(unit.conn, held.owner_id).alias)


def _take(unit: UnitOfWork, person: Person, contact_id: str) -> bool:
    """Take a contact and begin; ``False`` where it waits no longer.

    Its row is held first, as by every other act: in two orders who takes and who leaves would wait for each other.
    """
    contact = contacts.get_contact(unit.conn, contact_id, lock=True)
    taken = routing.claim(unit.conn, contact_id, person.id, unit.now)
    if taken is None:
        return False
    contact = unit.advance(
        contact,
        Step.CLAIM,
        actor=person.id,
        owner_id=person.id,
        token=new_id(),
        accepted_at=contact.accepted_at or unit.now,
        listener_wrote_at=None,
    )
    offer.won(unit, contact, person)
    escalate.settle(unit, contact, escalate.WAITING_ALARMS)
    key = "listener_changed" if taken.returned else "listener_joined"
    receive.say(unit, contact, key, alias=person.alias)
    if contact.level.urgent:
        escalate.watch_silence(unit, contact)
    return True


def release(helpline: Helpline, person: Person, contact_id: str, summary: str = "") -> None:
    """Give a contact back to the queue with its history and, if written, a summary; it keeps the place of its wait."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.owner_id != person.id:
            raise NotAllowed("another listener holds this conversation")
        if contact.state is not State.IN_CONVERSATION:
            raise Conflict("the conversation is over")
        handover.write_summary(unit, contact, person, summary)
        give_back(unit, contact, actor=person.id, said="listener_released")
        offers.note_missed(unit.conn, contact.id, person.id, contact.level, unit.now)
        unit.commit()


def give_back(unit: UnitOfWork, contact: Contact, *, actor: str, said: str) -> None:
    """Let a conversation wait again and tell the seeker; ``said`` names the sentence."""
    escalate.settle(unit, contact, [*escalate.SILENCE_ALARMS, AlarmKind.CALL_ALONE])
    reading_along.end_by_itself(unit, contact, Why.HANDED_OVER)
    receive.say(unit, contact, said)
    route.enter_queue(
        unit,
        contact,
        step=Step.RETURN_TO_QUEUE,
        actor=actor,
        since=contact.waiting_since,
        returned=True,
    )


def go(helpline: Helpline, person: Person, *, on_duty: bool) -> None:
    """Go on or off duty. Going off duty with open conversations is refused, so that nobody is left unheld."""
    with UnitOfWork(helpline) as unit:
        if not on_duty and any(c.state is State.IN_CONVERSATION for c in contacts.held_by(unit.conn, person.id)):
            raise Conflict("close or give back your conversations first")
        if on_duty and not lanes_of(person.roles, Stage(person.stage)):
            raise NotAllowed("this account does not listen")
        volunteers.set_duty(unit.conn, person.id, unit.now, on_duty=on_duty)
        if not on_duty:
            offer.withdraw_from(unit, person.id, Withdrawal.NOT_HERE)
            company.leave_everywhere(unit, person)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="on_duty" if on_duty else "off_duty")
        if on_duty:
            routing.settle_everywhere(unit.conn, unit.now, AlarmKind.NOBODY_ON_DUTY)
        unit.tell(feed.DESK, "state", person_id=person.id)
        unit.commit()


def beat(helpline: Helpline, person: Person) -> bool:
    """A sign of life of a listener's desk; ``False`` when the person is not on duty."""
    with UnitOfWork(helpline) as unit:
        alive = volunteers.beat(unit.conn, person.id, unit.now)
        unit.commit()
    return alive
