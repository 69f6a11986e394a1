"""What a network that records is asked: the sound, once, and to keep it no longer."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as it was fetched, and what kind of sound it is."""

    content: bytes
    kind: str


class Recordings(Protocol):
    """Where recordings lie until they are fetched. Both methods raise ``CarrierError``."""

    name: str

    def fetch(self, sid: str, most_bytes: int) -> Sound:
        """The sound of a recording; more than ``most_bytes`` is refused."""
        ...

    def remove(self, sid: str) -> None:
        """Let the network keep it no longer; one that is gone is no error."""
        ...
