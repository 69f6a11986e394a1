"""Finds the next contact for a listener from the heads of the lanes; a claim must not cost more in a longer queue.

Every lane of every language is an index of its own order, so that a rare language is found at once behind any number of
others.
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.domain.contact import Level
from hotline.routing.policy import Reach, first_key, queue_key
from hotline.routing.tables import offers, queue

Limit = int | sa.BindParameter[int]
"""How many: a number, or the parameter that a statement built once is given one in."""

URGENT_RANK = Level.HIGH.rank
HEADS = (8, 512)
"""How many of each lane are looked at for one listener: a few, and many where other listeners hold those just now."""
_contact = sa.table("contacts", sa.column("id"))
"""Whose row is held by whoever does anything about a contact, before its place in the queue is touched."""


def next_for(conn: Connection, reach: Reach, *, spare_offered: bool, hold: bool = True) -> str | None:
    """The first waiting contact within this reach, or ``None``; ``hold`` passes over those whose contact is locked.

    It locks the one it gives, unless that one is urgent: nobody goes past somebody in danger because another act holds
    their contact for a moment; whoever takes them waits for that. ``spare_offered`` passes over contacts somebody is
    being asked about, unless they are urgent. Only the heads of the lanes are read, whatever the queue's length; many
    of them only when others hold the first few.
    """
    for limit in HEADS:
        heads = lane_heads(reach, limit, spare_offered=spare_offered)
        first = conn.execute(_first(heads)).one_or_none()
        if first is None or not hold or first.severity >= URGENT_RANK:
            return None if first is None else str(first.contact_id)
        held = conn.execute(_first(heads).with_for_update(skip_locked=True, of=_contact)).one_or_none()
        if held is not None:
            return str(held.contact_id)
    return None


def _first(heads: sa.CompoundSelect[Any]) -> sa.Select[Any]:
    return (
        sa.select(queue.c.contact_id, queue.c.severity)
        .join(_contact, _contact.c.id == queue.c.contact_id)
        .where(queue.c.status == "waiting", queue.c.contact_id.in_(sa.select(heads.subquery().c.contact_id)))
        .order_by(queue.c.queue_key)
        .limit(1)
    )


def lane_heads(reach: Reach, limit: Limit, *, spare_offered: bool) -> sa.CompoundSelect[Any]:
    """The first of each lane in each language of this reach, and of those in any language whose target was missed."""
    allowed = _allowed(reach, spare_offered=spare_offered)
    lanes = sorted(reach.lanes)
    arms = [
        *[(queue.c.language == language, queue.c.lane == lane) for language in reach.languages for lane in lanes],
        *[(sa.text("targets_missed > 0"), queue.c.lane == lane) for lane in lanes],
    ]
    return sa.union_all(*[_arm([*arm, *allowed], limit) for arm in arms] or [_arm([sa.false()], 1)])


def _arm(conditions: Iterable[Any], limit: Limit) -> sa.Select[Any]:
    head = sa.select(queue.c.contact_id).where(sa.text("status = 'waiting'"), *conditions)
    return sa.select(head.order_by(queue.c.queue_key).limit(limit).subquery())


def _allowed(reach: Reach, *, spare_offered: bool) -> list[Any]:
    """What a reach leaves out, as bounds of the key where it can be: nothing before them is read."""
    allowed: list[Any] = []
    if reach.but:
        allowed.append(queue.c.contact_id.not_in(reach.but))
    if reach.below_severity is not None:
        allowed += [queue.c.severity < reach.below_severity, queue.c.queue_key >= first_key(reach.below_severity - 1)]
    if reach.reserved_since is not None:
        allowed.append(queue.c.queue_key <= queue_key(Level.HIGH, 0, reach.reserved_since))
    if spare_offered:
        asked = sa.exists().where(offers.c.contact_id == queue.c.contact_id, offers.c.state == "open")
        allowed.append(sa.or_(queue.c.severity >= URGENT_RANK, ~asked))
    return allowed
