"""What a caller hears at each moment, from the scene of their call; every sentence is of ``config/words.*.toml``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotline.contacts.call_steps import LANGUAGE_KEYS
from hotline.domain.calling import CallPolicy
from hotline.domain.contact import Language, Level, State
from hotline.domain.phone import Stage
from hotline.domain.words import Words
from hotline.flow.hearing import Scene
from hotline.flow.on_the_line import conference_of
from hotline.intake.twiml import Line, Question, Room, Spoken
from hotline.web.words import EmergencyNumbers

BREATHS = 4
BREATH_SECONDS = 4
SOUND_SECONDS = 8
"""How long the quiet music lasts."""
TURN_ENDS_AFTER_SECONDS = 1
"""A line on which nothing is heard seems dead, and people hang up: a turn is as long as what is heard in it."""
NEXT_SECONDS = 60
"""Who is first in line and waits no longer than this hears that they are next."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a caller stands: as :class:`hotline.flow.standing.Standing` says; whether calls or texts have trouble.

    ``trouble`` while calls are not connected or somebody says so; ``texts`` where this number may be texted instead;
    ``hours`` until somebody is expected where nobody is here.
    ``only_written_to`` where their listener takes no calls, so that somebody else is asked to talk with them.
    """

    position: int | None
    wait_seconds: int | None
    staffed: bool
    trouble: bool
    texts: bool = False
    hours: int | None = None
    only_written_to: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """Everything the script reads; ``address`` is where our addresses begin, ``sound_url`` the quiet music."""

    scene: Scene
    place: Place
    words: Words
    emergency: EmergencyNumbers
    policy: CallPolicy
    address: str
    sound_url: str
    recorded: bool = False

    @property
    def language(self) -> Language:
        """The caller's language."""
        return self.scene.contact.language

    def line(self, key: str, pause_seconds: int = 0, **values: Any) -> Line:
        """A reviewed sentence in the caller's language."""
        return Line(self.words.sentence(key, self.language, **values), self.language, pause_seconds)

    def danger_line(self, key: str) -> Line:
        """A sentence that says the emergency numbers of the caller's region."""
        return self.line(key, emergency=spoken_numbers(self.emergency, self.scene.contact.region, self.language))

    def url(self, what: str) -> str:
        """An address that speaks for this leg."""
        return f"{self.address}/legs/{self.scene.leg.id}/{what}"

    def answers(self, stage: Stage) -> str:
        """The address that hears the answer to what is asked now."""
        return self.url(f"{stage}/{self.scene.leg.round}")


def spoken_numbers(emergency: EmergencyNumbers, region: str, language: Language) -> str:
    """The numbers as they are read aloud: each digit apart."""
    parts = []
    for entry in emergency.for_region(region, language):
        digits = " ".join(letter for letter in entry.number if letter.isdigit())
        parts.append(f"{entry.label} {digits}" if digits else f"{entry.label}: {entry.note}")
    return ("; " if language is Language.EN else "；").join(parts)


def speak(script: Script) -> tuple[Spoken, dict[str, Any]]:
    """The answer to the provider, and what the leg remembers to have told."""
    stage = script.scene.leg.stage
    if stage is Stage.TALKING:
        return _connect(script), {}
    if stage is Stage.GOODBYE:
        return _goodbye(script), {}
    if stage is Stage.WAITING:
        return _waiting(script)
    lines, question = _ASKED[stage](script)
    return Spoken(script.policy.voices).ask(lines, question), {}


def _said(script: Script) -> list[Line]:
    """What one answer before asked us to say once."""
    key = script.scene.leg.memory.get("said")
    return [] if key is None else [script.line(str(key))]


def _ask(script: Script, stage: Stage, **how: Any) -> Question:
    given = {"seconds": script.policy.answer_seconds} | how
    if given.get("speech_in") is not None:
        given["so_far_url"] = script.url(f"{stage}/{script.scene.leg.round}/so-far")
    return Question(answer_url=script.answers(stage), **given)


