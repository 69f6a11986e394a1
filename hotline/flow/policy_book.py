"""The numbers in force now: those of ``config/``, and over them what people set from a moment on.

Decisions read ``helpline.routing`` and its like, which never ask the database. The book looks at the database before an
act or a request begins, at most every few seconds, so that every process follows within ten seconds.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from hotline.contacts.keeping import RetentionPolicy
from hotline.domain.clock import Clock
from hotline.domain.numbers import Number, numbers_in, with_values
from hotline.flow.last_known import LastKnown
from hotline.routing.policy import RoutingPolicy
from hotline.storage import policy_values
from hotline.storage.engine import Database
from hotline.volunteers.rota import RotaPolicy
from hotline.volunteers.wellbeing import WellbeingPolicy

FILES = ("routing_policy", "wellbeing_policy", "retention_policy")


@dataclass(frozen=True, slots=True)
class InForce:
    """The policies as they stand, and the numbers people set, by name."""

    routing: RoutingPolicy
    wellbeing: WellbeingPolicy
    rota: RotaPolicy
    retention: RetentionPolicy
    set_by_people: Mapping[str, float]


class PolicyBook(LastKnown[InForce]):
    """The policies of one process. ``files`` maps a policy's name to its file as written, with units and sources."""

    def __init__(self, database: Database, clock: Clock, files: Mapping[str, Mapping[str, Any]]) -> None:
        self.numbers: Mapping[str, Number] = {one.name: one for name in FILES for one in numbers_in(files[name], name)}
        self._files = files
        self.trial = False
        super().__init__(database, clock, self._build({}))

    def look_again(self) -> None:
        """Ask the database what is in force; a book for a trial asks nobody.

        Raises what the database raises, unlike the books of words and hours: these numbers also say what is erased, and
        those of the files may be shorter than what people set.
        """
        if self.trial:
            return
        now = self._clock.now()
        with self._database.read() as conn:
            self.now = self._read(conn, now)
        self._looked_at = now

    def _read(self, conn: Connection, now: datetime) -> InForce:
        found = policy_values.in_force(policy_values.settings(conn), now)
        known = {name: value for name, value in found.items() if name in self.numbers}
        return self.now if known == self.now.set_by_people else self._build(known)

    def but(self, **changed: Any) -> "PolicyBook":
        """A book for a trial: the same, with some policies replaced for good."""
        other = copy(self)
        other.trial = True
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
