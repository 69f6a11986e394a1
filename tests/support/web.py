"""The web application over a helpline with fakes at its edges, and browsers of each kind of person."""

from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from support.people import on_duty, person

from hotline.app import create_app
from hotline.domain.contact import Role
from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.flow.helpline import Helpline
from hotline.flow.sign_in import Credentials, sign_in
from hotline.routing.policy import Stage
from hotline.settings import Settings, ensure_secrets


def make_app(helpline: Helpline, settings: Settings) -> Flask:
    """The application on this helpline, without limits unless a test switches them on."""
    ensure_secrets(settings.secrets_dir)
    app = create_app(settings, helpline)
    app.config.update(TESTING=True, HOTLINE_NO_LIMITS=True, PROPAGATE_EXCEPTIONS=False)
    return app


@dataclass
class Caller:
    """A program that speaks with a bearer token."""

    client: FlaskClient
    token: str = ""
    who: Person | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: object = None, **given: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **self.headers} if self.token else dict(self.headers)
        return self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers, **given)

    def get(self, path: str) -> Any:
        return self.call("GET", path)

    def post(self, path: str, body: object = None) -> Any:
        return self.call("POST", path, body)


def staff(
    app: Flask, helpline: Helpline, name: str, *roles: Role, duty: bool = True, stage: Stage = Stage.CRISIS_TRAINED
) -> Caller:
    """A signed-in person of the helpline, on duty where the role listens."""
    listens = bool(set(roles) & {Role.VOLUNTEER, Role.CLINICIAN, Role.SUPERVISOR})
    made = (on_duty if duty and listens else person)(helpline, name, *roles, stage=stage)
    given = Credentials(made.login, f"{name}-{name}-Zq9!xw", None, "127.0.0.1")
    return Caller(app.test_client(), sign_in(helpline, given)[1], made)


def reach_out(app: Flask, text: str | None = "I had a hard day", **given: object) -> Caller:
    """Somebody who needs help, as a program."""
    caller = Caller(app.test_client())
    body = {"language": "en", "text": text, "client_message_id": new_id(), **given}
    answer = caller.post("/contacts", body)
    assert answer.status_code == 201, answer.json
    caller.token = answer.json["token"]
    return caller


def form_token(page: str) -> str:
    """The token that a form of this page sends along."""
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def browser_of(app: Flask, caller: Caller, cookie: str = "hl_staff") -> FlaskClient:
    """The same person in a browser: a cookie instead of a bearer token."""
    client = app.test_client()
    client.set_cookie(cookie, caller.token)
    return client