def _gate(script: Script) -> tuple[Sequence[Line], Question]:
    how = {"seconds": script.policy.asking_seconds, "speech_in": script.language}
    return [script.danger_line("call_gate")], _ask(script, Stage.GATE, **how)


def _greeting(script: Script) -> tuple[Sequence[Line], Question]:
    lines = [script.line("call_greeting", pause_seconds=1)]
    for key, language in LANGUAGE_KEYS.items():
        if language is not script.language:
            lines.append(Line(script.words.sentence("call_language", language, number=key), language))
    return lines, _ask(script, Stage.GREETING, seconds=script.policy.greeting_seconds)


def _asking(script: Script) -> tuple[Sequence[Line], Question]:
    how = {"seconds": script.policy.asking_seconds, "speech_in": script.language}
    return [script.line("call_asking")], _ask(script, Stage.ASKING, **how)


def _recording(script: Script) -> tuple[Sequence[Line], Question]:
    return [script.line("call_record_asked")], _ask(script, Stage.RECORDING)


def _number(script: Script) -> tuple[Sequence[Line], Question]:
    memory = script.scene.leg.memory
    if not memory.get("typing"):
        return [*_said(script), script.line("call_number_own")], _ask(script, Stage.NUMBER)
    key = "call_number_wrong" if memory.get("wrong") else "call_number_type"
    return [*_said(script), script.line(key)], _ask(script, Stage.NUMBER, digits=None, end_key="#")


def _yes_or_no(key: str, stage: Stage) -> Any:
    return lambda script: ([script.line(key)], _ask(script, stage))


def _message(script: Script) -> tuple[Sequence[Line], Question]:
    memory = script.scene.leg.memory
    agreed = {"call_back_unsafe": "call_message_unsafe", "call_text_noted": "call_message_text"}
    key = agreed.get(str(memory.get("said")))
    line = script.line("call_message_more" if memory.get("speak") else "call_message_asked")
    return [*([script.line(key)] if key else []), line], _ask(
        script, Stage.MESSAGE, seconds=script.policy.asking_seconds, speech_in=script.language
    )


def _expected(script: Script) -> tuple[Sequence[Line], Question]:
    line = script.line("call_expected", pause_seconds=2)
    return [line, line], _ask(script, Stage.EXPECTED)


_ASKED = {
    Stage.GATE: _gate,
    Stage.GREETING: _greeting,
    Stage.ASKING: _asking,
    Stage.RECORDING: _recording,
    Stage.NUMBER: _number,
    Stage.SAFE_CALL: _yes_or_no("call_safe_call", Stage.SAFE_CALL),
    Stage.SAFE_TEXT: _yes_or_no("call_safe_text", Stage.SAFE_TEXT),
    Stage.SAFE_MESSAGE: _yes_or_no("call_safe_message", Stage.SAFE_MESSAGE),
    Stage.MESSAGE: _message,
    Stage.EXPECTED: _expected,
}


