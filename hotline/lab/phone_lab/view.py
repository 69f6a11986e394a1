"""What the page shows: every call, ringing telephone and text, with what was heard and said in order."""

from dataclasses import dataclass, field
from typing import Any

from hotline.lab.telephone.office import Office
from hotline.lab.telephone.states import Call, Heard, Line, Text
from hotline.lab.telephone.world import World

MOST_CALLS = 12
MOST_WORDS = 60
MOST_TEXTS = 60
MOST_TROUBLES = 20
_WHO = {"say": "helpline", "play": "sound", "music": "sound", "voice": "other", "error": "provider"}


@dataclass
class Cast:
    """Who plays: names of numbers, the helpline's lines, and the address of the helpline's own pages."""

    names: dict[str, str] = field(default_factory=dict)
    callers: list[str] = field(default_factory=list)
    helpers: list[str] = field(default_factory=list)
    helpline_url: str = ""
    ready: bool = True
    """Whether the helpline answers; while it starts nobody can call it."""

    def name(self, number: str) -> str:
        """What a number is called here."""
        bare = number.removeprefix("whatsapp:")
        return self.names.get(bare, bare)


def state(world: World, cast: Cast, webhooks: dict[str, bool]) -> dict[str, Any]:
    """Everything, as JSON."""
    with world.timeline.lock:
        office = world.office
        legs = list(office.calls.values())
        return {
            "helpline_url": cast.helpline_url,
            "ready": cast.ready,
            "lines": [{"number": number, "name": cast.name(number)} for number in office.numbers],
            "callers": [{"number": number, "name": cast.name(number)} for number in cast.callers],
            "calls": [_call(one, cast) for one in legs if one.direction == "inbound"][-MOST_CALLS:][::-1],
            "phones": [_phone(office, number, cast) for number in _helpers(office, cast)],
            "texts": _texts(list(office.texts.values())[-MOST_TEXTS:], cast),
            "provider": world.provider.mode,
            "webhooks": webhooks,
            "troubles": [
                {"code": one.code, "sentence": one.sentence, "url": one.url} for one in world.errors[-MOST_TROUBLES:]
            ][::-1],
        }


def _helpers(office: Office, cast: Cast) -> list[str]:
    """The listeners' telephones, and any other that ever rang."""
    rung = [line.number for line in office.lines() if line.ringing or line.talking or line.heard]
    return list(dict.fromkeys([*cast.helpers, *rung]))


def _call(call: Call, cast: Cast) -> dict[str, Any]:
    asked = type(call.activity).__name__ == "Gathering"
    return {
        "sid": call.sid,
        "name": cast.name(call.from_),
        "number": call.from_,
        "to": cast.name(call.to),
        "status": call.status,
        "over": call.is_over,
        "asked": asked,
        "recorded": type(call.activity).__name__ == "Listening",
        "conference": call.seat is not None and call.seat.room.started is not None,
        "words": _words(call),
    }


def _words(call: Call) -> list[dict[str, str]]:
    """What was heard and done on this leg, in order."""
    both = sorted([*call.heard, *call.said], key=lambda one: one.at)
    return [_word(one) for one in both[-MOST_WORDS:]]


def _word(one: Heard) -> dict[str, str]:
    who = _WHO.get(one.kind, "you")
    text = one.text if one.kind != "pressed" else f"[{one.text}]"
    if one.kind in {"play", "music"}:
        text = one.text.rsplit("/", 1)[-1]
    return {"who": who, "text": text, "language": one.language, "at": one.at.isoformat(timespec="milliseconds")}


def _phone(office: Office, number: str, cast: Cast) -> dict[str, Any]:
    line: Line = office.line(number)
    return {
        "number": number,
        "name": cast.name(number),
        "plan": line.plan.kind,
        "ringing": [{"sid": one.sid, "from": cast.name(one.from_)} for one in line.ringing],
        "talking": [_call(one, cast) for one in line.talking],
        "last": _words_of_line(line),
    }


def _words_of_line(line: Line) -> list[dict[str, str]]:
    return [] if line.talking else [_word(one) for one in line.heard[-3:]]


def _texts(texts: list[Text], cast: Cast) -> list[dict[str, Any]]:
    found = []
    for text in texts:
        inbound = text.direction == "inbound"
        person = (text.from_ if inbound else text.to) or ""
        found.append(
            {
                "sid": text.sid,
                "name": cast.name(person),
                "number": person.removeprefix("whatsapp:"),
                "whatsapp": person.startswith("whatsapp:"),
                "mine": inbound,
                "body": text.body,
                "status": text.status,
                "error": text.error_code,
            }
        )
    return found[::-1]
