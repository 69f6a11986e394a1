"""The shape of what a promise does outside; every room of effects gives the dispatcher the same two functions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from hotline.carriers.paging import Carriers
from hotline.domain.errors import CarrierError
from hotline.flow.helpline import Helpline

MOST_ATTEMPTS = 6
LONGEST_PAUSE = timedelta(minutes=2)


class CarryOut(Protocol):
    """Does it; gives its outcome in a technical word, ``None`` when it is no longer needed.

    Raises ``CarrierError``.
    """

    def __call__(self, helpline: Helpline, carriers: Carriers, payload: Mapping[str, Any], /) -> str | None:
        """Do it."""
        ...


class InTrouble(Protocol):
    """Hears that it failed; ``final`` when it will not be tried again."""

    def __call__(
        self, helpline: Helpline, payload: Mapping[str, Any], trouble: CarrierError, /, *, final: bool
    ) -> None:
        """Hear of it."""
        ...


@dataclass(frozen=True, slots=True)
class Effect:
    """One kind of promise; how often the fault of others is waited out, with pauses that grow up to the longest."""

    carry_out: CarryOut
    in_trouble: InTrouble
    most_attempts: int = MOST_ATTEMPTS
    longest_pause: timedelta = LONGEST_PAUSE


def asked(carrier_name: str, trouble: Exception) -> CarrierError:
    """Our word for a carrier that breaks in an unforeseen way: it may have done it all the same."""
    if isinstance(trouble, CarrierError):
        return trouble
    return CarrierError(f"{carrier_name}: {type(trouble).__name__}", theirs=True, may_have_happened=True)
