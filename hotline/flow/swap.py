"""Giving a shift to somebody else: asked, taken, perhaps approved; done by word of mouth, nobody would come, or two.

A shift changes hands only in the act that settles it, after a look at the taker's other shifts with their row held.
"""

from hotline.domain.contact import Role
from hotline.domain.errors import AlreadyClaimed, Conflict, InvalidInput, NotAllowed
from hotline.domain.records import Person
from hotline.flow.helpline import Helpline
from hotline.flow.rest import LISTENERS
from hotline.flow.rota import check_free
from hotline.flow.unit import UnitOfWork
from hotline.storage import feed
from hotline.volunteers import care, shifts, swaps
from hotline.volunteers import store as volunteers
from hotline.volunteers.rota import SwapState
from hotline.volunteers.swaps import Swap


def ask(helpline: Helpline, person: Person, shift_id: str, colleague_id: str | None) -> str:
    """Ask a colleague, or everybody (``None``), to take one's shift; gives the swap's id.

    Raises ``NotAllowed`` (not one's own) or ``Conflict`` (begun, or asked about already).
    """
    with UnitOfWork(helpline) as unit:
        shift = shifts.get_shift(unit.conn, shift_id)
        if shift.person_id != person.id:
            raise NotAllowed("only one's own shift is given away")
        if shift.start_at <= unit.now or swaps.of_shift(unit.conn, shift_id) is not None:
            raise Conflict("this shift has begun, or was asked about already")
        if colleague_id is not None:
            _check_listener(volunteers.get_person(unit.conn, colleague_id), person)
        swap_id = swaps.add(unit.conn, shift_id, asked_by=person.id, asked_of=colleague_id, now=unit.now)
        booked = {one.person_id for one in shifts.between(unit.conn, shift.start_at, shift.end_at)}
        for one in _asked(unit, person.id, colleague_id):
            if one not in booked:
                _tell(unit, one, "swap_asked", swaps.get(unit.conn, swap_id))
        _noted(unit, person.id, "swap_asked", person.id)
        unit.commit()
    return swap_id


def _check_listener(colleague: Person, person: Person) -> None:
    if colleague.id == person.id or colleague.disabled_at is not None or not colleague.roles & LISTENERS:
        raise InvalidInput("this person cannot take a shift", field="colleague")


def _asked(unit: UnitOfWork, asker_id: str, colleague_id: str | None) -> list[str]:
    if colleague_id is not None:
        return [colleague_id]
    everybody = volunteers.get_people(unit.conn).values()
    return [one.id for one in everybody if one.roles & LISTENERS and one.disabled_at is None and one.id != asker_id]


def take(helpline: Helpline, person: Person, swap_id: str) -> SwapState:
    """Take the shift; gives ``DONE``, or ``TAKEN`` where a supervisor decides.

    Raises ``AlreadyClaimed`` with who was first, ``DoubleBooked``, ``NotAllowed`` or ``Conflict`` (over, or begun).
    """
    state = SwapState.TAKEN if helpline.rota.swap_needs_supervisor else SwapState.DONE
    with UnitOfWork(helpline) as unit:
        swap = swaps.get(unit.conn, swap_id)
        if swap.asked_by == person.id or swap.asked_of not in {None, person.id} or not person.roles & LISTENERS:
            raise NotAllowed("this shift was not offered to you")
        if swap.start_at <= unit.now:
            raise Conflict("this shift has begun")
        shifts.hold_person(unit.conn, person.id)
        check_free(unit, person.id, swap.start_at, swap.end_at)
        over = {} if state is SwapState.TAKEN else {"settled_at": unit.now}
        if swap.state is not SwapState.OPEN or not swaps.move(unit.conn, swap, state, taken_by=person.id, **over):
            raise _lost(unit, swap_id)
        _over(unit, swap)
        if state is SwapState.DONE:
            _change_hands(unit, swap, person.id)
        else:
            _tell_supervisors(unit, swap)
        _noted(unit, person.id, "swap_taken", swap.asked_by)
        unit.commit()
    return state


def _lost(unit: UnitOfWork, swap_id: str) -> Conflict:
    taken_by = swaps.get(unit.conn, swap_id).taken_by
    if taken_by is None:
        return Conflict("this shift is not given away any more")
    return AlreadyClaimed("somebody else was first", by=volunteers.get_person(unit.conn, taken_by).alias)


