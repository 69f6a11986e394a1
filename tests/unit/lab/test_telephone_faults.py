"""What can go wrong: webhooks doubled, late, reversed, lost; REST down, busy, slow, silent, or done and denied."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.exceptions import ReadTimeout
from support.telephone_double import ANA, BASE, BEN, OURS, SID, client, world_of
from twilio.base.exceptions import TwilioRestException

from hotline.lab.telephone.faults import PlannedFaults, WebhookFaults
from hotline.lab.telephone.rest import Rest
from hotline.lab.telephone.world import World

ALL = ["initiated", "ringing", "answered", "completed"]


def a_busy_call(world: World) -> None:
    world.phone(BEN).will("busy", after=5)
    client(world).calls.create(
        to=BEN, from_=OURS, url=f"{BASE}/out", status_callback=f"{BASE}/progress", status_callback_event=ALL
    )
    world.advance(300)


def test_every_webhook_can_arrive_twice_with_the_same_token() -> None:
    world, app = world_of({})
    world.faults(WebhookFaults(doubled=1.0))
    a_busy_call(world)
    assert sorted(one["CallStatus"] for one in app.told("/progress")) == ["busy", "busy", "initiated", "initiated"]
    tokens = [one.headers["I-Twilio-Idempotency-Token"] for one in world.sent]
    assert len(set(tokens)) == len(tokens) / 2


def test_webhooks_of_one_moment_can_arrive_in_reverse() -> None:
    world, app = world_of({})
    world.faults(WebhookFaults(reversed_order=True))
    client(world).messages.create(to=ANA, from_=OURS, body="hi", status_callback=f"{BASE}/progress")
    world.phone(BEN).will("fail")
    client(world).calls.create(
        to=BEN, from_=OURS, url=f"{BASE}/out", status_callback=f"{BASE}/call", status_callback_event=ALL
    )
    world.settle()
    assert [one["SequenceNumber"] for one in app.told("/call")] == ["1", "0"]


def test_a_lost_webhook_never_arrives_and_a_document_is_asked_for_all_the_same() -> None:
    world, app = world_of({"/voice": "<Say>hi</Say>"})
    world.faults(WebhookFaults(dropped=1.0))
    caller = world.dial(ANA, OURS)
    caller.hang_up()
    assert (caller.words, app.told("/status")) == (["hi"], [])


def test_a_late_document_lets_the_caller_wait() -> None:
    world, _ = world_of({"/voice": "<Say>hi</Say>"})
    world.faults(PlannedFaults([[9.0]]))
    caller = world.dial(ANA, OURS)
    world.advance(8)
    assert caller.words == []
    world.advance(2)
    assert caller.words == ["hi"]


def test_an_answer_that_comes_after_the_hang_up_is_played_to_nobody() -> None:
    world, app = world_of({"/voice": "<Say>hi</Say>"})
    world.faults(PlannedFaults([[9.0]]))
    caller = world.dial(ANA, OURS)
    caller.hang_up()
    world.advance(10)
    assert (caller.words, len(app.told("/voice"))) == ([], 1)


def test_an_answer_that_comes_after_the_call_was_led_elsewhere_is_played_to_nobody() -> None:
    world, app = world_of({"/voice": '<Gather numDigits="1" action="/late"/>', "/late": "<Say>late</Say>"})
    caller = world.dial(ANA, OURS)
    world.faults(PlannedFaults([[9.0]]))
    caller.press("1")
    app.answers["/elsewhere"] = "<Say>here</Say><Pause length='60'/>"
    client(world).calls(caller.sid).update(url=f"{BASE}/elsewhere")
    world.advance(20)
    assert (caller.words, len(app.told("/late"))) == (["here"], 1)


def test_a_repeated_question_plays_only_its_first_answer() -> None:
    world, app = world_of({"/voice": "<Say>hi</Say><Pause length='60'/>"})
    world.faults(PlannedFaults([[0.0, 3.0]]))
    caller = world.dial(ANA, OURS)
    world.advance(10)
    assert (caller.words, len(app.told("/voice"))) == (["hi"], 2)


@given(st.lists(st.lists(st.floats(0, 60), max_size=3), max_size=12))
def test_whatever_is_planned_a_call_ends_and_every_delivery_is_signed(plan: list[list[float]]) -> None:
    world, app = world_of({"/voice": '<Gather timeout="3"/><Say>bye</Say>'})
    world.faults(PlannedFaults(plan))
    caller = world.dial(ANA, OURS)
    world.advance(300)
    assert (caller.words, caller.status, app.unsigned) == (["bye"], "completed", 0)


def sends(world: World) -> str:
    return str(client(world).messages.create(to=ANA, from_=OURS, body="hi").sid)


@pytest.mark.parametrize(("mode", "status", "left"), [("error", 500, 0), ("busy", 429, 0), ("lost", 500, 1)])
def test_rest_can_refuse_or_do_and_deny(mode: str, status: int, left: int) -> None:
    world, _ = world_of({})
    world.provider.will(mode)
    with pytest.raises(TwilioRestException) as no:
        sends(world)
    assert no.value.status == status
    assert len(world.texts_to(ANA)) == left
    world.provider.recover()
    assert sends(world)


def test_a_busy_provider_says_when_to_come_back() -> None:
    world, _ = world_of({})
    world.provider.will("busy")
    reply = Rest(world).handle("GET", f"/2010-04-01/Accounts/{SID}/Calls.json", {}, (SID, "wrong"))
    assert (reply.status, reply.headers["Retry-After"]) == (429, "1")


@pytest.mark.parametrize(("mode", "left"), [("silent", 0), ("slow", 1)])
def test_rest_can_stay_silent_or_answer_too_late(mode: str, left: int) -> None:
    world, _ = world_of({})
    world.provider.will(mode)
    with pytest.raises(ReadTimeout):
        sends(world)
    assert len(world.texts_to(ANA)) == left


def test_trouble_can_be_kept_to_some_requests_and_a_number_of_times() -> None:
    world, _ = world_of({})
    world.provider.will("error", times=1, concerns=lambda method, path: method == "POST" and "Messages" in path)
    client(world).calls.list()
    with pytest.raises(TwilioRestException):
        sends(world)
    assert sends(world)


def test_an_unknown_mode_is_refused() -> None:
    world, _ = world_of({})
    with pytest.raises(ValueError, match="no such mode"):
        world.provider.will("moody")
