"""The double over real HTTP: the same answers, and a connection that stays silent."""

from collections.abc import Iterator

import httpx
import pytest
from support.telephone_double import ANA, BEN, OURS, SID, TOKEN, world_of

from hotline.lab.telephone import server
from hotline.lab.telephone.server import HttpDeliver, rest_app, serving
from hotline.lab.telephone.world import World

ACCOUNT = f"/2010-04-01/Accounts/{SID}"


@pytest.fixture
def running() -> Iterator[tuple[World, httpx.Client]]:
    world, _ = world_of({})
    with serving(rest_app(world)) as address, httpx.Client(base_url=address, auth=(SID, TOKEN)) as http:
        yield world, http


def test_a_text_sent_over_http_leaves(running: tuple[World, httpx.Client]) -> None:
    world, http = running
    answer = http.post(f"{ACCOUNT}/Messages.json", data={"To": ANA, "From": OURS, "Body": "hi"})
    assert (answer.status_code, answer.json()["status"]) == (201, "queued")
    assert [text.body for text in world.texts_to(ANA)] == ["hi"]
    assert http.get(f"{ACCOUNT}/Messages.json", params={"To": ANA}).json()["messages"][0]["body"] == "hi"
    world.settle()
    assert http.delete(f"{ACCOUNT}/Messages/{answer.json()['sid']}.json").status_code == 204


def test_several_events_are_understood(running: tuple[World, httpx.Client]) -> None:
    world, http = running
    events = ["initiated", "ringing", "answered"]
    given = {"To": BEN, "From": OURS, "Url": "https://help.example/out", "StatusCallback": "https://help.example/s"}
    answer = http.post(f"{ACCOUNT}/Calls.json", data={**given, "StatusCallbackEvent": events})
    assert answer.status_code == 201
    assert world.office.calls[answer.json()["sid"]].callbacks[0].events == frozenset(events)


def test_nobody_without_the_secret(running: tuple[World, httpx.Client]) -> None:
    _, http = running
    assert http.get(f"{ACCOUNT}/Calls.json", auth=(SID, "no")).status_code == 401


def test_a_busy_provider_says_when_to_come_back(running: tuple[World, httpx.Client]) -> None:
    world, http = running
    world.provider.will("busy")
    answer = http.get(f"{ACCOUNT}/Calls.json")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")


def test_a_silent_provider_keeps_a_client_waiting(
    running: tuple[World, httpx.Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, http = running
    monkeypatch.setattr(server, "SILENCE_SECONDS", 1.0)
    world.provider.will("silent")
    with pytest.raises(httpx.ReadTimeout):
        http.get(f"{ACCOUNT}/Calls.json", timeout=0.2)


def test_a_webhook_reaches_a_helpline_by_its_local_address(running: tuple[World, httpx.Client]) -> None:
    _, http = running
    deliver = HttpDeliver(("https://help.example", str(http.base_url).rstrip("/")))
    status, content_type, body = deliver("POST", f"https://help.example{ACCOUNT}/Calls.json", {}, {})
    assert (status, content_type, "20003" in body) == (401, "application/json", True)
    with pytest.raises(ConnectionError):
        deliver("POST", "http://127.0.0.1:9/nobody", {}, {})
    deliver.close()
