"""Where somebody who waits stands and how long it may take, from what is true now; an old promise would be false."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.domain.contact import State
from hotline.domain.records import Contact
from hotline.flow.helpline import Helpline
from hotline.flow.scene import by_which, candidates, within_reach
from hotline.routing import store as routing
from hotline.routing.capacity import house_for
from hotline.routing.policy import Lane
from hotline.routing.ranking import Wanted
from hotline.routing.wait import expected_wait_seconds
from hotline.volunteers import shifts

BEFORE_A_HUMAN = frozenset({State.RECEIVED, State.ASSESSED, State.WAITING, State.OFFERED})
HISTORY = timedelta(days=7)
ENOUGH_CONVERSATIONS = 30
"""With fewer of our own, the assumed usual length counts."""
AHEAD_WINDOW = timedelta(hours=1)
AHEAD_CONTACTS = 1000
"""In a crowd so many of the newest arrivals say as well how fast they come; a page may not read more."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person who waits may be told.

    ``position`` counts from 1, ``None`` before the queue; ``wait_seconds`` is a bound that holds for nine of ten and
    ``None`` where it is too long to help anybody; ``staffed`` tells whether anybody here could come at all;
    ``next_shift_at`` when the next shift begins, where nobody is here.
    """

    position: int | None
    wait_seconds: int | None
    staffed: bool
    next_shift_at: datetime | None = None


def standing(helpline: Helpline, conn: Connection, contact: Contact) -> Standing | None:
    """Where this contact stands now; ``None`` once a human is there or it is over."""
    if contact.state not in BEFORE_A_HUMAN:
        return None
    now = helpline.clock.now()
    place = routing.get(conn, contact.id)
    wanted = Wanted(
        contact_id=contact.id,
        level=contact.level,
        language=contact.language,
        lane=Lane.OPEN if place is None else place.lane,
        since=contact.waiting_since or contact.arrived_at,
        targets_missed=0 if place is None else place.targets_missed,
        channel=by_which(contact, legs.on_calls(conn, [contact.id])),
    )
    own = contacts.talk_seconds(conn, now - HISTORY)
    usual = helpline.routing.usual_conversation_seconds
    house = house_for(
        helpline.routing,
        wanted,
        within_reach(conn, contact.id, candidates(helpline, conn, now)),
        now,
        work_seconds=sum(own) / len(own) if len(own) >= ENOUGH_CONVERSATIONS else usual,
        ahead_per_second=_ahead_per_second(conn, contact, now),
    )
    if place is None or place.status != "waiting":
        return Standing(None, None, staffed=house.seats > 0, next_shift_at=_next_shift(conn, house.seats, now))
    position = routing.position(conn, place)
    wait_seconds = expected_wait_seconds(house, position=position)
    told = wait_seconds is not None and wait_seconds <= helpline.routing.wait_told_up_to_seconds
    return Standing(
        position,
        wait_seconds if told else None,
        staffed=house.seats > 0,
        next_shift_at=_next_shift(conn, house.seats, now),
    )


def _next_shift(conn: Connection, seats: float, now: datetime) -> datetime | None:
    """When somebody is planned to come, where nobody is here."""
    return None if seats else shifts.next_start(conn, now)


def _ahead_per_second(conn: Connection, contact: Contact, now: datetime) -> float:
    """How often somebody arrives who goes before this contact, by the last hour or the last thousand contacts."""
    newest = contacts.newest_since(conn, now - AHEAD_WINDOW, AHEAD_CONTACTS)
    crowded = len(newest) == AHEAD_CONTACTS
    seconds = (now - newest[-1][1]).total_seconds() if crowded else AHEAD_WINDOW.total_seconds()
    return sum(level.rank > contact.level.rank for level, _ in newest) / max(1.0, seconds)
