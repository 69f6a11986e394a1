"""What the lower floors need from the outside, as protocols; the top floors inject the real things."""

from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from hotline.domain.risk import Judgement


@dataclass(frozen=True, slots=True)
class Whisper:
    """Something that lasts a moment and is not worth a row, such as 'typing'; it may be lost."""

    topic: str
    kind: str
    data: dict[str, str] = field(default_factory=dict)


class Ear(Protocol):
    """One waiter for some topics; a context manager, so that nobody listens for ever."""

    def __enter__(self) -> Self:
        """Start to listen."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        """Stop listening."""
        ...

    def wait(self, timeout_seconds: float) -> list[Whisper]:
        """Sleep until a topic rings or the time is over; gives the whispers heard since the last call."""
        ...


class Bell(Protocol):
    """Wakes whoever waits for a topic. A hint only: losing it delays by a poll interval and forgets nothing."""

    def ring(self, topics: list[str]) -> None:
        """Wake the listeners of these topics, within 50 ms; never raises."""
        ...

    def whisper(self, whisper: Whisper) -> None:
        """Tell the listeners of a topic something that lasts a moment; never raises."""
        ...

    def listen(self, topics: list[str]) -> Ear:
        """A waiter for these topics."""
        ...


class Assessor(Protocol):
    """Judges texts; never raises: a failure is a judgement of at least ``elevated`` with ``failure`` set."""

    def judge(self, texts: list[str]) -> Judgement:
        """The judgement over a conversation's seeker texts, oldest first; spans refer to the last text."""
        ...

    def label(self, source: str, language: str) -> str:
        """What an evidence source means, in a few words of ``language``; the source itself when nobody knows."""
        ...
