"""The double's registers, shared by all who act in its world; it decides nothing."""

from dataclasses import dataclass, field
from datetime import datetime

from hotline.domain.ids import new_id
from hotline.lab.telephone.faults import RestFaults
from hotline.lab.telephone.states import Call, Heard, Line, OwnNumber, Recording, Room, Text
from hotline.lab.telephone.timeline import Timeline
from hotline.lab.telephone.web import Web

STOP_WORDS = frozenset({"stop", "stopall", "unsubscribe", "退订", "退訂"})
START_WORDS = frozenset({"start", "unstop"})
HELP_WORDS = frozenset({"help", "info"})


@dataclass
class Rules:
    """What the account allows, and how Advanced Opt-Out is set up."""

    forbidden_call_prefixes: tuple[str, ...] = ()
    forbidden_text_prefixes: tuple[str, ...] = ()
    landlines: set[str] = field(default_factory=set)
    stop_words: frozenset[str] = STOP_WORDS
    start_words: frozenset[str] = START_WORDS
    help_words: frozenset[str] = HELP_WORDS
    play_seconds: float = 10.0
    """How long a sound file lasts that nobody described in ``lengths_seconds``."""
    lengths_seconds: dict[str, float] = field(default_factory=dict)
    lag_seconds: float = 0.0
    """How far lists lag behind what has happened."""


class Office:
    """Everything the double knows."""

    def __init__(self, account_sid: str, timeline: Timeline, web: Web) -> None:
        self.account_sid = account_sid
        self.timeline = timeline
        self.web = web
        self.rules = Rules()
        self.rest_faults = RestFaults()
        self.calls: dict[str, Call] = {}
        self.rooms: dict[str, Room] = {}
        self.texts: dict[str, Text] = {}
        self.recordings: dict[str, Recording] = {}
        self.numbers: dict[str, OwnNumber] = {}
        self.services: set[str] = set()
        self.opted_out: set[tuple[str, str]] = set()
        """Pairs: the person's number, our number or messaging service."""
        self._lines: dict[str, Line] = {}

    def now(self) -> datetime:
        """The present moment."""
        return self.timeline.now()

    def sid(self, prefix: str) -> str:
        """A new identifier as Twilio makes them."""
        return f"{prefix}{new_id()}"

    def line(self, number: str) -> Line:
        """The telephone with this number; one that nobody described rings until somebody answers by hand."""
        return self._lines.setdefault(number, Line(number))

    def lines(self) -> list[Line]:
        """Every telephone that was ever named."""
        return list(self._lines.values())

    def hear(self, call: Call, kind: str, text: str, *, language: str = "", voice: str = "") -> None:
        """Let the person on this leg hear something."""
        heard = Heard(kind, text, self.now(), language, voice)
        call.heard.append(heard)
        if call.direction != "inbound":
            self.line(call.to).heard.append(heard)

    def room_named(self, name: str) -> Room | None:
        """The conference of this name that has not ended."""
        return next((room for room in self.rooms.values() if room.name == name and room.status != "completed"), None)

    def recording_url(self, recording: Recording) -> str:
        """Where a recording lies."""
        return f"https://api.twilio.com/2010-04-01/Accounts/{self.account_sid}/Recordings/{recording.sid}"
