"""Telephones that ring: answer, busy, nobody, a machine, a dead number, and a call handed from one to another."""

import threading

import pytest
from support.telephone_double import ANA, BASE, BEN, OURS, App, client, world_of

from hotline.lab.telephone.people import Handset
from hotline.lab.telephone.world import World

ALL = ["initiated", "ringing", "answered", "completed"]
ASK = '<Gather numDigits="1" timeout="8" action="/key"><Say>Press 1 to accept</Say></Gather><Hangup/>'


def rung(answers: dict[str, str], **more: object) -> tuple[World, App, Handset]:
    world, app = world_of(answers)  # type: ignore[arg-type]
    given = {"url": f"{BASE}/out", "status_callback": f"{BASE}/progress", "status_callback_event": ALL} | more
    made = client(world).calls.create(to=BEN, from_=OURS, **given)
    world.settle()
    return world, app, world.handset(made.sid)


def told(app: App) -> list[str]:
    return [one["CallStatus"] for one in app.told("/progress")]


def test_a_telephone_rings_until_it_is_answered_and_the_steps_are_told_in_order() -> None:
    world, app, leg = rung({"/out": ASK, "/key": "<Say>Thanks</Say>"})
    assert (leg.status, [one.sid for one in world.phone(BEN).ringing]) == ("ringing", [leg.sid])
    world.advance(7)
    world.phone(BEN).answer(press="1")
    assert app.told("/key")[0]["Digits"] == "1"
    world.phone(BEN).hang_up()
    assert told(app) == ["initiated", "ringing", "in-progress", "completed"]
    assert [one["SequenceNumber"] for one in app.told("/progress")] == ["0", "1", "2", "3"]


def test_nobody_answers() -> None:
    world, app, leg = rung({}, timeout=20)
    world.advance(24.9)
    assert leg.status == "ringing"
    world.advance(0.2)
    assert (leg.status, told(app)[-1]) == ("no-answer", "no-answer")
    assert world.phone(BEN).ringing == []


@pytest.mark.parametrize(("plan", "status"), [("busy", "busy"), ("fail", "failed")])
def test_a_busy_or_dead_number_is_told_at_once(plan: str, status: str) -> None:
    world, app = world_of({})
    world.phone(BEN).will(plan)
    made = client(world).calls.create(to=BEN, from_=OURS, url=f"{BASE}/out", status_callback=f"{BASE}/progress")
    world.settle()
    assert client(world).calls(made.sid).fetch().status == status
    assert told(app) == [status]
    assert not app.told("/out")


def test_a_machine_takes_the_call_and_never_presses_a_key() -> None:
    world, app = world_of({"/out": ASK})
    world.phone(BEN).will("voicemail", after=15)
    made = client(world).calls.create(to=BEN, from_=OURS, url=f"{BASE}/out", timeout=30)
    world.advance(60)
    assert world.handset(made.sid).status == "completed"
    assert app.told("/out")
    assert not app.told("/key")


@pytest.mark.parametrize(("plan", "found"), [("voicemail", "machine_start"), ("answer", "human")])
def test_detection_says_who_answered_before_the_document_is_asked_for(plan: str, found: str) -> None:
    world, app = world_of({"/out": ASK})
    world.phone(BEN).will(plan, after=1)
    client(world).calls.create(to=BEN, from_=OURS, url=f"{BASE}/out", machine_detection="Enable")
    world.advance(4)
    assert not app.told("/out")
    world.advance(2)
    assert app.told("/out")[0]["AnsweredBy"] == found


def test_detection_may_be_told_later_while_the_document_plays() -> None:
    world, app = world_of({"/out": ASK})
    world.phone(BEN).will("voicemail", after=1)
    client(world).calls.create(
        to=BEN,
        from_=OURS,
        url=f"{BASE}/out",
        machine_detection="Enable",
        async_amd="true",
        async_amd_status_callback=f"{BASE}/machine",
    )
    world.advance(1)
    assert app.told("/out")
    world.advance(5)
    assert app.told("/machine")[0]["AnsweredBy"] == "machine_start"


