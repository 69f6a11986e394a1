"""What a carrier is asked and answers; without one shape the silent carrier would behave unlike a dialling one."""

from dataclasses import dataclass
from typing import Protocol

from hotline.carriers.recordings import Recordings
from hotline.carriers.telephone import Calls
from hotline.carriers.texts import Texts


class PageOrder(Protocol):
    """A person of the helpline is to be woken. ``to_number`` is in clear, ``None`` when the person left none."""

    @property
    def person_id(self) -> str:
        """Who is paged."""
        ...

    @property
    def to_number(self) -> str | None:
        """Their telephone number with country code (``+…``)."""
        ...

    @property
    def text(self) -> str:
        """What to say: ids and levels, never a seeker's words."""
        ...


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a carrier did: its name, and its own reference for it (empty when it keeps none)."""

    carrier: str
    reference: str = ""


class Carrier(Protocol):
    """Something that reaches a person of the helpline outside the web page."""

    name: str

    def page(self, order: PageOrder) -> Receipt:
        """Page somebody; raises ``CarrierError`` when that failed or nobody knows whether it did."""
        ...


@dataclass(frozen=True, slots=True)
class Carriers:
    """The carriers of one process; all but ``silent`` are ``None`` when no telephone is configured.

    ``public_url`` is the address of ours that a telephone network asks back; ``from_number`` rings where no line of the
    contact's own is known.
    """

    silent: Carrier
    telephone: Carrier | None = None
    calls: Calls | None = None
    texts: Texts | None = None
    recordings: Recordings | None = None
    public_url: str = ""
    from_number: str = ""

    def for_order(self, order: PageOrder) -> Carrier:
        """The telephone when there is one and the person left a number, else the one that only remembers."""
        return self.telephone if self.telephone is not None and order.to_number else self.silent
