"""How many seats are kept free for danger; ordering alone cannot keep a promise of twenty seconds.

With every seat busy the first in any order waits for somebody else's conversation to end. So one seat that may serve
danger stays free for imminent contacts: a clinician's, and while no clinician is free a crisis-trained volunteer's.
Numbers come from ``config/routing_policy.toml``, section ``reserve``; docs/adr/0010 shows what others would cost.
"""

from dataclasses import dataclass
from datetime import datetime

from hotline.domain.contact import Level
from hotline.routing.policy import Lane, RoutingPolicy


@dataclass(frozen=True, slots=True)
class Seats:
    """Who is here now.

    ``on_duty`` people may be given contacts or hold one; ``spare`` of them may serve the clinical lane and are wholly
    free, ``near`` are not clinicians but crisis-trained, and wholly free.
    """

    on_duty: int
    spare: int
    near: int = 0


def seats_to_leave(policy: RoutingPolicy, level: Level, since: datetime, now: datetime) -> int:
    """How many seats that may serve danger a contact must leave free.

    One more than the reserve while a calm contact waits only a little: its target is minutes away, and the second seat
    is what saves somebody in danger when the first person asked does not answer.
    """
    patient_seconds = 0 if level.urgent else leaves_for_seconds(policy, level)
    return policy.reserved_seats + int((now - since).total_seconds() < patient_seconds)


def leaves_for_seconds(policy: RoutingPolicy, level: Level) -> int:
    """How long a contact of this level leaves a seat free that it may have later."""
    return {
        Level.HIGH: policy.reserve_high_after_seconds,
        Level.ROUTINE: policy.reserve_routine_seconds,
        Level.INFORMATION: policy.reserve_information_seconds,
    }.get(level, 0)


def keeps_reserve(
    policy: RoutingPolicy, seats: Seats, *, lanes: frozenset[Lane], free: bool, leave: int | None = None
) -> bool:
    """Whether giving anything to this person would take a reserved seat; ``leave`` of them must stay free.

    Clinicians are the reserve; while none of them is free, the crisis-trained are, because an urgent contact goes to
    them then. ``lanes`` are the lanes this person may serve, ``free`` tells whether they hold nothing now.
    """
    leave = policy.reserved_seats if leave is None else leave
    if policy.reserved_seats == 0 or not free or seats.on_duty < policy.reserve_from_seats:
        return False
    if Lane.CLINICAL in lanes:
        return seats.spare <= policy.reserved_seats or seats.spare + seats.near <= leave
    return Lane.CRISIS in lanes and seats.spare + seats.near <= leave


def may_take_reserve(policy: RoutingPolicy, level: Level, since: datetime, now: datetime) -> bool:
    """Whether a contact of this level that waits ``since`` may take a reserved seat: imminent always, high later."""
    if level is Level.IMMINENT:
        return True
    return level is Level.HIGH and (now - since).total_seconds() >= policy.reserve_high_after_seconds
