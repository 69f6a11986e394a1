"""The double against Twilio's published description of its API, where a copy of it lies beside the checkout."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.telephone_double import ANA, BASE, BEN, OURS, SID, TOKEN, ask, client, world_of

from hotline.lab.telephone.http_client import InProcessHttp
from hotline.lab.telephone.rest import OPERATIONS, Operation, Rest
from hotline.lab.telephone.world import World

DESCRIPTION = Path(__file__).resolve().parents[4] / "shared" / "twilio" / "twilio_api_v2010.json"
ACCOUNT = "/2010-04-01/Accounts/{AccountSid}/"
TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict, "number": float}

pytestmark = pytest.mark.skipif(not DESCRIPTION.exists(), reason="Twilio's description is not here")


@cache
def described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(DESCRIPTION.read_text("utf-8"))
    return found


def published(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = described()["paths"][ACCOUNT + operation.path][operation.method.lower()]
    return found


def parameters_of(operation: Operation) -> dict[str, dict[str, Any]]:
    one = published(operation)
    if operation.method == "POST":
        schema = one["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
        found: dict[str, dict[str, Any]] = schema["properties"]
        return found
    return {each["name"]: each["schema"] for each in one["parameters"] if each["in"] == "query"}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = described()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def wrong_with(value: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
    schema = resolved(schema)
    if value is None:
        if not schema.get("nullable") and "enum" not in schema:
            yield f"{where} is null"
        return
    yield from value_wrong(value, schema, where)
    for name, below in schema.get("properties", {}).items() if isinstance(value, dict) else ():
        if name not in value:
            yield f"{where}.{name} is missing"
        else:
            yield from wrong_with(value[name], below, f"{where}.{name}")
    for place, below in enumerate(value) if isinstance(value, list) else ():
        yield from wrong_with(below, schema["items"], f"{where}[{place}]")


def value_wrong(value: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
    kind = schema.get("type")
    if kind and (not isinstance(value, TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
        yield f"{where} is {value!r}, not {kind}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is {value!r}, none of {schema['enum']}"
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        yield f"{where} {value!r} has the wrong form"
    if schema.get("format") == "date-time-rfc-2822" and not re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} .{8} \+0000", value):
        yield f"{where} {value!r} is no date"


def strange_in(value: dict[str, Any], schema: dict[str, Any], where: str) -> Iterator[str]:
    known = resolved(schema).get("properties", {})
    yield from (f"{where}.{name} is not Twilio's" for name in value if name not in known)


def named(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


@pytest.mark.parametrize("operation", OPERATIONS, ids=named)
def test_every_parameter_the_double_takes_is_one_of_twilios(operation: Operation) -> None:
    assert operation.takes - set(parameters_of(operation)) == set()


@pytest.mark.parametrize("path", ["Calls.json", "Conferences/{ConferenceSid}/Participants.json", "Messages.json"])
def test_what_twilio_requires_the_double_requires(path: str) -> None:
    world, _ = world_of({})
    (operation,) = [one for one in OPERATIONS if one.method == "POST" and one.path == path]
    schema = published(operation)["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    whole = {"To": BEN, "From": OURS} | ({"Body": "hi"} if "Messages" in path else {})
    whole |= {"Url": f"{BASE}/out"} if "Calls" in path else {}
    assert ask(world, "POST", path.replace("{ConferenceSid}", "c1"), **whole)[0] == 201
    for name in schema["required"]:
        left = {one: value for one, value in whole.items() if one != name}
        assert ask(world, "POST", path.replace("{ConferenceSid}", "c2"), **left)[0] == 400


class Witness(InProcessHttp):
    """Holds every answer against the description."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.wrong: list[str] = []
        self.seen: set[str] = set()

    def request(self, method: str, uri: str, *given: Any, **more: Any) -> Any:
        answer = super().request(method, uri, *given, **more)
        self.judge(method.upper(), uri.partition("?")[0], answer.status_code, answer.text)
        return answer

    def judge(self, method: str, uri: str, status: int, text: str) -> None:
        path = uri.partition(f"/Accounts/{SID}/")[2]
        found = [one for one in OPERATIONS if one.method == method and one.matches(path)]
        assert found, f"{method} {path}"
        self.seen.add(named(found[0]))
        answers = published(found[0])["responses"]
        if str(status) not in answers:
            self.wrong.append(f"{named(found[0])} answered {status}")
        elif text:
            schema = answers[str(status)]["content"]["application/json"]["schema"]
            body = json.loads(text)
            self.wrong += [*wrong_with(body, schema, named(found[0])), *strange_in(body, schema, named(found[0]))]


