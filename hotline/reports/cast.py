"""The people of a simulation as they stand at one moment, and the rules they play by."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from hotline.domain.contact import Level, State
from hotline.reports.scenario import BEGIN, Arrival
from hotline.routing.policy import Lane, RoutingPolicy
from hotline.routing.ranking import Wanted
from hotline.routing.yardsticks import Order
from hotline.volunteers.wellbeing import Served, WellbeingPolicy


@dataclass(slots=True)
class Call:
    """One contact on its way; ``told_seconds`` is the bound it was told, ``None`` where nobody was here."""

    arrival: Arrival
    wanted: Wanted
    state: State
    place: int = 0
    told_seconds: int | None = None
    accepted_at: datetime | None = None
    left_at: datetime | None = None

    @property
    def wait_seconds(self) -> float | None:
        """From arrival to a human; ``None`` when nobody came."""
        return None if self.accepted_at is None else (self.accepted_at - self.wanted.since).total_seconds()


@dataclass(slots=True)
class Seat:
    """One person on duty.

    ``call`` is whom they hold until ``done_at``, its closing form included; ``form`` a contact whose form they left for
    somebody in danger, with ``form_seconds`` of it still to write.
    """

    id: str
    lanes: frozenset[Lane]
    call: Call | None = None
    done_at: datetime = BEGIN
    form: Call | None = None
    form_seconds: float = 0.0
    offer: int | None = None
    offered: Call | None = None
    break_until: datetime | None = None
    debrief_until: datetime | None = None
    free_since: datetime = BEGIN
    served: deque[Served] = field(default_factory=lambda: deque(maxlen=4))
    taken: deque[datetime] = field(default_factory=deque)

    @property
    def closing(self) -> bool:
        """Whether all they hold is the closing form of a calm conversation."""
        return self.call is not None and self.call.state is State.WRAPPING_UP and not self.call.wanted.level.urgent


@dataclass(frozen=True, slots=True)
class Rules:
    """What is played: the house's own policies, and the order that is compared."""

    routing: RoutingPolicy
    wellbeing: WellbeingPolicy
    order: Order


def levels_of(calls: Iterable[Call]) -> dict[Level, list[Call]]:
    """The contacts of each level, most urgent first."""
    found: dict[Level, list[Call]] = {level: [] for level in reversed(Level)}
    for call in calls:
        found[call.wanted.level].append(call)
    return found
