"""Two simple orders to hold our own against: strict priority and first in, first out; nobody is served by them.

Both ask one person at a time, whoever has been free longest, whatever their training, and keep no seat free. They get
the same facts as :func:`hotline.routing.ranking.plan`, so that a simulation compares orders and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from hotline.domain.contact import Level
from hotline.routing.policy import RoutingPolicy, queue_key, room_for
from hotline.routing.ranking import Candidate, Proposal, Wanted


class Order(StrEnum):
    """The policies that can be compared."""

    HOTLINE = "hotline"
    STRICT = "strict"
    FIFO = "fifo"


def key(order: Order, wanted: Wanted) -> int:
    """The place in the queue, smallest first."""
    if order is Order.FIFO:
        return int(wanted.since.timestamp() * 1_000_000)
    return queue_key(wanted.level, wanted.targets_missed if order is Order.HOTLINE else 0, wanted.since)


def plan(
    policy: RoutingPolicy,
    waiting: Iterable[Wanted],
    candidates: Sequence[Candidate],
    free_since: Mapping[str, datetime],
    now: datetime,
) -> list[Proposal]:
    """The first who wait to those who have been free longest, one person for one contact."""
    free = [
        one
        for one in candidates
        if one.fit and one.offered is None and room_for(policy, held=one.held, held_urgent=0, level=Level.ROUTINE)
    ]
    free.sort(key=lambda one: (free_since[one.person_id], one.person_id))
    found: list[Proposal] = []
    for wanted in waiting:
        if not free:
            break
        if wanted.asked:
            continue
        chosen = next((one for one in free if not _missed_lately(policy, wanted, one, now)), None)
        if chosen is not None:
            free.remove(chosen)
            found.append(Proposal(wanted.contact_id, chosen.person_id, ()))
    return found


def _missed_lately(policy: RoutingPolicy, wanted: Wanted, one: Candidate, now: datetime) -> bool:
    at = wanted.missed.get(one.person_id)
    return at is not None and (now - at).total_seconds() < policy.missed_again_seconds
