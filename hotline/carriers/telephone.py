"""What a telephone network is asked: ring, move, hang up, seat; one shape, so that a double is asked the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.domain.phone import Ended


@dataclass(frozen=True, slots=True)
class Ring:
    """Somebody is to be rung from ``from_number``.

    ``answer_url`` says what they hear, ``events_url`` is told how it goes on; both are addresses of ours. It rings for
    ``seconds``; ``detect_machine`` asks the network to say whether a machine answered.
    """

    to_number: str
    from_number: str
    answer_url: str
    events_url: str
    seconds: int
    detect_machine: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """What somebody does in a conference; ``coached_sid`` is who alone hears them, ``None`` for everybody."""

    conference: str
    sid: str
    muted: bool = False
    hold: bool = False
    hold_url: str = ""
    coached_sid: str | None = None


@dataclass(frozen=True, slots=True)
class KnownCall:
    """A call as the network knows it: ``ended`` is ``None`` while it goes on; ``from_number`` empty when withheld."""

    sid: str
    from_number: str
    to_number: str
    inbound: bool
    started_at: datetime | None
    ended: Ended | None


class Calls(Protocol):
    """A telephone network. Every method raises ``CarrierError`` when it failed or nobody knows whether it did."""

    name: str

    def ring(self, order: Ring) -> str:
        """Ring somebody; gives the network's id of the call."""
        ...

    def move(self, sid: str, url: str) -> None:
        """Let who is on this call hear what ``url`` says now."""
        ...

    def hang_up(self, sid: str) -> None:
        """End a call, ringing or answered; one that has ended is no error."""
        ...

    def seat(self, order: Seat) -> None:
        """Change what somebody does in their conference; one that is over is no error."""
        ...

    def look_up(self, sid: str) -> KnownCall | None:
        """One call, or ``None`` when the network does not know it."""
        ...

    def going_on(self) -> list[KnownCall]:
        """The calls that go on now."""
        ...
