"""Which legs there should be and which there are; pure, so that every crash in between ends in the same picture.

Looked at again whenever something changed and once a second: what is missing is rung, what is no longer wanted is hung
up, who stands in the wrong place is moved. Nothing here remembers what was done before, except by the legs themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.domain.contact import State
from hotline.domain.phone import ENDS_BY_ITSELF, FIRST_QUESTIONS, Mode, Stage


class Order(StrEnum):
    """What is to be done about a call."""

    RING_HELPER = "ring_helper"
    RING_CALLER = "ring_caller"
    HANG_UP = "hang_up"
    MOVE = "move"
    GIVE_BACK = "give_back"
    TELL_CUT = "tell_cut"


@dataclass(frozen=True, slots=True)
class Rung:
    """A leg of somebody of the helpline, open or ended; ``joined`` while they are in the conference.

    ``met`` once they were in it, whatever became of the line: then they were reached. ``refused`` where the provider
    did not place the call: nothing rang, and it says nothing about the person.
    """

    leg_id: str
    person_id: str
    offer_id: str | None
    mode: Mode
    open: bool
    joined: bool
    at: datetime
    ended_at: datetime | None
    met: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Caller:
    """The open leg of the person who needs help; ``planned`` until they are rung, ``live`` once they answered.

    ``inside`` while the provider has them in the conference, whatever they were to hear last. ``unasked`` where we ring
    them and they do not wish it (any more). ``leaving`` once their listener ended the call: they hear the goodbye.
    """

    leg_id: str
    stage: Stage
    planned: bool
    live: bool
    at: datetime
    inside: bool = False
    unasked: bool = False
    leaving: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """One contact with a call: who holds it since when, who is beside them, who is asked (offer and person)."""

    contact_id: str
    state: State
    owner_id: str | None
    held_since: datetime | None
    beside: frozenset[str]
    asked: tuple[tuple[str, str], ...]
    caller: Caller | None
    helpers: Sequence[Rung]


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: to which leg, or for whom (and which offer) a leg is to be made."""

    order: Order
    contact_id: str
    leg_id: str | None = None
    person_id: str | None = None
    offer_id: str | None = None


@dataclass(frozen=True, slots=True)
class Rings:
    """How often, and with which pause, somebody who holds a caller is rung."""

    again: timedelta
    most: int


_LISTENING_IN = frozenset({Mode.LISTEN, Mode.COACH})


def plan(board: Board, by_phone: frozenset[str], rings: Rings, now: datetime) -> list[Task]:
    """What is to be done about one contact's call now; nothing when all is as it should be.

    ``by_phone`` are the people who take calls on a telephone of their own.
    """
    return [*_hang_up(board), *_ring(board, by_phone, rings, now), *_caller(board, now), *_cut(board)]


def is_wanted(board: Board, order: Order, leg_id: str, now: datetime) -> bool:
    """Whether something that was promised for a leg is still to be done."""
    tasks = plan(board, frozenset(), Rings(timedelta(), 0), now)
    return any(task.order is order and task.leg_id == leg_id for task in tasks)


def _wanted(board: Board, leg: Rung) -> bool:
    """Whether somebody's leg still has a reason."""
    if board.state is State.IN_CONVERSATION:
        here = {board.owner_id, *board.beside}
        listens = leg.mode in _LISTENING_IN and leg.offer_id is None and (board.caller is not None or _talks(board))
        return leg.person_id in here or listens or _asked(board, leg)
    return _asked(board, leg)


def _talks(board: Board) -> bool:
    """Whether somebody of the helpline is in the conference to talk."""
    return any(leg.open and leg.joined and leg.mode is Mode.TALK for leg in board.helpers)


def _asked(board: Board, leg: Rung) -> bool:
    return leg.offer_id is not None and (leg.offer_id, leg.person_id) in board.asked


