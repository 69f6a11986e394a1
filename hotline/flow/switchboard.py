"""Rings, moves and hangs up what the switchboard's plan asks, as promises; and hears how each helper's leg went on.

The clock looks whenever something changed at a desk and once a second. A listener is rung only for an offer they may
have, takes the caller by key 1 (no voicemail box can), and the database decides who was first.
"""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.contacts.legs import MET, Leg
from hotline.domain.contact import Language, State
from hotline.domain.errors import AlreadyClaimed, AtCapacity, Conflict, NotAllowed, NotFound, OffDuty
from hotline.domain.phone import Ended, LegState, Mode, Party, Stage
from hotline.domain.records import Contact
from hotline.flow import offer, respond, scene
from hotline.flow.call_board import board
from hotline.flow.fitness import NotFit
from hotline.flow.handover import PASSED_ON
from hotline.flow.helpline import Helpline
from hotline.flow.unit import OnDoubt, UnitOfWork
from hotline.routing import offers
from hotline.routing.replies import Missed
from hotline.routing.switchboard import Order, Rings, Task, is_wanted, plan
from hotline.telemetry import get_logger
from hotline.volunteers import care
from hotline.volunteers import store as volunteers

_EFFECTS = {Order.RING_CALLER: "ring", Order.MOVE: "move", Order.TELL_CUT: "move", Order.HANG_UP: "hang_up"}

AGAIN_AFTER = timedelta(seconds=10)
"""What was done to a leg has shown by then; what is wanted still is done again."""
_log = get_logger(__name__)


class Take(StrEnum):
    """What became of a helper's key 1."""

    CONNECTED = "connected"
    TAKEN = "taken"
    OVER = "over"
    NO_ROOM = "no_room"
    NOT_READY = "not_ready"


def settle(helpline: Helpline) -> int:
    """Do what every contact with a call lacks; gives how many things. Doing it again changes nothing."""
    with helpline.database.read() as conn:
        found = legs.open_legs(conn)
        if not found:
            return 0
        by_phone = scene.takers(helpline, conn)
    rings = Rings(timedelta(seconds=helpline.calls.ring_again_seconds), helpline.calls.most_rings)
    done = 0
    for contact_id in sorted({leg.contact_id for leg in found}):
        try:
            done += _settle_one(helpline, contact_id, rings, by_phone)
        except Exception:  # noqa: BLE001 - one faulty contact keeps nobody else's call from going on
            _log.exception("a call was not settled", contact_id=contact_id)
    _keep_alive(helpline, found)
    return done


def _settle_one(helpline: Helpline, contact_id: str, rings: Rings, by_phone: frozenset[str]) -> int:
    """Plan, and where something lacks plan again with the contact's row held and do it in one act; gives how much.

    No leg is locked or changed here: whoever locks a leg and its contact locks the leg first.
    """
    with helpline.database.read() as conn:
        now = board(conn, contacts.get_contact(conn, contact_id))
    if not plan(now, by_phone, rings, helpline.clock.now()):
        return 0
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        tasks = plan(board(unit.conn, contact), by_phone, rings, unit.now)
        for task in tasks:
            _do(unit, contact, task)
        unit.commit()
    return len(tasks)


def _do(unit: UnitOfWork, contact: Contact, task: Task) -> None:
    if task.order is Order.RING_HELPER:
        plan_helper(unit, contact, str(task.person_id), offer_id=task.offer_id)
    elif task.order is Order.GIVE_BACK:
        _give_back(unit, contact, str(task.person_id))
    elif task.leg_id is not None:
        leg = legs.get(unit.conn, task.leg_id)
        promise_call(unit, leg, _EFFECTS[task.order])


def promise_call(unit: UnitOfWork, leg: Leg, kind: str) -> None:
    """Promise what is to be done to a leg, once for where it stands; a ring in doubt is not rung twice.

    What failed, or was done and is wanted still, is promised again: a leg in the wrong place never stays there.
    """
    doubt = OnDoubt.DROP if kind == "ring" else OnDoubt.REPEAT
    again = None if kind == "ring" else AGAIN_AFTER
    where = "" if kind in {"ring", "hang_up"} else f":{leg.round}"
    key = f"{kind}:{leg.id}{where}"
    unit.promise(kind, {"leg_id": leg.id}, dedupe_key=key, on_doubt=doubt, again_after=again)


