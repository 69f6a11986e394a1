"""A helpline of a few lines for the tests of the double: paths and what they answer."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from support.fakes import FakeClock
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from hotline.lab.telephone.http_client import InProcessHttp
from hotline.lab.telephone.rest import Rest
from hotline.lab.telephone.world import World

SID = "AC" + "a" * 32
TOKEN = "0123456789abcdef0123456789abcdef"
OURS = "+85230000001"
ANA = "+85291234567"
BEN = "+85298765432"
BASE = "https://help.example"
MUSIC = f"{BASE}/music.mp3"

Answer = str | Callable[[dict[str, str]], str]


class App:
    """A helpline that answers what it was told to answer, and remembers what it was asked."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.unsigned = 0
        self.status = 200
        self.gone = False
        self.content_type = "text/xml; charset=utf-8"

    def __call__(self, method: str, url: str, params: dict[str, str], headers: dict[str, str]) -> tuple[int, str, str]:
        if self.gone:
            raise ConnectionRefusedError("nobody there")
        if not RequestValidator(TOKEN).validate(url, params, headers["X-Twilio-Signature"]):
            self.unsigned += 1
        path = urlsplit(url).path
        given = params if method == "POST" else dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        self.asked.append((path, given))
        answer = self.answers.get(path, "")
        body = answer(given) if callable(answer) else answer
        return (self.status if body else 204), self.content_type, f"<Response>{body}</Response>" if body else ""

    def told(self, path: str) -> list[dict[str, str]]:
        """What arrived at a path."""
        return [params for at, params in self.asked if at == path]


def world_of(answers: dict[str, Answer], **numbers: str) -> tuple[World, App]:
    """A world with one number of ours, which asks /voice and /sms, and tells /status."""
    app = App(answers)
    world = World(SID, TOKEN, app, FakeClock())
    hooks = {"voice": f"{BASE}/voice", "sms": f"{BASE}/sms", "status_callback": f"{BASE}/status"}
    world.own_number(OURS, **(hooks | numbers))
    return world, app


def client(world: World) -> Client:
    """Twilio's own client, speaking to this world."""
    return Client(SID, TOKEN, http_client=InProcessHttp(world))


def ask(world: World, method: str, path: str, **params: Any) -> tuple[int, dict[str, Any]]:
    """One REST request below the account, with its status and JSON."""
    reply = Rest(world).handle(method, f"/2010-04-01/Accounts/{SID}/{path}", params, (SID, TOKEN))
    return reply.status, reply.json or {}
