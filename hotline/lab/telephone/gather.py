"""Asks a person on a leg something and waits for keys, words or silence."""

from typing import TYPE_CHECKING, Protocol
from xml.etree.ElementTree import Element

from hotline.lab.telephone.office import Office
from hotline.lab.telephone.says import Speech, pieces_of
from hotline.lab.telephone.states import Address, Call

if TYPE_CHECKING:
    from hotline.lab.telephone.timeline import Due

AUTO_SPEECH_TIMEOUT_SECONDS = 1.0
CONFIDENCE = "0.9128"


class Leg(Protocol):
    """What a question needs of the script it stands in."""

    office: Office
    call: Call
    base: Address

    def next(self) -> None:
        """Go on with the next verb."""
        ...

    def follow(self, target: str | None, method: str, more: dict[str, str], kind: str) -> None:
        """Ask the action."""
        ...

    def tell(self, target: str, method: str, more: dict[str, str], kind: str) -> None:
        """Tell an address; its answer plays to nobody."""
        ...


def begin(script: Leg, verb: Element) -> None:
    """Start to ask."""
    gathering = Gathering(script, verb)
    script.call.activity = gathering
    gathering.start()


class Gathering:
    """One ``<Gather>``."""

    def __init__(self, script: Leg, verb: Element) -> None:
        self._script = script
        self._verb = verb
        self._kinds = verb.get("input", "dtmf").split()
        self._timeout_seconds = _seconds(verb.get("timeout"), 5.0)
        self._most = int(verb.get("numDigits", "0"))
        self._finish = verb.get("finishOnKey", "#")
        self._digits = ""
        self._words: list[str] = []
        self._due: Due | None = None
        self._over = False
        pieces = pieces_of(script.office, verb, script.base.url)
        self._speech = Speech(script.office, script.call, pieces, self._asked)

    @property
    def speaking(self) -> bool:
        """Whether the question is still being said."""
        return not self._speech.over

    def start(self) -> None:
        """Say the question."""
        self._speech.start()

    def key(self, key: str) -> None:
        """A key interrupts the question and may complete the answer."""
        if self._over or "dtmf" not in self._kinds:
            return
        self._speech.stop()
        if self._finish and key in self._finish:
            if self._digits:
                self._finished(pressed=key)
            else:  # the finishing key means nothing while there is nothing to finish
                self._wait(self._timeout_seconds)
            return
        self._digits += key
        if self._most and len(self._digits) >= self._most:
            self._finished()
        else:
            self._wait(self._timeout_seconds)

    def speech(self, text: str) -> None:
        """Words interrupt the question too, unless it does not allow it; a pause after them ends the answer."""
        if self._over or "speech" not in self._kinds or not text:
            return
        if self.speaking and self._verb.get("bargeIn", "true") == "false":
            return
        self._speech.stop()
        self._words.append(text)
        self._tell_so_far()
        pause = self._verb.get("speechTimeout", "auto")
        self._wait(AUTO_SPEECH_TIMEOUT_SECONDS if pause == "auto" else float(pause))

    def _tell_so_far(self) -> None:
        """What was understood up to now, while they still speak."""
        where = self._verb.get("partialResultCallback")
        if where is not None:
            method = self._verb.get("partialResultCallbackMethod", "POST")
            said = " ".join(self._words)
            given = {
                "StableSpeechResult": said,
                "UnstableSpeechResult": "",
                "SequenceNumber": str(len(self._words) - 1),
            }
            self._script.tell(where, method, given, "partial")

    def stop(self, reason: str) -> None:  # noqa: ARG002 - every activity is told why
        """Nobody waits for an answer any more."""
        self._over = True
        self._speech.stop()
        if self._due is not None:
            self._due.cancel()

    def _asked(self) -> None:
        self._wait(self._timeout_seconds)

    def _wait(self, seconds: float) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = self._script.office.timeline.after(seconds, lambda _given: self._finished())

    def _finished(self, pressed: str = "") -> None:
        self.stop("")
        given: dict[str, str] = {}
        if self._digits:
            given["Digits"] = self._digits
        elif self._words:
            given |= {"SpeechResult": " ".join(self._words), "Confidence": CONFIDENCE}
        if pressed and given:
            given["FinishedOnKey"] = pressed
        if not given:
            if self._verb.get("actionOnEmptyResult") != "true":
                self._script.next()
                return
            given = {"Digits": ""} if "dtmf" in self._kinds else {"SpeechResult": "", "Confidence": "0.0"}
        given["msg"] = "Gather End"
        if "speech" in self._kinds:
            given["Language"] = self._verb.get("language", "en-US")
        self._script.follow(self._verb.get("action"), self._verb.get("method", "POST"), given, "gather")


def _seconds(said: str | None, default: float) -> float:
    return default if said in {None, "auto"} else float(said or default)
