"""The people at the other ends: what they do with their telephones, and what they heard."""

from collections.abc import Callable
from datetime import timedelta

from hotline.lab.telephone import exchange
from hotline.lab.telephone.faults import MODES
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.states import Call, Heard, Line, Plan

PLANS = frozenset({"by_hand", "answer", "busy", "no_answer", "voicemail", "fail"})
VOICEMAIL_AFTER_SECONDS = 20.0
MOST_PATIENCE_SECONDS = 600.0


class Handset:
    """One leg in somebody's hand."""

    def __init__(self, office: Office, call: Call) -> None:
        self._office = office
        self.call = call

    @property
    def sid(self) -> str:
        """Twilio's id of the call."""
        return self.call.sid

    @property
    def status(self) -> str:
        """queued, ringing, in-progress, completed, busy, failed, no-answer or canceled."""
        return self.call.status

    @property
    def heard(self) -> list[Heard]:
        """Everything heard so far, in order."""
        return self.call.heard

    @property
    def words(self) -> list[str]:
        """Only the words: what was said by the helpline and by people."""
        return [one.text for one in self.call.heard if one.kind in {"say", "voice", "error"}]

    @property
    def last(self) -> str:
        """The last words, or nothing."""
        return self.words[-1] if self.words else ""

    @property
    def in_conference(self) -> str | None:
        """The name of the conference this leg is in."""
        return self.call.seat.room.name if self.call.seat is not None else None

    @property
    def is_asked(self) -> bool:
        """Whether the helpline waits for keys or words of this person now."""
        return type(self.call.activity).__name__ == "Gathering"

    def press(self, keys: str) -> None:
        """Press keys one after the other."""
        self._do(lambda: exchange.press(self._office, self.call, keys))

    def say(self, text: str) -> None:
        """Say something."""
        self._do(lambda: exchange.say(self._office, self.call, text))

    def pick_up(self, press: str = "") -> None:
        """Take the call that rings here; the keys are pressed once something was heard."""
        self._do(lambda: exchange.pick_up(self._office, self.call, Plan("answer", press=press)))

    def decline(self) -> None:
        """Refuse the call that rings here."""
        self._do(lambda: exchange.end(self._office, self.call, "busy"))

    def hang_up(self) -> None:
        """End the call."""
        self._do(lambda: exchange.end(self._office, self.call, "canceled"))

    def listen(self) -> None:
        """Let time pass until nothing more is being said."""
        self._wait(lambda: not self.call.activity.speaking)

    def silent(self) -> None:
        """Say nothing, until the helpline no longer waits for an answer to its present question."""
        present = self.call.activity
        self._wait(lambda: self.call.activity is not present)

    def _do(self, act: Callable[[], None]) -> None:
        with self._office.timeline.lock:
            if not self.call.is_over:
                act()
        self._office.timeline.settle()

    def _wait(self, is_enough: Callable[[], bool]) -> None:
        timeline = self._office.timeline
        timeline.settle()
        latest = timeline.now() + timedelta(seconds=MOST_PATIENCE_SECONDS)
        while not is_enough() and not self.call.is_over:
            at = timeline.next_at()
            if at is None or at > latest:
                return
            timeline.run_until(at)


class Phone:
    """Somebody's telephone: how it behaves when it rings, and what is done with it by hand."""

    def __init__(self, office: Office, line: Line) -> None:
        self._office = office
        self.line = line

    def will(self, kind: str, *, after: float | None = None, press: str = "", greeting_seconds: float = 6.0) -> "Phone":
        """Behave like this from the next ring on.

        ``answer`` (after so many seconds, then press keys once something was heard), ``busy``, ``no_answer`` (rings
        until it stops), ``voicemail`` (a greeting, never a key), ``fail`` (the number is dead), ``by_hand``.
        """
        if kind not in PLANS:
            raise ValueError(f"no such behaviour: {kind}")
        default = VOICEMAIL_AFTER_SECONDS if kind == "voicemail" else 0.0
        self.line.plan = Plan(kind, default if after is None else after, press, greeting_seconds)
        return self

    @property
    def ringing(self) -> list[Handset]:
        """Calls that ring here now."""
        return [Handset(self._office, call) for call in self.line.ringing]

    @property
    def talking(self) -> list[Handset]:
        """Calls that are connected here now."""
        return [Handset(self._office, call) for call in self.line.talking]

    @property
    def heard(self) -> list[Heard]:
        """Everything ever heard from this telephone, over all calls."""
        return self.line.heard

    def answer(self, press: str = "") -> Handset:
        """Take the call that rings; raises ``LookupError`` when none does."""
        if not self.line.ringing:
            raise LookupError(f"nothing rings at {self.line.number}")
        handset = Handset(self._office, self.line.ringing[0])
        handset.pick_up()
        if press:
            handset.press(press)
        return handset

    def decline(self) -> None:
        """Refuse the call that rings."""
        for call in self.line.ringing[:1]:
            Handset(self._office, call).decline()

    def press(self, keys: str) -> None:
        """Press keys in the call at hand."""
        self._at_hand().press(keys)

    def say(self, text: str) -> None:
        """Say something in the call at hand."""
        self._at_hand().say(text)

    def hang_up(self) -> None:
        """End the call at hand."""
        self._at_hand().hang_up()

    def texts_will(self, fate: str, *, code: int | None = None) -> "Phone":
        """What becomes of the next text to it; the last of several holds for all later ones.

        ``deliver``, ``read``, ``undeliver`` or ``fail`` (with an error code), ``hang`` (nothing more is heard of it),
        ``opt_out`` (the person stopped our texts elsewhere).
        """
        self.line.fates.append((fate, code))
        return self

    def _at_hand(self) -> Handset:
        if not self.line.talking:
            raise LookupError(f"nobody talks at {self.line.number}")
        return Handset(self._office, self.line.talking[-1])


class Provider:
    """The provider's own trouble, as one would switch it on and off in a rehearsal."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def mode(self) -> str:
        """How REST answers at present."""
        return self._office.rest_faults.mode

    def will(self, mode: str, *, times: int | None = None, concerns: Callable[[str, str], bool] | None = None) -> None:
        """Answer REST in this mode: one of :data:`hotline.lab.telephone.faults.MODES`."""
        if mode not in MODES:
            raise ValueError(f"no such mode: {mode}")
        self._office.rest_faults.set(mode, times=times, concerns=concerns)

    def recover(self) -> None:
        """All is well again."""
        self._office.rest_faults.set("well")
