"""Our words in the provider's markup; only this room writes it, so that one check over it covers every answer we give.

A :class:`Spoken` collects what is said in one answer; asking and connecting are its last words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from hotline.domain.calling import Voice
from hotline.domain.contact import Language

LONGEST_SPOKEN_CHARACTERS = 4000
"""The provider refuses more in one piece."""
EVENTS = "start end join leave mute hold"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing somebody hears: a sentence in a language, then a pause of so many seconds; or a sound, so often."""

    text: str = ""
    language: Language = Language.EN
    pause_seconds: int = 0
    sound_url: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: which keys or words are awaited, for how long, and which address hears the answer.

    ``so_far_url`` hears words while they are still being spoken, so that hanging up in the middle loses none.
    """

    answer_url: str
    seconds: int
    digits: int | None = 1
    speech_in: Language | None = None
    end_key: str = ""
    so_far_url: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """The conference somebody enters; ``after_url`` says what they hear when they leave it.

    It is recorded where ``recording_url`` is told of the recording.
    """

    name: str
    label: str
    after_url: str
    wait_url: str
    events_url: str
    starts: bool
    muted: bool = False
    coached_sid: str | None = None
    recording_url: str = ""


class Spoken:
    """One answer to the provider."""

    def __init__(self, voices: Mapping[Language, Voice]) -> None:
        self._voices = voices
        self._response = VoiceResponse()

    def say(self, lines: Sequence[Line]) -> "Spoken":
        """Say these things."""
        self._say(self._response, lines)
        return self

    def ask(self, lines: Sequence[Line], question: Question) -> "Spoken":
        """Say these things while listening for an answer; silence is an answer as well."""
        speech = question.speech_in
        given: dict[str, object] = {
            "input": "dtmf" if speech is None else "dtmf speech",
            "action": question.answer_url,
            "method": "POST",
            "timeout": question.seconds,
            "action_on_empty_result": True,
        }
        if question.digits is not None:
            given["num_digits"] = question.digits
        if question.end_key:
            given["finish_on_key"] = question.end_key
        if speech is not None:
            given |= {"language": self._voices[speech].heard, "speech_timeout": "auto", "profanity_filter": False}
        if speech is not None and question.so_far_url:
            given |= {"partial_result_callback": question.so_far_url, "partial_result_callback_method": "POST"}
        gather = Gather(**given)
        self._say(gather, lines)
        self._response.append(gather)
        return self

    def connect(self, room: Room) -> "Spoken":
        """Let them meet whoever is in this conference."""
        dial = Dial(action=room.after_url, method="POST")
        coached = {} if room.coached_sid is None else {"coach": room.coached_sid}
        recorded: dict[str, object] = {}
        if room.recording_url:
            recorded = {
                "record": "record-from-start",
                "recording_status_callback": room.recording_url,
                "recording_status_callback_method": "POST",
                "recording_status_callback_event": "completed absent",
            }
        dial.conference(
            room.name,
            participant_label=room.label,
            start_conference_on_enter=room.starts,
            end_conference_on_exit=False,
            beep="false",
            muted=room.muted,
            wait_url=room.wait_url,
            wait_method="POST",
            status_callback=room.events_url,
            status_callback_method="POST",
            status_callback_event=EVENTS,
            **coached,
            **recorded,
        )
        self._response.append(dial)
        return self

    def forward(self, number: str, seconds: int) -> "Spoken":
        """Ring another number; where nobody answers, what stands next is heard."""
        dial = Dial(timeout=seconds)
        dial.number(number)
        self._response.append(dial)
        return self

    def go_to(self, url: str) -> "Spoken":
        """Ask this address what comes next."""
        self._response.redirect(url, method="POST")
        return self

    def hang_up(self) -> "Spoken":
        """End the call."""
        self._response.hangup()
        return self

    def _say(self, where: VoiceResponse | Gather, lines: Sequence[Line]) -> None:
        for line in lines:
            if line.sound_url:
                where.play(line.sound_url, **({} if line.times == 1 else {"loop": line.times}))
            if line.text:
                voice = self._voices[line.language]
                where.say(line.text[:LONGEST_SPOKEN_CHARACTERS], voice=voice.voice, language=voice.spoken)
            if line.pause_seconds:
                where.pause(length=line.pause_seconds)

    def __str__(self) -> str:
        return str(self._response)
