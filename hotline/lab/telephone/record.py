"""Records what a person says after the tone; silence alone is no message."""

from typing import TYPE_CHECKING, Protocol
from xml.etree.ElementTree import Element

from hotline.lab.telephone import recordings
from hotline.lab.telephone.office import Office
from hotline.lab.telephone.states import Address, Call, Callback

if TYPE_CHECKING:
    from hotline.lab.telephone.timeline import Due


class Leg(Protocol):
    """What a recording needs of the script it stands in."""

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
        """Tell the action, when nobody is left to hear its answer."""
        ...

    def address(self, target: str, method: str) -> Address:
        """A whole address."""
        ...


def begin(script: Leg, verb: Element) -> None:
    """Sound the tone and listen."""
    listening = Listening(script, verb)
    script.call.activity = listening
    listening.start()


class Listening:
    """One ``<Record>``."""

    speaking = False

    def __init__(self, script: Leg, verb: Element) -> None:
        self._script = script
        self._verb = verb
        self._silence_seconds = float(verb.get("timeout", "5"))
        self._finish = verb.get("finishOnKey", "1234567890*#")
        self._recording = recordings.begin(script.office, "RecordVerb", call_sid=script.call.sid)
        target = verb.get("recordingStatusCallback")
        if target:
            where = script.address(target, verb.get("recordingStatusCallbackMethod", "POST"))
            events = frozenset(verb.get("recordingStatusCallbackEvent", "completed").split())
            self._recording.callback = Callback(where, events)
        self._silence: Due | None = None
        self._longest: Due | None = None
        self._over = False

    def start(self) -> None:
        """Listen."""
        office = self._script.office
        if self._verb.get("playBeep", "true") == "true":
            office.hear(self._script.call, "play", "beep")
        self._longest = office.timeline.after(
            float(self._verb.get("maxLength", "3600")), lambda _given: self._finished("")
        )
        self._wait()

    def key(self, key: str) -> None:
        """A key may end the message."""
        if key in self._finish:
            self._finished(key)

    def speech(self, text: str) -> None:
        """Part of the message."""
        if not self._over:
            self._recording.text = f"{self._recording.text} {text}".strip()
            self._wait()

    def stop(self, reason: str) -> None:
        """The leg went elsewhere; what was said stays."""
        if not self._over and reason == "hung_up":
            self._finished("hangup")
        elif not self._over:
            self._close()

    def _wait(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
        self._silence = self._script.office.timeline.after(self._silence_seconds, lambda _given: self._finished(""))

    def _close(self) -> None:
        self._over = True
        for due in (self._silence, self._longest):
            if due is not None:
                due.cancel()
        if self._recording.text:
            recordings.finish(self._script.office, self._recording)
        else:
            self._recording.status = "absent"

    def _finished(self, digits: str) -> None:
        if self._over:
            return
        self._close()
        if not self._recording.text:
            if digits != "hangup":
                self._script.next()
            return
        office = self._script.office
        ended = self._recording.ended or office.now()
        given = {
            "RecordingUrl": office.recording_url(self._recording),
            "RecordingSid": self._recording.sid,
            "RecordingDuration": str(max(1, round((ended - self._recording.created).total_seconds()))),
            "Digits": digits,
        }
        action, method = self._verb.get("action"), self._verb.get("method", "POST")
        if digits == "hangup":
            self._script.tell(action or "", method, given, "record")
        else:
            self._script.follow(action, method, given, "record")
        self._transcribe(given)

    def _transcribe(self, given: dict[str, str]) -> None:
        target = self._verb.get("transcribeCallback")
        if not target:
            return
        more = {
            "TranscriptionSid": self._script.office.sid("TR"),
            "TranscriptionStatus": "completed",
            "TranscriptionText": self._recording.text,
            "TranscriptionType": "fast",
            "RecordingSid": given["RecordingSid"],
            "RecordingUrl": given["RecordingUrl"],
        }
        self._script.tell(target, "POST", more, "transcription")
