"""Measures how fast the provider is answered while many are on the line; a second of silence is long for a caller."""

import secrets
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hotline.domain.clock import SystemClock
from hotline.domain.contact import Channel, Language, Region
from hotline.domain.phone import CallsBy
from hotline.flow import enrol, sign_in
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.lab.bench_live import SAMPLES, scratch_house
from hotline.lab.figures import percentile, spread
from hotline.lab.listeners import FromDataFolder, on_duty
from hotline.lab.telephone.people import Handset
from hotline.lab.telephone.server import HttpDeliver, rest_app, serving
from hotline.lab.telephone.timeline import RealTime
from hotline.lab.telephone.world import World
from hotline.routing import offers
from hotline.routing.offers import Skills
from hotline.settings import Settings
from hotline.storage import phone_lines
from hotline.wiring import opened_helpline

LINE = "+12025550101"
LISTENERS = 8
DIALS_A_SECOND = 10.0
SPEAKS_AFTER_SECONDS = 12.0
PROBE_EVERY_SECONDS = 0.05
TOO_LATE_SECONDS = 2.0
_FIRST_BAD_STATUS = 300


@dataclass
class Stopwatch:
    """Reaches the helpline as the provider does, and keeps how long each answer took, in seconds."""

    deliver: HttpDeliver
    taken: list[float] = field(default_factory=list)
    refused: int = 0

    def __call__(self, method: str, url: str, params: dict[str, str], headers: dict[str, str]) -> tuple[int, str, str]:
        """One request."""
        began = time.perf_counter()
        answer = self.deliver(method, url, params, headers)
        self.taken.append(time.perf_counter() - began)
        self.refused += answer[0] >= _FIRST_BAD_STATUS
        return answer


def measure(folder: Path, port: int, lab_port: int, *, callers: int, seconds: float, **given: Any) -> dict[str, Any]:
    """Milliseconds to answer a webhook with so many calls at once, beside ``/live`` asked meanwhile.

    ``given`` are more settings of the helpline to be measured, such as its database.
    """
    account, token = f"AC{secrets.token_hex(16)}", secrets.token_hex(16)
    given |= {
        "public_url": f"http://127.0.0.1:{port}",
        "twilio_account_sid": account,
        "twilio_auth_tokens": (token,),
        "twilio_from_number": LINE,
        "twilio_api_url": f"http://127.0.0.1:{lab_port}",
    }
    watch = Stopwatch(HttpDeliver())
    world = World(account, token, watch, SystemClock())
    voice = f"http://127.0.0.1:{port}/twilio/voice"
    world.own_number(LINE, voice=f"{voice}/incoming", status_callback=f"{voice}/events")
    driver = RealTime(world.timeline, webhooks_at_once=callers)
    with (
        serving(rest_app(world), port=lab_port),
        scratch_house(folder, port, **given) as address,
        opened_helpline(Settings.load(data_dir=folder, **given)) as helpline,
        on_duty(FromDataFolder(helpline), address, LISTENERS) as listeners,
    ):
        _give_telephones(helpline, world, [one.person_id for one in listeners])
        driver.start()
        try:
            return _figures(watch, *_play(world, address, watch, callers, seconds))
        finally:
            driver.stop()
            watch.deliver.close()


def _give_telephones(helpline: Helpline, world: World, people: list[str]) -> None:
    """Our line, and a telephone for each listener, who answers and takes the caller."""
    known = {person.id: person for person in enrol.list_people(helpline)}
    for number, person_id in enumerate(people):
        telephone = f"+1202555{1000 + number}"
        sign_in.set_phone(helpline, known[person_id], telephone)
        with UnitOfWork(helpline) as unit:
            offers.keep_skills(unit.conn, person_id, replace(Skills(), calls_by=CallsBy.PHONE))
            unit.commit()
        world.phone(telephone).will("answer", after=1.0, press="1")
    with UnitOfWork(helpline) as unit:
        about: dict[str, Any] = {"language": Language.EN, "region": Region.HONG_KONG, "by": "bench"}
        phone_lines.add(unit.conn, channel=Channel.VOICE, number=LINE, now=unit.now, **about)
        unit.commit()


def _play(world: World, address: str, watch: Stopwatch, callers: int, seconds: float) -> tuple[list[float], int]:
    """Let everybody call, speak and wait; only what is answered while all are on the line is kept.

    Gives the seconds that ``/live`` took meanwhile, and how many were on the line at the end.
    """
    on_line: list[tuple[float, Handset]] = []
    for number in range(callers):
        on_line.append((time.monotonic(), world.dial(f"+1202556{1000 + number}", LINE)))
        _speak(on_line)
        time.sleep(1 / DIALS_A_SECOND)
    watch.taken.clear()
    with _probing(address) as live:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            _speak(on_line)
            time.sleep(0.1)
    return live, sum(handset.status == "in-progress" for _, handset in on_line)


def _speak(on_line: list[tuple[float, Handset]]) -> None:
    """Whoever is asked what brings them says it."""
    now = time.monotonic()
    for place, (since, handset) in enumerate(on_line):
        if now - since >= SPEAKS_AFTER_SECONDS and handset.is_asked:
            handset.say(SAMPLES[place % len(SAMPLES)])
            on_line[place] = (float("inf"), handset)


@contextmanager
def _probing(address: str) -> Iterator[list[float]]:
    """Ask ``/live`` again and again meanwhile: what a request costs that does nothing, under the same load."""
    taken: list[float] = []
    over = threading.Event()

    def probe() -> None:
        while not over.wait(PROBE_EVERY_SECONDS):
            began = time.perf_counter()
            with urllib.request.urlopen(f"{address}/live", timeout=30):  # noqa: S310 - our own address
                taken.append(time.perf_counter() - began)

    thread = threading.Thread(target=probe, daemon=True)
    thread.start()
    try:
        yield taken
    finally:
        over.set()
        thread.join(timeout=30)


def _figures(watch: Stopwatch, live: list[float], on_line: int) -> dict[str, Any]:
    slow, plain = percentile(watch.taken, 0.99), percentile(live, 0.99)
    return {
        "on_the_line": on_line,
        "answers": len(watch.taken),
        "answer_ms": spread(watch.taken, factor=1000, digits=1),
        "live_ms": spread(live, factor=1000, digits=1),
        "ratio_of_p99_to_live": None if not slow or not plain else round(slow / plain, 1),
        "later_than_2_s": sum(one > TOO_LATE_SECONDS for one in watch.taken),
        "refused": watch.refused,
    }
