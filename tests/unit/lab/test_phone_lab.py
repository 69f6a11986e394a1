"""The phone lab's server: what it shows, what it does, and who may not ask it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from support.phone_lab import phone_lab
from support.telephone_double import ANA, BEN, OURS

from hotline.lab.telephone.world import World


@pytest.fixture
def lab() -> Iterator[tuple[World, httpx.Client]]:
    with phone_lab() as (world, address), httpx.Client(base_url=address, headers={"X-Phone-Lab": "1"}) as http:
        yield world, http


def act(http: httpx.Client, name: str, **given: Any) -> httpx.Response:
    return http.post(f"/lab/acts/{name}", json=given)


def test_the_page_may_load_nothing_from_elsewhere(lab: tuple[World, httpx.Client]) -> None:
    _, http = lab
    page = http.get("/")
    assert "default-src 'none'; script-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    for name in ("lab.js", "cards.js", "dom.js", "server.js", "lab.css", "tokens.css", "icon.svg"):
        assert http.get(f"/lab/static/{name}").status_code == 200
    assert http.get("/lab/static/app.py").status_code == 404
    assert http.get("/lab/static/%2e%2e%2fapp.py").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8100", "127.0.0.1.evil.example"])
def test_a_name_that_leads_here_from_elsewhere_is_refused(lab: tuple[World, httpx.Client], host: str) -> None:
    _, http = lab
    assert http.get("/lab/state", headers={"Host": host}).status_code == 403


def test_a_foreign_page_cannot_act(lab: tuple[World, httpx.Client]) -> None:
    world, http = lab
    foreign = http.post("/lab/acts/dial", json={"from": ANA, "to": OURS}, headers={"X-Phone-Lab": ""})
    assert foreign.status_code == 403
    assert world.calls() == []


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("fly", {}),
        ("dial", {"from": "ana", "to": OURS}),
        ("dial", {"from": ANA, "to": "+85239999999"}),
        ("press", {"sid": "CA1", "keys": "1"}),
        ("say", {"sid": "", "text": "hi"}),
        ("plan", {"number": BEN, "kind": "sings"}),
        ("plan", {"number": "ben", "kind": "busy"}),
        ("text", {"from": ANA, "to": OURS, "text": " "}),
        ("text", {"from": ANA, "to": OURS, "text": "x" * 1601}),
        ("provider", {"mode": "moody"}),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(
    lab: tuple[World, httpx.Client], name: str, given: dict[str, str]
) -> None:
    _, http = lab
    answer = act(http, name, **given)
    assert answer.status_code == 409
    assert answer.json()["error"].strip()


def test_a_telephone_that_was_answered_does_not_ring_any_more(lab: tuple[World, httpx.Client]) -> None:
    world, http = lab
    assert act(http, "dial", **{"from": ANA, "to": OURS}).status_code == 200
    leg = world.calls()[0]
    with world.timeline.changed:
        world.timeline.changed.wait_for(lambda: leg.words, timeout=10)
    assert act(http, "answer", sid=leg.sid).status_code == 409
    shown = http.get("/lab/state").json()["calls"][0]
    assert (shown["name"], shown["to"], shown["asked"]) == ("Ana", "English line", True)
    assert [one["who"] for one in shown["words"]] == ["helpline"]
    assert act(http, "press", sid=leg.sid, keys="x").status_code == 409
    assert act(http, "hang_up", sid=leg.sid).status_code == 200
    assert http.get("/lab/state").json()["calls"][0]["over"]


def test_a_telephone_behaves_as_it_was_told(lab: tuple[World, httpx.Client]) -> None:
    world, http = lab
    assert act(http, "plan", number=BEN, kind="voicemail").status_code == 200
    assert world.phone(BEN).line.plan.kind == "voicemail"
    assert http.get("/lab/state").json()["phones"][0]["plan"] == "voicemail"
