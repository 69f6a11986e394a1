"""A phone lab in front of a helpline of a few lines, in real time."""

from collections.abc import Iterator
from contextlib import contextmanager

from support.telephone_double import ANA, BASE, BEN, OURS, SID, TOKEN, Answer, App

from hotline.domain.clock import SystemClock
from hotline.lab.phone_lab.app import lab_app
from hotline.lab.phone_lab.view import Cast
from hotline.lab.telephone.server import serving
from hotline.lab.telephone.timeline import RealTime
from hotline.lab.telephone.world import World

GREETING = (
    '<Gather input="dtmf speech" language="en-GB" timeout="120" action="/said">'
    '<Say language="en-GB" voice="Polly.Amy-Neural">You have reached the helpline. What brings you here?</Say></Gather>'
)
WAITS = '<Say>Somebody comes</Say><Dial><Conference startConferenceOnEnter="false" waitUrl="">c1</Conference></Dial>'
ACCEPT = '<Gather numDigits="1" timeout="60" action="/accept"><Say>Press 1 to accept</Say></Gather>'
ANSWERS: dict[str, Answer] = {
    "/voice": GREETING,
    "/said": WAITS,
    "/out": ACCEPT,
    "/accept": "<Dial><Conference>c1</Conference></Dial>",
    "/sms": "<Message>We read you. Somebody answers soon.</Message>",
}


@contextmanager
def phone_lab() -> Iterator[tuple[World, str]]:
    """The world and the page's address."""
    world = World(SID, TOKEN, App(dict(ANSWERS)), SystemClock())
    world.own_number(OURS, voice=f"{BASE}/voice", sms=f"{BASE}/sms")
    driver = RealTime(world.timeline)
    driver.start()
    names = {ANA: "Ana", BEN: "Ben", OURS: "English line"}
    try:
        with serving(lab_app(world, Cast(names, callers=[ANA], helpers=[BEN]))) as address:
            yield world, address
    finally:
        driver.stop()
