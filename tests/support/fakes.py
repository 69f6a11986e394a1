"""All fakes of the house in one place; a fake that nobody checks against the real thing would prove nothing."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hotline.carriers.bell import RedisBell
from hotline.carriers.paging import PageOrder, Receipt
from hotline.domain.contact import Level
from hotline.domain.ports import Whisper
from hotline.domain.risk import Evidence, Judgement

A_MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = A_MONDAY) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> datetime:
        self._now += timedelta(seconds=seconds, minutes=minutes, hours=hours)
        return self._now


class FakeAssessor:
    """Judges by the words of the tests: a text that holds the name of a level stands at that level.

    ``failing`` makes every judgement one of a model that did not answer; ``raising`` breaks the promise never to raise.
    """

    def __init__(self) -> None:
        self.failing = False
        self.raising = False
        self.asked: list[list[str]] = []

    def judge(self, texts: list[str]) -> Judgement:
        self.asked.append(list(texts))
        if self.raising:
            raise RuntimeError("the assessor broke its promise")
        if self.failing:
            return Judgement(Level.ELEVATED, risk=None, urgency=None, model="fake", policy="fake", failure="fake")
        said = " ".join(texts).lower()
        level = next((level for level in reversed(Level) if level.value in said), Level.ROUTINE)
        start = texts[-1].lower().find(level.value) if texts else -1
        evidence = (Evidence(start, start + len(level.value), "rule:fake"),) if start >= 0 else ()
        risk = level.rank / Level.IMMINENT.rank
        return Judgement(level, risk=risk, urgency=risk, evidence=evidence, model="fake", policy="fake")

    def label(self, source: str, language: str) -> str:
        return f"{source} ({language})"


class FakeBell(RedisBell):
    """The real bell without a Redis, which remembers what it rang."""

    def __init__(self) -> None:
        super().__init__(None)
        self.rings: list[list[str]] = []
        self.whispers: list[Whisper] = []

    def ring(self, topics: list[str]) -> None:
        self.rings.append(list(topics))
        super().ring(topics)

    def whisper(self, whisper: Whisper) -> None:
        self.whispers.append(whisper)
        super().whisper(whisper)


@dataclass
class FakeCarrier:
    """A telephone that remembers who was called; ``troubles`` are raised first, one per page."""

    name: str = "fake"
    pages: list[PageOrder] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)

    def page(self, order: PageOrder) -> Receipt:
        self.pages.append(order)
        if self.troubles:
            raise self.troubles.pop(0)
        return Receipt(carrier=self.name, reference=f"fake-{len(self.pages)}")
