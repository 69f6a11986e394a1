"""What the double knows: calls, conferences, texts, recordings and telephones; plain data for others to act on."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Statuses a call never leaves again."""


@dataclass(frozen=True)
class Heard:
    """Something a person heard: ``kind`` is say, play, music, voice (a person) or error; ``at`` when it began."""

    kind: str
    text: str
    at: datetime
    language: str = ""
    voice: str = ""


@dataclass(frozen=True)
class Address:
    """Where the double asks or tells something, and how."""

    url: str
    method: str = "POST"


@dataclass(frozen=True)
class Callback:
    """Where progress is told, and of what."""

    address: Address
    events: frozenset[str] = frozenset({"completed"})


class Activity(Protocol):
    """What a call is doing at present."""

    @property
    def speaking(self) -> bool:
        """Whether something is being said that has an end."""
        ...

    def key(self, key: str) -> None:
        """The person pressed a key."""
        ...

    def speech(self, text: str) -> None:
        """The person said something."""
        ...

    def stop(self, reason: str) -> None:
        """It ends from outside: ``hung_up`` or ``redirected``."""
        ...


class Idle:
    """Nothing that a person could answer."""

    speaking = False

    def key(self, key: str) -> None:
        """Nobody listens."""

    def speech(self, text: str) -> None:
        """Nobody listens."""

    def stop(self, reason: str) -> None:
        """Nothing to end."""


@dataclass(eq=False)
class Call:
    """One leg."""

    sid: str
    from_: str
    to: str
    direction: str
    created: datetime
    status: str = "queued"
    updated: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    parent_sid: str | None = None
    number_sid: str | None = None
    answered_by: str | None = None
    caller_name: str | None = None
    forwarded_from: str | None = None
    fallback: Address | None = None
    callbacks: list[Callback] = field(default_factory=list)
    sequence: int = 0
    machine_detection: str = ""
    asynchronous: Address | None = None
    activity: Activity = field(default_factory=Idle)
    seat: "Seat | None" = None
    on_answer: Callable[[], None] | None = None
    on_end: list[Callable[[], None]] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    said: list[Heard] = field(default_factory=list)
    """What the person did: kind ``said`` (words) or ``pressed`` (a key)."""

    @property
    def is_over(self) -> bool:
        """Whether it ended, however."""
        return self.status in ENDED


@dataclass(eq=False)
class Seat:
    """One participant of a conference: expected, present, or gone."""

    call: Call
    room: "Room"
    created: datetime
    label: str = ""
    muted: bool = False
    hold: bool = False
    coached_sid: str | None = None
    start_on_enter: bool = True
    end_on_exit: bool = False
    wait: Address | None = None
    waits_in_silence: bool = False
    updated: datetime | None = None
    joined: datetime | None = None
    left: datetime | None = None
    on_left: Callable[[], None] | None = None
    hush: Callable[[], None] | None = None
    """Ends what only this participant hears: music, an announcement."""

    @property
    def is_present(self) -> bool:
        """Whether this participant is in the conference now."""
        return self.joined is not None and self.left is None


@dataclass(eq=False)
class Room:
    """One conference."""

    sid: str
    name: str
    created: datetime
    status: str = "init"
    updated: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    seats: list[Seat] = field(default_factory=list)
    callback: Callback | None = None
    callback_is_set: bool = False
    sequence: int = 0
    most: int = 250
    recording: "Recording | None" = None
    reason_ended: str | None = None
    ended_by: Seat | None = None

    def present(self) -> list[Seat]:
        """Who is in it now."""
        return [seat for seat in self.seats if seat.is_present]


@dataclass(eq=False)
class Recording:
    """What was recorded; ``text`` is what a person said into it."""

    sid: str
    source: str
    created: datetime
    call_sid: str | None = None
    room_sid: str | None = None
    status: str = "in-progress"
    ended: datetime | None = None
    text: str = ""
    callback: Callback | None = None


@dataclass(eq=False)
class Text:
    """One message, in or out."""

    sid: str
    from_: str | None
    to: str
    body: str
    direction: str
    created: datetime
    status: str = "queued"
    updated: datetime | None = None
    sent: datetime | None = None
    service_sid: str | None = None
    media: tuple[str, ...] = ()
    error_code: int | None = None
    callback: Address | None = None


@dataclass
class Plan:
    """What a telephone does when it rings: answer, busy, no_answer, voicemail, fail, or by_hand."""

    kind: str = "by_hand"
    after: float = 0.0
    press: str = ""
    greeting_seconds: float = 6.0


@dataclass(eq=False)
class Line:
    """A telephone of a person, by its number or client identity."""

    number: str
    plan: Plan = field(default_factory=Plan)
    ringing: list[Call] = field(default_factory=list)
    talking: list[Call] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    fates: list[tuple[str, int | None]] = field(default_factory=list)
    """What becomes of the next texts to it, then of all later ones by the last: (fate, error code)."""


@dataclass(eq=False)
class OwnNumber:
    """A number of the helpline's account, with the webhooks an operator enters at Twilio."""

    sid: str
    number: str
    created: datetime
    voice: Address | None = None
    voice_fallback: Address | None = None
    status_callback: Address | None = None
    sms: Address | None = None
    sms_fallback: Address | None = None
    service_sid: str | None = None