def _cut(board: Board) -> list[Task]:
    """Whoever sits alone because the caller's line is gone is told so, and may call them back."""
    if board.caller is not None or board.state is not State.IN_CONVERSATION:
        return []
    alone = [leg for leg in board.helpers if leg.open and leg.joined and leg.mode is Mode.TALK]
    return [Task(Order.TELL_CUT, board.contact_id, leg_id=leg.leg_id) for leg in alone]


def _hang_up(board: Board) -> list[Task]:
    gone = [leg for leg in board.helpers if leg.open and not _wanted(board, leg)]
    return [Task(Order.HANG_UP, board.contact_id, leg_id=leg.leg_id) for leg in gone]


def _ring(board: Board, by_phone: frozenset[str], rings: Rings, now: datetime) -> list[Task]:
    if board.caller is None or board.caller.leaving:
        return []
    tasks = []
    for offer_id, person_id in board.asked:
        rung_for_it = any(leg.offer_id == offer_id and not leg.refused for leg in board.helpers)
        if person_id in by_phone and not rung_for_it and _may_ring(board, person_id, rings, now):
            tasks.append(Task(Order.RING_HELPER, board.contact_id, person_id=person_id, offer_id=offer_id))
    if board.state is State.IN_CONVERSATION:
        rung = {leg.person_id for leg in board.helpers if not leg.refused}
        missing = sorted(one for one in (board.beside & by_phone) - rung if _may_ring(board, one, rings, now))
        tasks += [Task(Order.RING_HELPER, board.contact_id, person_id=person_id) for person_id in missing]
        tasks += _ring_owner(board, by_phone, rings, now)
    return tasks


def _may_ring(board: Board, person_id: str, rings: Rings, now: datetime) -> bool:
    """Whether so much time has passed since this person was last rung in vain; the offer at their desk stands."""
    last = [leg.ended_at or now for leg in board.helpers if leg.person_id == person_id and not leg.met]
    return not last or now - max(last) >= rings.again


def _ring_owner(board: Board, by_phone: frozenset[str], rings: Rings, now: datetime) -> list[Task]:
    """Whoever holds the caller has a leg; one who is not reached so often gives the caller back.

    Who takes no calls keeps them: somebody who does is asked to come to the line (``flow/handover.py: relieve``).
    """
    owner = board.owner_id
    if owner not in by_phone or any(leg.open and leg.person_id == owner for leg in board.helpers):
        return []
    since = board.held_since
    tried = [leg for leg in board.helpers if leg.person_id == owner and (since is None or leg.at >= since)]
    if sum(not leg.met and not leg.refused for leg in tried) >= rings.most:
        return [] if _talks(board) else [Task(Order.GIVE_BACK, board.contact_id, person_id=owner)]
    last = max((leg.ended_at for leg in tried if leg.ended_at is not None), default=None)
    if last is not None and now - last < rings.again:
        return []
    return [Task(Order.RING_HELPER, board.contact_id, person_id=owner)]


def _caller(board: Board, now: datetime) -> list[Task]:
    """Ring a caller who is to be rung once somebody is there for them; move one who stands in the wrong place."""
    caller = board.caller
    if caller is None:
        return []
    talks = _talks(board)
    if not caller.live and (caller.unasked or board.state is not State.IN_CONVERSATION):
        return [Task(Order.HANG_UP, board.contact_id, leg_id=caller.leg_id)]
    if caller.planned:
        return [Task(Order.RING_CALLER, board.contact_id, leg_id=caller.leg_id)] if talks and caller.at <= now else []
    if not caller.live or caller.stage in ENDS_BY_ITSELF:
        return []
    if caller.stage in FIRST_QUESTIONS and not talks and not caller.leaving:
        return []
    over = caller.leaving or board.state in {State.WRAPPING_UP, State.CLOSED, State.REFERRED}
    alone = caller.inside and not talks
    if over or alone or talks is not (caller.stage is Stage.TALKING):
        return [Task(Order.MOVE, board.contact_id, leg_id=caller.leg_id)]
    return []
