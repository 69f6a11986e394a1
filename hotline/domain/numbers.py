"""Numbers that decide about people, and what they may be set to; a slip of a finger must not cost somebody an hour.

A number has a name (``routing_policy.offers.offer_seconds``), a unit, a source and who decided. Pure.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hotline.domain.contact import Level
from hotline.domain.errors import InvalidInput

RANGES: Mapping[str, tuple[float, float]] = {
    "s": (1, 86_400),
    "min": (1, 1_440),
    "h": (1, 168),
    "days": (1, 366),
    "months": (1, 240),
    "contacts": (1, 100),
    "people": (1, 100),
    "calls": (1, 20),
    "fraction": (0.01, 1),
    "points": (0, 1_000),
    "points per contact": (0, 1_000),
}
"""Least and most by unit (own choice: wide enough for any helpline, narrow enough to catch a wrong key)."""
FRACTION = "fraction"
MAY_BE_NOTHING = frozenset(
    {
        "head_start_seconds",
        "reserved_seats",
        "reserve_high_after_seconds",
        "reserve_routine_seconds",
        "reserve_information_seconds",
    }
)
"""Numbers whose 0 means that the rule is off."""
BOUNDS: Mapping[str, tuple[float, float]] = {
    "record_months": (36, 240),
    "addresses_hours": (1, 24),
    "notice_days": (1, 365),
}
"""Numbers with bounds of their own: the record's 3 years are the NHC guide's, the address's 24 h the first page's.

Nobody plans further ahead than a year, so a longer notice would forbid every shorter period for ever.
"""


class NoNumber(InvalidInput):
    """What was given is no number, or no whole one where only whole ones make sense."""

    code = "policy_no_number"


class OutOfRange(InvalidInput):
    """Less or more than this number may be."""

    code = "policy_out_of_range"


class OutOfOrder(InvalidInput):
    """It contradicts another number: an alarm before its target, a longest break shorter than the usual one."""

    code = "policy_out_of_order"


@dataclass(frozen=True, slots=True)
class Number:
    """One number as its file has it."""

    name: str
    value: float
    unit: str
    source: str
    decided_by: str

    @property
    def range(self) -> tuple[float, float]:
        """Least and most it may be set to."""
        key = self.name.rpartition(".")[2]
        least, most = BOUNDS.get(key, RANGES[self.unit])
        return (0 if key in MAY_BE_NOTHING else least), most

    def checked(self, given: str | float) -> float:
        """A value it may be set to; raises ``NoNumber`` or ``OutOfRange``."""
        try:
            value = float(given)
        except ValueError:
            raise NoNumber("a number is needed", field="value") from None
        if not math.isfinite(value) or (self.unit != FRACTION and not value.is_integer()):
            raise NoNumber("a whole number is needed", field="value")
        least, most = self.range
        if not least <= value <= most:
            raise OutOfRange(f"between {least} and {most}", field="value")
        return value


def numbers_in(tree: Mapping[str, Any], name: str) -> Iterator[Number]:
    """Every number of a policy file as written, in its order; ``name`` is where the tree stands."""
    if isinstance(tree.get("value"), int | float) and "unit" in tree:
        yield Number(name, tree["value"], tree["unit"], tree["source"], tree["decided_by"])
        return
    for key, below in tree.items():
        if isinstance(below, Mapping):
            yield from numbers_in(below, f"{name}.{key}")


def with_values(tree: Mapping[str, Any], name: str, values: Mapping[str, float]) -> dict[str, Any]:
    """The same tree, each table with a value replaced by it: by the one in ``values`` where its name stands there."""
    found: dict[str, Any] = {}
    for key, below in tree.items():
        where = f"{name}.{key}"
        if not isinstance(below, Mapping):
            found[key] = below
        elif "value" in below and "source" in below:
            found[key] = values.get(where, below["value"])
        else:
            found[key] = with_values(below, where, values)
    return found


ORDERED = (
    *(
        (f"routing_policy.service_levels.{level}.{less}", f"routing_policy.service_levels.{level}.{more}")
        for level in Level
        for less, more in (("target_seconds", "alarm_seconds"), ("alarm_seconds", "everyone_seconds"))
    ),
    ("routing_policy.capacity.chats_at_once_urgent", "routing_policy.capacity.chats_at_once"),
    ("wellbeing_policy.breaks.required_minutes", "wellbeing_policy.breaks.longest_minutes"),
    ("wellbeing_policy.breaks.own_minutes", "wellbeing_policy.breaks.longest_minutes"),
    ("retention_policy.periods.transcripts_months", "retention_policy.periods.record_months"),
)
"""Pairs of numbers of which the first may not be greater than the second."""


def check_together(values: Mapping[str, float]) -> None:
    """Raise ``OutOfOrder`` when two of all numbers contradict each other."""
    for less, more in ORDERED:
        if less in values and more in values and values[less] > values[more]:
            raise OutOfOrder(f"{less} is greater than {more}", field="value")
