"""Measures how long words take to the other end, and a judgement; people feel both before they feel anything else."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hotline.domain.errors import Unavailable
from hotline.domain.ids import new_id
from hotline.domain.ports import Assessor
from hotline.lab.api import Api
from hotline.lab.figures import spread
from hotline.lab.listeners import FromDataFolder, on_duty
from hotline.lab.party import Party
from hotline.settings import Settings
from hotline.wiring import opened_helpline

START_PATIENCE_SECONDS = 90.0
SAMPLES = (
    "I can't sleep and everything feels too much lately.",
    "Is the line open at night?",
    "My boss shouted at me again and I cried on the way home.",
    "最近总是睡不着，工作压力很大，不知道该跟谁说。",
    "谢谢你听我说这些，感觉好一点了。",
    "考試又考砸了，我覺得自己什麼都做不好。",
    "男朋友昨天跟我分手了，我一直在哭。",
    "我想請問一下你們的服務時間。",
)
"""Invented texts in the three languages, of the length people write."""


@contextmanager
def scratch_house(data_dir: Path, port: int, **given: Any) -> Iterator[str]:
    """A whole helpline of its own while inside; gives its address. ``given`` are more of its settings.

    Raises ``Unavailable`` when it does not start.
    """
    line = [sys.executable, "-m", "hotline", "up", "--port", str(port), "--data-dir", str(data_dir)]
    environ = Settings.load(data_dir=data_dir, **given).child_environ()
    house = subprocess.Popen(line, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(house, address)
        yield address
    finally:
        house.terminate()
        house.wait(timeout=30)


def _wait(house: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while house.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{address}/live", timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise Unavailable("the helpline to be measured did not start")


def message_latency(address: str, data_dir: Path, *, messages: int) -> dict[str, Any]:
    """Milliseconds from a POST to the other end's stream, one conversation, both ways in turn."""
    taken: list[float] = []
    with (
        opened_helpline(Settings.load(data_dir=data_dir)) as helpline,
        on_duty(FromDataFolder(helpline), address, 1) as (listener,),
    ):
        api = Api(address)
        opened = api.ask("POST", "/contacts", {"text": "hello", "client_message_id": new_id(), "language": "en"})
        api.token, here = opened["token"], f"/contacts/{opened['contact']['contact_id']}"
        listener.api.ask("POST", f"{here}/claim")
        stream = f"/desk/stream?contact={opened['contact']['contact_id']}"
        seeker = Party(api, messages_path="/contact/messages", stream_path="/contact/stream")
        partner = Party(listener.api, messages_path=f"{here}/messages", stream_path=stream)
        for party in (seeker, partner):
            party.start()
        time.sleep(1.0)
        for number in range(messages):
            sender, receiver = (seeker, partner) if number % 2 else (partner, seeker)
            taken.append(_one_way(sender, receiver, SAMPLES[number % len(SAMPLES)]))
            time.sleep(0.02)
        for party in (seeker, partner):
            party.stop()
        listener.api.ask("POST", f"{here}/close", {"outcome": "supported"})
        api.close()
    return {"messages": messages, "post_to_stream_ms": spread(taken, factor=1000, digits=1)}


def _one_way(sender: Party, receiver: Party, text: str) -> float:
    """Seconds from the start of the POST until the other end's stream told of it."""
    message, sent_seconds = sender.send(text)
    deadline = sent_seconds + 10.0
    while message["number"] not in receiver.told_seconds and time.monotonic() < deadline:
        time.sleep(0.0005)
    return receiver.told_seconds.get(message["number"], deadline) - sent_seconds


def triage_time(assessor: Assessor, *, repeats: int) -> dict[str, Any]:
    """Microseconds to judge one message alone, over invented texts in three languages, no two of them alike."""
    for text in SAMPLES:
        assessor.judge([text])
    taken = []
    for number in range(repeats):
        for text in SAMPLES:
            started_seconds = time.perf_counter()
            assessor.judge([f"{text} ({number})"])
            taken.append(time.perf_counter() - started_seconds)
    return {"messages": len(taken), "judge_us": spread(taken, factor=1e6, digits=0)}