def decide(helpline: Helpline, actor: Person, swap_id: str, *, agree: bool) -> None:
    """A supervisor's word on a taken shift; both are told. Nobody decides about a swap of their own."""
    with UnitOfWork(helpline) as unit:
        swap = swaps.get(unit.conn, swap_id)
        if Role.SUPERVISOR not in actor.roles or actor.id in {swap.asked_by, swap.taken_by}:
            raise NotAllowed("a supervisor who is not part of it decides")
        if swap.state is not SwapState.TAKEN or swap.taken_by is None or swap.start_at <= unit.now:
            raise Conflict("there is nothing to decide")
        state = SwapState.DONE if agree else SwapState.REFUSED
        shifts.hold_person(unit.conn, swap.taken_by)
        if agree:
            check_free(unit, swap.taken_by, swap.start_at, swap.end_at)
        if not swaps.move(unit.conn, swap, state, decided_by=actor.id, settled_at=unit.now):
            raise Conflict("somebody else has decided")
        _over(unit, swap)
        if agree:
            _change_hands(unit, swap, swap.taken_by)
        else:
            _tell(unit, swap.taken_by, "swap_refused", swap)
            _tell(unit, swap.asked_by, "swap_refused", swap)
        _noted(unit, actor.id, "swap_agreed" if agree else "swap_refused", swap.asked_by)
        unit.commit()


def _change_hands(unit: UnitOfWork, swap: Swap, taker_id: str) -> None:
    shifts.give_shift(unit.conn, swap.shift_id, taker_id)
    _tell(unit, swap.asked_by, "swap_done", swap)
    _tell(unit, taker_id, "swap_yours", swap)


def withdraw(helpline: Helpline, person: Person, swap_id: str) -> None:
    """Keep one's shift after all; who had taken it is told."""
    with UnitOfWork(helpline) as unit:
        swap = swaps.get(unit.conn, swap_id)
        if swap.asked_by != person.id:
            raise NotAllowed("only who asked takes it back")
        over = swap.state not in {SwapState.OPEN, SwapState.TAKEN}
        if over or not swaps.move(unit.conn, swap, SwapState.WITHDRAWN, settled_at=unit.now):
            raise Conflict("this is over already")
        _over(unit, swap)
        if swap.taken_by is not None:
            _tell(unit, swap.taken_by, "swap_withdrawn", swap)
        _noted(unit, person.id, "swap_withdrawn", person.id)
        unit.commit()


def expire(helpline: Helpline) -> int:
    """End what is still open when the shift begins: it stays with who asked, and everybody in it is told."""
    now = helpline.clock.now()
    with helpline.database.read() as conn:
        late = [swap for swap in swaps.unsettled(conn) if swap.start_at <= now]
    for swap in late:
        with UnitOfWork(helpline) as unit:
            if swaps.move(unit.conn, swap, SwapState.EXPIRED, settled_at=unit.now):
                _over(unit, swap)
                for person_id in {swap.asked_by, swap.taken_by} - {None}:
                    _tell(unit, str(person_id), "swap_expired", swap)
            unit.commit()
    return len(late)


def _tell_supervisors(unit: UnitOfWork, swap: Swap) -> None:
    for one in volunteers.get_people(unit.conn).values():
        if Role.SUPERVISOR in one.roles and one.disabled_at is None:
            _tell(unit, one.id, "swap_to_decide", swap)


def _over(unit: UnitOfWork, swap: Swap) -> None:
    """What people were asked about this swap is answered; nobody has to put it away."""
    for kind in ("swap_asked", "swap_to_decide"):
        care.untell(unit.conn, f"{kind}:{swap.id}", unit.now)


def _tell(unit: UnitOfWork, person_id: str, kind: str, swap: Swap) -> None:
    told = {"start_at": swap.start_at.isoformat(), "end_at": swap.end_at.isoformat()}
    care.tell(unit.conn, person_id, kind, key=f"{kind}:{swap.id}", now=unit.now, **told)


def _noted(unit: UnitOfWork, actor_id: str, kind: str, person_id: str) -> None:
    volunteers.note(unit.conn, unit.now, actor_id=actor_id, kind=kind, person_id=person_id)
    unit.tell(feed.DESK, "state", person_id=person_id)