def still_to_move(helpline: Helpline, leg_id: str) -> bool:
    """Whether a leg that was to be led elsewhere still stands in the wrong place; trouble may have delayed it long."""
    with helpline.database.read() as conn:
        leg = legs.get(conn, leg_id)
        now = board(conn, contacts.get_contact(conn, leg.contact_id))
    order = Order.TELL_CUT if leg.party is Party.HELPER else Order.MOVE
    return is_wanted(now, order, leg_id, helpline.clock.now())


def promise_seat(unit: UnitOfWork, leg: Leg) -> None:
    """Promise that somebody in a conference sits as their leg says: held, muted, heard by one alone."""
    unit.promise("seat", {"leg_id": leg.id}, dedupe_key=f"seat:{leg.id}:{leg.round}", on_doubt=OnDoubt.REPEAT)


def seen_in_conference(helpline: Helpline, sid: str, conference: str, sequence: int, *, inside: bool) -> None:
    """Somebody entered or left a conference: whoever shows it reads again, and who coaches is heard by the right one.

    A listener who was rung again has another call, to which a coach must be tied anew.
    """
    with UnitOfWork(helpline) as unit:
        known = legs.by_sid(unit.conn, sid)
        if known is None:
            return
        leg = legs.get(unit.conn, known.id, lock=True)
        legs.seat(unit.conn, leg, conference, sequence, inside=inside)
        if leg.party is Party.HELPER and leg.mode is Mode.TALK:
            for one in legs.of_contacts(unit.conn, [leg.contact_id]).get(leg.contact_id, []):
                if one.mode is Mode.COACH and one.live and one.joined_at is not None:
                    promise_seat(unit, legs.change(unit.conn, one.id, round=one.round + 1))
        unit.tell_all(leg.contact_id, "state")
        unit.commit()


def plan_helper(
    unit: UnitOfWork, contact: Contact, person_id: str, *, offer_id: str | None = None, mode: Mode = Mode.TALK
) -> Leg:
    """Write that somebody of the helpline is to be rung, and promise it."""
    caller = legs.last_caller(unit.conn, contact.id)
    leg = legs.add(
        unit.conn,
        contact_id=contact.id,
        party=Party.HELPER,
        line="" if caller is None else caller.line,
        now=unit.now,
        person_id=person_id,
        offer_id=offer_id,
        mode=mode,
        stage=Stage.EXPECTED,
    )
    promise_call(unit, leg, "ring")
    return leg


def _give_back(unit: UnitOfWork, contact: Contact, person_id: str) -> None:
    """A listener who holds a caller is not reached: the caller waits in line again, at the place of their wait."""
    care.tell(unit.conn, person_id, "not_reached", key=f"let-go:{contact.token}", now=unit.now)
    offers.note_missed(unit.conn, contact.id, person_id, contact.level, unit.now)
    unit.log(contact.id, "listener_let_go", "machine")
    respond.give_back(unit, contact, actor="machine", said="listener_vanished")


def _keep_alive(helpline: Helpline, found: Sequence[Leg]) -> None:
    """Whoever talks on the telephone is here, also while their desk sleeps."""
    talking = {leg.person_id for leg in found if leg.party is Party.HELPER and leg.live and leg.joined_at}
    late = helpline.clock.now() - timedelta(seconds=helpline.routing.presence_lost_seconds / 3)
    with helpline.database.read() as conn:
        duties = [volunteers.duty_of(conn, person_id) for person_id in talking if person_id is not None]
    for duty in duties:
        if duty is not None and duty.on_duty and duty.beat_at < late:
            with UnitOfWork(helpline) as unit:
                volunteers.beat(unit.conn, duty.person_id, unit.now)
                unit.commit()


def greet_helper(helpline: Helpline, leg_id: str) -> tuple[Leg, Contact, bool]:
    """A helper's telephone was answered: the leg, its contact, and whether they are still wanted."""
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id, lock=True)
        contact = contacts.get_contact(unit.conn, leg.contact_id)
        if leg.open and not leg.live:
            leg = legs.change(unit.conn, leg.id, state=LegState.LIVE, answered_at=unit.now)
            unit.tell_all(contact.id, "state")
        wanted = leg.open and all(task.leg_id != leg.id for task in _tasks(unit, contact))
        unit.commit()
    return leg, contact, wanted


