"""What goes wrong between the helpline and its telephone company, on command; networks do all of it by themselves."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Hop:
    """One delivery of a webhook: in so many seconds; among those of one moment a smaller order arrives first."""

    delay_seconds: float = 0.0
    order: int = 0


ONCE = (Hop(),)


class WebhookFaults:
    """Decides how often and when each webhook arrives; by itself once and at once.

    Shares lie between 0 and 1. What asks for TwiML is never dropped by chance, because the double would have nothing to
    play; it may be doubled or late.
    """

    def __init__(
        self,
        *,
        seed: int = 0,
        doubled: float = 0.0,
        delayed: float = 0.0,
        dropped: float = 0.0,
        most_delay_seconds: float = 30.0,
        reversed_order: bool = False,
    ) -> None:
        self._random = random.Random(seed)  # noqa: S311 - chance for tests, repeatable by its seed
        self._doubled = doubled
        self._delayed = delayed
        self._dropped = dropped
        self._most_delay_seconds = most_delay_seconds
        self._reversed = reversed_order
        self._number = 0

    def hops(self, kind: str, *, waits_for_answer: bool) -> tuple[Hop, ...]:  # noqa: ARG002 - others look at the kind
        """When this webhook arrives; empty when it never does."""
        self._number += 1
        if not waits_for_answer and self._random.random() < self._dropped:
            return ()
        first = self._hop(waits_for_answer=waits_for_answer)
        if self._random.random() < self._doubled:
            return (first, Hop(first.delay_seconds + self._random.random() * self._most_delay_seconds))
        return (first,)

    def _hop(self, *, waits_for_answer: bool) -> Hop:
        late = self._random.random() < self._delayed
        delay_seconds = self._random.random() * self._most_delay_seconds if late else 0.0
        if self._reversed and not waits_for_answer:
            return Hop(delay_seconds, order=-self._number)
        return Hop(delay_seconds)


class PlannedFaults:
    """Follows a written plan: the first webhook takes the first entry (its delays in seconds), and so on to the end.

    An empty entry drops a status callback; a request for TwiML arrives all the same. ``only`` names the kinds of
    webhooks that take part.
    """

    def __init__(self, plan: Iterable[Iterable[float]], only: frozenset[str] | None = None) -> None:
        self._plan = iter([tuple(entry) for entry in plan])
        self._only = only

    def hops(self, kind: str, *, waits_for_answer: bool) -> tuple[Hop, ...]:
        """When this webhook arrives; empty when it never does."""
        if self._only is not None and kind not in self._only:
            return ONCE
        entry = next(self._plan, (0.0,))
        if not entry and waits_for_answer:
            return ONCE
        return tuple(Hop(delay_seconds) for delay_seconds in entry)


WELL = "well"
MODES = (WELL, "error", "busy", "slow", "silent", "lost")
"""Well; 500 and not done; 429 and not done; done late; no answer and not done; done, and the answer is a 500."""


@dataclass
class RestFaults:
    """How the double's REST answers: one mode for all, or for the next so many requests that ``concerns`` accepts."""

    mode: str = WELL
    retry_after_seconds: int = 1
    slow_seconds: float = 20.0
    concerns: Callable[[str, str], bool] = field(default=lambda _method, _path: True)
    left: int | None = None
    """Requests that the mode still concerns; None for all."""

    def set(self, mode: str, *, times: int | None = None, concerns: Callable[[str, str], bool] | None = None) -> None:
        """Answer in this mode from now on, ``times`` times or until told otherwise."""
        if mode not in MODES:
            raise ValueError(f"no such mode: {mode}")
        self.mode = mode
        self.left = times
        self.concerns = concerns or (lambda _method, _path: True)

    def take(self, method: str, path: str) -> str:
        """The mode of this request."""
        if self.mode == WELL or self.left == 0 or not self.concerns(method, path):
            return WELL
        if self.left is not None:
            self.left -= 1
        return self.mode