def _waiting(script: Script) -> tuple[Spoken, dict[str, Any]]:
    """One turn of the wait: what is new, then breathing or quiet music, always listening for a key and for words."""
    memory, contact = script.scene.leg.memory, script.scene.contact
    lines, told = _said(script), {"turn": int(memory.get("turn", 0)) + 1}
    if contact.level.urgent and not memory.get("danger_told"):
        lines.append(script.danger_line("call_danger"))
        told["danger_told"] = True
    elif not memory.get("turn"):
        lines += [script.line("call_heard")] if memory.get("speak") else []
        somebody = script.place.staffed and not script.place.trouble  # else the numbers are said with that
        lines += [script.danger_line("call_numbers")] if somebody and contact.level is Level.ELEVATED else []
    lines += _standing(script, told)
    lines += _ask_again(script, told)
    if memory.get("breathe"):
        lines += _breathing(script)
    else:
        urgent = contact.level.urgent
        seconds = script.policy.waiting_urgent_seconds if urgent else script.policy.waiting_seconds
        lines.append(Line(sound_url=script.sound_url, times=-(-seconds // SOUND_SECONDS)))
    question = _ask(script, Stage.WAITING, seconds=TURN_ENDS_AFTER_SECONDS, speech_in=script.language)
    return Spoken(script.policy.voices).ask(lines, question), told


def _standing(script: Script, told: dict[str, Any]) -> list[Line]:
    """Position and wait, when they are new or some turns have passed; how else we can be reached where nobody comes."""
    place, memory = script.place, script.scene.leg.memory
    if script.scene.contact.state is State.IN_CONVERSATION:
        return [script.line("call_asking_others" if place.only_written_to else "call_connecting")]
    now = [place.position, place.wait_seconds, place.staffed, place.trouble]
    due = int(told["turn"]) % script.policy.check_in_rounds == 1
    if memory.get("standing") == now and not due:
        return []
    told["standing"] = now
    if place.trouble or not place.staffed:
        return _nobody_comes(script)
    again = [script.line("call_still_here")] if int(told["turn"]) > 1 else []
    keys = [*again, script.line("call_keys")] if due else []
    if place.position is None:
        return keys
    if place.wait_seconds is None:
        return [script.line("call_wait_unknown", position=place.position), *keys]
    if place.position == 1 and place.wait_seconds <= NEXT_SECONDS:
        return [script.line("call_next"), *keys]
    minutes = -(-place.wait_seconds // 60)
    return [script.line("call_position", position=place.position, minutes=minutes), *keys]


def _nobody_comes(script: Script) -> list[Line]:
    """Calls have trouble, or nobody is on duty: what else there is, and when somebody is expected."""
    place = script.place
    if place.trouble:
        return [script.danger_line("call_trouble"), *([script.line("call_text_instead")] if place.texts else [])]
    expected = [] if place.hours is None else [script.line("call_next_hours", hours=place.hours)]
    return [script.danger_line("call_nobody"), *expected]


def _ask_again(script: Script, told: dict[str, Any]) -> list[Line]:
    """Ask once whether they may be rung again if the line breaks; nobody is who withheld their number."""
    leg = script.scene.leg
    asked = leg.safe_again is not None or leg.memory.get("again_asked") or leg.memory.get("wished")
    if asked or not script.scene.number_known:
        return []
    told["again_asked"] = True
    return [script.line("call_again_asked")]


def _breathing(script: Script) -> list[Line]:
    lines = [script.line("call_breathe")]
    for _ in range(BREATHS):
        lines += [script.line("call_breathe_in", BREATH_SECONDS), script.line("call_breathe_out", BREATH_SECONDS)]
    return lines


def _connect(script: Script) -> Spoken:
    scene = script.scene
    said = [] if scene.alias is None else [script.line("call_joined", alias=scene.alias)]
    recording_url = f"{script.address}/recordings/{scene.contact.id}" if script.recorded else ""
    room = Room(
        name=conference_of(scene.contact.id),
        label=scene.leg.id,
        after_url=script.url("next"),
        wait_url=script.url("hold"),
        events_url=f"{script.address}/conference",
        starts=True,
        recording_url=recording_url,
    )
    return Spoken(script.policy.voices).say(said).connect(room)


def _goodbye(script: Script) -> Spoken:
    """The end of a talk says where help is; a call of ours that reached somebody else says nothing about anybody."""
    if script.scene.leg.memory.get("gate") and script.scene.leg.joined_at is None:
        line = script.danger_line("call_kept_out")
    elif script.scene.leg.inbound or script.scene.leg.joined_at is not None:
        line = script.danger_line("call_goodbye")
    else:
        line = script.line("call_expected_thanks")
    return Spoken(script.policy.voices).say([line]).hang_up()
