"""REST of the double: who may ask, what is refused with which code, and lists in pages."""

from datetime import timedelta

import pytest
from support.fakes import FakeClock
from support.telephone_double import ANA, BASE, BEN, OURS, SID, TOKEN, ask, client, world_of

from hotline.domain.clock import SystemClock
from hotline.lab.telephone.rest import Rest
from hotline.lab.telephone.timeline import RealTime, Timeline
from hotline.lab.telephone.world import World

CALL = {"To": BEN, "From": OURS, "Url": f"{BASE}/out"}


@pytest.mark.parametrize("auth", [None, (SID, "wrong"), ("AC" + "b" * 32, TOKEN), ("", "")])
def test_nobody_else_may_ask(auth: tuple[str, str] | None) -> None:
    world, _ = world_of({})
    reply = Rest(world).handle("POST", f"/2010-04-01/Accounts/{SID}/Calls.json", CALL, auth)
    assert (reply.status, (reply.json or {})["code"]) == (401, 20003)
    assert world.calls() == []


@pytest.mark.parametrize(
    "path",
    [
        "Nothing.json",
        "Calls/CA0.json",
        "Conferences/CF0.json",
        "Messages/SM0.json",
        "Recordings/RE0.json",
        "Conferences/CF0/Participants.json",
        "Calls",
    ],
)
def test_what_does_not_exist_is_not_found(path: str) -> None:
    world, _ = world_of({})
    status, body = ask(world, "GET", path)
    assert (status, body["code"], body["status"]) == (404, 20404, 404)


@pytest.mark.parametrize(
    ("code", "given"),
    [
        (21201, {"To": ""}),
        (21213, {"From": ""}),
        (21211, {"To": "+1"}),
        (21211, {"To": "sip:ana@example.com"}),
        (21210, {"From": "+85239999999"}),
        (21215, {"To": "+4915112345678"}),
        (21205, {"Url": ""}),
        (21205, {"Url": "/relative"}),
        (21626, {"StatusCallbackEvent": "started"}),
        (20001, {"Timeout": "3"}),
        (20001, {"Timeout": "601"}),
        (20001, {"MachineDetection": "Always"}),
        (20001, {"Colour": "red"}),
    ],
)
def test_a_call_twilio_would_refuse_is_refused(code: int, given: dict[str, str]) -> None:
    world, _ = world_of({})
    world.rules.forbidden_call_prefixes = ("+49",)
    status, body = ask(world, "POST", "Calls.json", **{name: value for name, value in (CALL | given).items() if value})
    assert (status, body["code"]) == (400, code)
    assert world.calls() == []


def test_a_call_that_ended_cannot_be_led_elsewhere() -> None:
    world, _ = world_of({"/voice": "<Hangup/>"})
    caller = world.dial(ANA, OURS)
    for given in ({"Url": f"{BASE}/other"}, {"Status": "completed"}):
        status, body = ask(world, "POST", f"Calls/{caller.sid}.json", **given)
        assert (status, body["code"]) == (400, 21220)


def test_a_call_that_only_rings_cannot_be_led_elsewhere() -> None:
    world, _ = world_of({})
    made = client(world).calls.create(to=BEN, from_=OURS, url=f"{BASE}/out")
    world.settle()
    assert ask(world, "POST", f"Calls/{made.sid}.json", Url=f"{BASE}/other")[1]["code"] == 21220


def test_lists_come_in_pages_newest_first_and_can_be_filtered() -> None:
    world, _ = world_of({"/voice": "<Say>hi</Say>"})
    numbers = [f"+8529000000{digit}" for digit in range(7)]
    for number in numbers:
        world.dial(number, OURS).hang_up()
        world.advance(60)
    api = client(world)
    assert [one._from for one in api.calls.list(page_size=3)] == numbers[::-1]
    assert [one._from for one in api.calls.list(from_=numbers[2])] == [numbers[2]]
    assert api.calls.list(status="in-progress") == []
    since = world.timeline.now() - timedelta(seconds=150)
    assert [one._from for one in api.calls.list(start_time_after=since)] == numbers[:4:-1]


@pytest.mark.parametrize("path", ["Calls.json", "Conferences.json"])
def test_a_status_twilio_does_not_know_is_refused(path: str) -> None:
    world, _ = world_of({})
    status, body = ask(world, "GET", path, Status="initiated")
    assert (status, body["code"]) == (400, 20001)


def test_a_list_of_calls_lags_behind_where_that_was_asked_for() -> None:
    world, _ = world_of({"/voice": "<Say>hi</Say><Pause length='60'/>"})
    world.rules.lag_seconds = 10
    caller = world.dial(ANA, OURS)
    assert client(world).calls.list() == []
    assert client(world).calls(caller.sid).fetch().status == "in-progress"
    world.advance(11)
    assert [one.sid for one in client(world).calls.list()] == [caller.sid]


def test_the_numbers_of_the_account_show_their_webhooks() -> None:
    world, _ = world_of({})
    (own,) = client(world).incoming_phone_numbers.list()
    assert (own.phone_number, own.voice_url, own.sms_url) == (OURS, f"{BASE}/voice", f"{BASE}/sms")


def test_a_recording_can_be_fetched_and_removed() -> None:
    world, app = world_of({"/voice": '<Record action="/done"/>', "/done": "<Hangup/>"})
    caller = world.dial(ANA, OURS)
    caller.say("remember me")
    caller.press("#")
    sid = app.told("/done")[0]["RecordingSid"]
    reply = Rest(world).handle("GET", f"/2010-04-01/Accounts/{SID}/Recordings/{sid}.wav", {}, (SID, TOKEN))
    assert reply.content is not None
    assert reply.content[:4] == b"RIFF"
    assert b"remember me" in reply.content
    assert [one.sid for one in client(world).recordings.list(call_sid=caller.sid)] == [sid]
    client(world).recordings(sid).delete()
    assert client(world).recordings.list() == []


def test_a_rotated_token_signs_and_opens() -> None:
    world, app = world_of({"/voice": "<Hangup/>"})
    world.auth_token = "f" * 32
    world.dial(ANA, OURS)
    assert app.unsigned == 1 + len(app.told("/status"))
    assert ask(world, "GET", "Calls.json")[0] == 401


def test_a_number_that_is_not_ours_cannot_be_dialled() -> None:
    world, _ = world_of({})
    with pytest.raises(LookupError):
        world.dial(ANA, "+85239999999")


def test_with_a_real_clock_time_passes_by_itself() -> None:
    _, app = world_of({"/voice": '<Gather timeout="1"/><Say>bye</Say>'})
    world = World(SID, TOKEN, app, SystemClock())
    world.own_number(OURS, voice=f"{BASE}/voice")
    driver = RealTime(world.timeline)
    driver.start()
    try:
        caller = world.dial(ANA, OURS)
        ended = world.timeline.changed
        with ended:
            ended.wait_for(lambda: caller.call.is_over, timeout=10)
        assert (caller.words, caller.status) == (["bye"], "completed")
    finally:
        driver.stop()


def test_a_cancelled_thing_does_not_happen() -> None:
    happened: list[str] = []
    timeline = Timeline(FakeClock())
    timeline.after(1, lambda _given: happened.append("first")).cancel()
    timeline.after(2, lambda _given: happened.append("second"))
    timeline.advance(5)
    assert happened == ["second"]
