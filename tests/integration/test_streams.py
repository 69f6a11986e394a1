"""Live updates: nothing is missed over a broken stream, and a revoked session's stream ends."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from support.web import reach_out, staff

from hotline.domain.contact import Role
from hotline.flow import sign_in
from hotline.flow.helpline import Helpline
from hotline.web import streams


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "POLL_SECONDS", 0.05)


def lines(answer: object) -> Iterator[str]:
    """The stream's lines, as they come."""
    kept = ""
    for chunk in answer.response:  # type: ignore[attr-defined]
        kept += chunk if isinstance(chunk, str) else chunk.decode()
        *whole, kept = kept.split("\n")
        yield from whole


def until(found: Iterator[str], wanted: str) -> list[str]:
    seen = []
    for line in found:
        seen.append(line)
        if line.startswith(wanted):
            return seen
    raise AssertionError(f"{wanted!r} never came: {seen}")


def test_a_message_reaches_the_other_side_through_the_stream(app: Flask, helpline: Helpline) -> None:
    seeker, lin = reach_out(app), staff(app, helpline, "Lin", Role.VOLUNTEER)
    contact_id = lin.post("/queue/next").json["contact_id"]
    with seeker.get("/contact/stream") as answer:
        found = lines(answer)
        until(found, "event: hello")
        body = {"client_message_id": "m" * 8, "text": "hello"}
        threading.Timer(0.1, lambda: lin.post(f"/contacts/{contact_id}/messages", body)).start()
        until(found, "event: message")
        assert '"number":4' in next(found)


def test_a_client_that_reconnects_misses_nothing(app: Flask) -> None:
    seeker = reach_out(app)
    with seeker.get("/contact/stream") as answer:
        seen = until(lines(answer), "id: ")
    last_id = seen[-1].removeprefix("id: ")
    for number in range(5):
        seeker.post("/contact/messages", {"client_message_id": f"lost-{number:04d}", "text": "while away"})
    seeker.headers = {"Last-Event-ID": last_id}
    with seeker.get("/contact/stream") as answer:
        found = lines(answer)
        numbers = [_number(until(found, "event: message"), found) for _ in range(5)]
    assert numbers == [3, 4, 5, 6, 7]


def _number(_: list[str], found: Iterator[str]) -> int:
    return int(next(found).split('"number":')[1].split(",")[0])


def test_a_client_cannot_ask_for_a_topic_that_is_not_its_own(app: Flask) -> None:
    seeker, other = reach_out(app), reach_out(app)
    other_id = other.get("/contact").json["contact_id"]
    seeker.headers = {"Last-Event-ID": f"contact:{other_id}=0;desk=0"}
    with seeker.get("/contact/stream") as answer:
        first = until(lines(answer), "id: ")
    assert other_id not in first[-1]
    assert "desk" not in first[-1]


def test_typing_travels_but_leaves_no_row(app: Flask, helpline: Helpline) -> None:
    seeker, lin = reach_out(app), staff(app, helpline, "Lin", Role.VOLUNTEER)
    contact_id = lin.post("/queue/next").json["contact_id"]
    with lin.get(f"/desk/stream?contact={contact_id}") as answer:
        found = lines(answer)
        until(found, "event: hello")
        threading.Timer(0.1, lambda: seeker.post("/contact/typing")).start()
        until(found, "event: typing")


def test_the_stream_of_a_revoked_session_ends(app: Flask, helpline: Helpline) -> None:
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    assert lin.who is not None
    with lin.get("/desk/stream") as answer:
        found = lines(answer)
        until(found, "event: hello")
        sign_in.end_sessions(helpline, lin.who, lin.who.id)
        until(found, "event: bye")
        assert [line for line in found if line.startswith("event")] == []