def a_night_of_calls(world: World, api: Any) -> None:
    """Asks everything the double can be asked, in every state a resource can be in."""
    caller = world.dial(ANA, OURS, caller_name="Ana")
    room = api.conferences.list(friendly_name="c1", status="init")[0]
    world.phone(BEN).will("answer")
    given = {"to": BEN, "from_": OURS, "label": "ben", "conference_record": "record-from-start"}
    api.conferences(room.sid).participants.create(**given)
    api.conferences(room.sid).participants.list()
    world.settle()
    api.conferences(room.sid).participants("ben").update(muted=True, hold=True, hold_url=f"{BASE}/hold")
    api.conferences(room.sid).participants("ben").fetch()
    api.conferences(room.sid).recordings.list()
    coach = api.conferences(room.sid).participants.create(
        to="client:sue", from_=OURS, coaching=True, call_sid_to_coach=caller.sid
    )
    world.phone("client:sue").will("no_answer")
    world.advance(1)
    api.calls(coach.call_sid).update(status="canceled")
    api.conferences(room.sid).fetch()
    api.conferences(room.sid).participants("ben").delete()
    api.calls(caller.sid).update(twiml="<Response><Record/></Response>")
    world.settle()
    caller.say("remember")
    caller.press("#")
    api.conferences.list()
    api.calls.list()
    api.calls(caller.sid).fetch()
    recording = api.recordings.list()[0]
    api.recordings(recording.sid).fetch()
    api.recordings(recording.sid).delete()


def a_day_of_texts(world: World, api: Any) -> None:
    world.phone(BEN).texts_will("fail", code=30006)
    api.messages.create(to=ANA, from_=OURS, body="hi", media_url=["https://help.example/a.png"])
    failed = api.messages.create(to=BEN, messaging_service_sid="MG" + "c" * 32, body="hi")
    world.settle()
    world.text(ANA, OURS, "hello")
    api.messages(failed.sid).fetch()
    api.messages(failed.sid).update(body="")
    api.messages.list()
    api.messages(failed.sid).delete()
    api.incoming_phone_numbers.list()


def test_every_answer_of_the_double_is_one_of_twilios() -> None:
    document = '<Dial><Conference startConferenceOnEnter="false">c1</Conference></Dial>'
    world, _ = world_of({"/voice": document, "/hold": "<Say>one moment</Say>"}, service_sid="MG" + "c" * 32)
    api = client(world)
    witness = Witness(world)
    api.http_client = witness
    a_night_of_calls(world, api)
    a_day_of_texts(world, api)
    made = api.calls.create(to=BEN, from_=OURS, url=f"{BASE}/out")
    api.conferences(api.conferences.list()[0].sid).update(status="completed")
    assert made.sid
    assert witness.wrong == []
    assert witness.seen == {named(one) for one in OPERATIONS}


def test_an_error_has_the_form_of_twilios() -> None:
    world, _ = world_of({})
    reply = Rest(world).handle("GET", f"/2010-04-01/Accounts/{SID}/Calls/CA1.json", {}, (SID, TOKEN))
    assert set(reply.json or {}) == {"code", "message", "more_info", "status"}