def test_a_call_can_be_taken_back_while_it_rings_and_not_after_it_was_answered() -> None:
    world, _, leg = rung({"/out": ASK})
    client(world).calls(leg.sid).update(status="canceled")
    assert leg.status == "canceled"
    second = client(world).calls.create(to=BEN, from_=OURS, url=f"{BASE}/out")
    world.settle()
    world.phone(BEN).answer()
    assert client(world).calls(second.sid).update(status="canceled").status == "in-progress"
    assert client(world).calls(second.sid).update(status="completed").status == "completed"


def test_a_listener_who_will_press_presses_once_the_question_is_there() -> None:
    world, app = world_of({"/out": ASK, "/key": "<Hangup/>"})
    world.phone(BEN).will("answer", after=3, press="1")
    client(world).calls.create(to=BEN, from_=OURS, url=f"{BASE}/out")
    world.advance(10)
    assert app.told("/key")[0]["Digits"] == "1"


def test_two_who_press_in_one_instant_reach_the_helpline_at_the_same_time() -> None:
    gate = threading.Barrier(2, timeout=5)

    def both(_params: dict[str, str]) -> str:
        gate.wait()
        return "<Hangup/>"

    world, app = world_of({"/out": ASK, "/key": both})
    legs = [client(world).calls.create(to=to, from_=OURS, url=f"{BASE}/out").sid for to in (ANA, BEN)]
    world.settle()
    for number in (ANA, BEN):
        world.phone(number).answer()
    with world.together():
        for sid in legs:
            world.handset(sid).press("1")
    assert len(app.told("/key")) == 2


def test_a_document_can_ring_another_telephone_and_connect_it_after_a_whisper() -> None:
    dial = f'<Dial action="/after" timeout="20"><Number url="/whisper">{BEN}</Number></Dial>'
    world, app = world_of({"/voice": dial, "/whisper": "<Say>A call</Say>", "/after": "<Say>Over</Say>"})
    caller = world.dial(ANA, OURS)
    ben = world.phone(BEN).answer()
    assert (ben.last, app.told("/whisper")[0]["ParentCallSid"]) == ("A call", caller.sid)
    ben.listen()
    ben.say("hello")
    caller.say("good evening")
    assert (caller.last, ben.last) == ("hello", "good evening")
    world.advance(8)
    ben.hang_up()
    after = app.told("/after")[0]
    assert (after["DialCallStatus"], after["DialCallSid"]) == ("completed", ben.sid)
    assert int(after["DialCallDuration"]) >= 8
    assert caller.last == "Over"


def test_the_first_telephone_that_answers_stops_the_others() -> None:
    world, app = world_of({"/voice": f'<Dial action="/after"><Number>{BEN}</Number><Client>ana</Client></Dial>'})
    caller = world.dial(ANA, OURS)
    other = world.phone("client:ana").ringing[0]
    ben = world.phone(BEN).answer()
    assert (ben.status, other.status) == ("in-progress", "canceled")
    caller.hang_up()
    assert ben.status == "completed"
    assert app.told("/after")[0]["CallStatus"] == "completed"


def test_where_nobody_answers_the_action_learns_it() -> None:
    world, app = world_of({"/voice": f'<Dial timeout="10" action="/after">{BEN}</Dial>', "/after": "<Say>Sorry</Say>"})
    caller = world.dial(ANA, OURS)
    world.advance(16)
    assert app.told("/after")[0]["DialCallStatus"] == "no-answer"
    assert caller.last == "Sorry"


def test_a_call_answered_with_the_bridge_rings_until_then() -> None:
    world, _ = world_of({"/voice": f'<Dial answerOnBridge="true"><Number>{BEN}</Number></Dial>'})
    caller = world.dial(ANA, OURS)
    assert caller.status == "ringing"
    world.phone(BEN).answer()
    assert caller.status == "in-progress"


def test_a_call_led_by_a_document_in_the_order_needs_no_address() -> None:
    world, _ = world_of({})
    world.phone(BEN).will("answer")
    made = client(world).calls.create(to=BEN, from_=OURS, twiml="<Response><Say>Hello</Say></Response>")
    world.settle()
    assert world.handset(made.sid).last == "Hello"