def takes_over(helpline: Helpline, leg: Leg) -> bool:
    """Whether a helper is asked about a conversation that a colleague holds."""
    with helpline.database.read() as conn:
        found = None if leg.offer_id is None else offers.get(conn, leg.offer_id)
    return found is not None and bool(PASSED_ON & set(found.reasons))


def _tasks(unit: UnitOfWork, contact: Contact) -> list[Task]:
    rings = Rings(timedelta(), unit.helpline.calls.most_rings)
    return plan(board(unit.conn, contact), frozenset(), rings, unit.now)


def take(helpline: Helpline, leg_id: str) -> tuple[Take, Leg]:
    """Key 1 on a helper's telephone: they take the caller, if nobody was faster, and join the conference."""
    leg, _, wanted = greet_helper(helpline, leg_id)
    if leg.joined_at is not None:
        return Take.CONNECTED, leg
    if not leg.open:
        return Take.OVER, leg
    outcome = _accept(helpline, leg) if leg.offer_id is not None else (Take.CONNECTED if wanted else Take.OVER)
    if outcome is not Take.CONNECTED:
        return outcome, leg
    with UnitOfWork(helpline) as unit:
        if not legs.get(unit.conn, leg.id, lock=True).open:
            return Take.OVER, leg
        contact = contacts.get_contact(unit.conn, leg.contact_id, lock=True)
        leg = legs.change(unit.conn, leg.id, joined_at=unit.now)
        unit.log(contact.id, "helper_on_the_line", leg.person_id or "", mode=leg.mode)
        unit.tell_all(contact.id, "state")
        unit.commit()
    return Take.CONNECTED, leg


def _accept(helpline: Helpline, leg: Leg) -> Take:
    with helpline.database.read() as conn:
        person = volunteers.get_person(conn, leg.person_id or "")
        contact = contacts.get_contact(conn, leg.contact_id)
    if contact.owner_id == person.id and contact.state is State.IN_CONVERSATION:
        return Take.CONNECTED
    try:
        respond.accept(helpline, person, leg.offer_id or "")
    except AlreadyClaimed as lost:
        return Take.TAKEN if lost.by else Take.OVER
    except AtCapacity:
        offer.no_room(helpline, leg.offer_id or "")
        return Take.NO_ROOM
    except (OffDuty, NotFit, NotAllowed):
        return Take.NOT_READY
    except (Conflict, NotFound):
        return Take.OVER
    return Take.CONNECTED


def cut(helpline: Helpline, leg_id: str) -> bool:
    """A helper hears that the caller's line is gone: they no longer talk with anybody.

    ``False`` when it is not gone, because the caller is rung or has called again: then they stay where they are.
    """
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id, lock=True)
        if legs.caller(unit.conn, leg.contact_id) is not None:
            return False
        legs.change(unit.conn, leg.id, joined_at=None, round=leg.round + 1, memory=leg.memory | {MET: True})
        unit.tell_all(leg.contact_id, "state")
        unit.commit()
    return True


def declined(helpline: Helpline, leg_id: str) -> None:
    """Answered and no key pressed (a voicemail box, or somebody who cannot): the next one is asked at once."""
    helper_ended(helpline, leg_id, Ended.NOT_TAKEN)


def helper_ended(helpline: Helpline, leg_id: str, why: Ended) -> None:
    """A helper's leg is over; who was rung for an offer and did not take it is passed over at once."""
    with UnitOfWork(helpline) as unit:
        leg = legs.get(unit.conn, leg_id, lock=True)
        never = leg.joined_at is None
        if not legs.end(unit.conn, leg.id, unit.now, Ended.NOT_TAKEN if never and why is Ended.COMPLETED else why):
            return
        contact = contacts.get_contact(unit.conn, leg.contact_id, lock=True)
        unit.log(contact.id, "helper_leg_ended", leg.person_id or "machine", why=why)
        if leg.offer_id is not None and never:
            offer.miss(unit, contact, leg.offer_id, Missed.UNREACHED)
        unit.tell_all(contact.id, "state")
        unit.commit()


def language_of(helpline: Helpline, leg: Leg) -> Language:
    """What the helper on this leg is spoken to in: the caller's language where they speak it, else their first."""
    with helpline.database.read() as conn:
        person = volunteers.get_person(conn, leg.person_id or "")
        contact = contacts.get_contact(conn, leg.contact_id)
    if contact.language in person.languages:
        return contact.language
    return Language(person.languages[0]) if person.languages else Language.EN
