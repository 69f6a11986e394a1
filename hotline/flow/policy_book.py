"""The numbers in force now: those of ``config/``, and over them what people set from a moment on.

Decisions read ``helpline.routing`` and its like, which never ask the database. The book looks at the database before an
act or a request begins, at most every few seconds, so that every process follows within ten seconds.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hotline.contacts.keeping import RetentionPolicy
from hotline.domain.clock import Clock
from hotline.domain.numbers import Number, numbers_in, with_values
from hotline.routing.policy import RoutingPolicy
from hotline.storage import policy_values
from hotline.storage.engine import Database
from hotline.volunteers.rota import RotaPolicy
from hotline.volunteers.wellbeing import WellbeingPolicy

FILES = ("routing_policy", "wellbeing_policy", "retention_policy")
LOOK_EVERY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class InForce:
    """The policies as they stand, and the numbers people set, by name."""

    routing: RoutingPolicy
    wellbeing: WellbeingPolicy
    rota: RotaPolicy
    retention: RetentionPolicy
    set_by_people: Mapping[str, float]


class PolicyBook:
    """The policies of one process. ``files`` maps a policy's name to its file as written, with units and sources."""

    def __init__(self, database: Database, clock: Clock, files: Mapping[str, Mapping[str, Any]]) -> None:
        self.numbers: Mapping[str, Number] = {one.name: one for name in FILES for one in numbers_in(files[name], name)}
        self.database: Database | None = database
        self._clock = clock
        self._files = files
        self._looked_at: datetime | None = None
        self.now = self._build({})

    def look(self) -> None:
        """Ask the database what is in force, when that was not asked for some seconds."""
        now = self._clock.now()
        if self._looked_at is None or abs(now - self._looked_at) >= LOOK_EVERY:
            self.look_again()

    def look_again(self) -> None:
        """Ask the database what is in force; a book for a trial asks nobody."""
        if self.database is None:
            return
        now = self._clock.now()
        with self.database.read() as conn:
            found = policy_values.in_force(policy_values.settings(conn), now)
        known = {name: value for name, value in found.items() if name in self.numbers}
        if known != self.now.set_by_people:
            self.now = self._build(known)
        self._looked_at = now

    def but(self, **changed: Any) -> "PolicyBook":
        """A book for a trial: the same, with some policies replaced for good."""
        other = copy(self)
        other.database = None
        other.now = replace(self.now, **changed)
        return other

    def _build(self, values: Mapping[str, float]) -> InForce:
        routing, wellbeing, retention = (with_values(self._files[name], name, values) for name in FILES)
        return InForce(
            routing=RoutingPolicy.from_numbers(routing),
            wellbeing=WellbeingPolicy.from_numbers(wellbeing),
            rota=RotaPolicy.from_numbers(wellbeing),
            retention=RetentionPolicy.from_numbers(retention),
            set_by_people=dict(values),
        )
