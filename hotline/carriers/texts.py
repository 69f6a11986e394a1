"""What a network is asked for texts: send one, look whether one was sent; one shape, so that a double does too."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.domain.contact import Channel


@dataclass(frozen=True, slots=True)
class TextOrder:
    """These words are to reach ``to_number`` from ``from_number``; how it goes on is told to ``events_url``.

    ``since`` is the moment before which nobody can have sent it.
    """

    channel: Channel
    to_number: str
    from_number: str
    body: str
    events_url: str
    since: datetime


class Texts(Protocol):
    """A network for texts. Every method raises ``CarrierError`` when it failed or nobody knows whether it did."""

    name: str

    def send(self, order: TextOrder) -> str:
        """Hand a text over; gives the network's id of it."""
        ...

    def recent(self, order: TextOrder) -> list[str]:
        """The network's ids of texts with these words to this number since then, the oldest first."""
        ...


def first_unknown(found: Collection[str], known: Collection[str]) -> str | None:
    """The oldest of these that no other text of ours is: the one nobody was sure about."""
    return next((sid for sid in found if sid not in known), None)
