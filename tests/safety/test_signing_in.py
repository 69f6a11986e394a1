"""Sessions that die at once, codes that work once, guessing that gets nowhere."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import person
from support.web import Caller, staff

from hotline.domain.contact import Role
from hotline.domain.errors import NotAuthenticated
from hotline.flow import sign_in
from hotline.flow.helpline import Helpline
from hotline.flow.sign_in import Credentials, TotpNeeded

WORD = "Lin-Lin-Zq9!xw"


def given(totp: str | None = None, password: str = WORD, address: str = "127.0.0.1") -> Credentials:
    return Credentials("lin", password, totp, address)


def test_a_wrong_password_and_an_unknown_login_sound_the_same(helpline: Helpline) -> None:
    person(helpline, "Lin", Role.VOLUNTEER)
    said = []
    for credentials in (given(password="wrong"), Credentials("nobody", WORD, None, None)):
        with pytest.raises(NotAuthenticated) as trouble:
            sign_in.sign_in(helpline, credentials)
        said.append(str(trouble.value))
    assert said[0] == said[1]


def test_a_one_time_code_works_once_also_in_parallel(helpline: Helpline, clock: FakeClock) -> None:
    lin = person(helpline, "Lin", Role.VOLUNTEER)
    secret, _ = sign_in.start_totp(helpline, lin)
    lin = sign_in.who_is(helpline, sign_in.sign_in(helpline, given())[1])[0]
    sign_in.confirm_totp(helpline, lin, pyotp.TOTP(secret).at(clock.now()))
    with pytest.raises(TotpNeeded):
        sign_in.sign_in(helpline, given())
    clock.advance(seconds=60)
    code = pyotp.TOTP(secret).at(clock.now())

    def attempt(_: int) -> bool:
        try:
            sign_in.sign_in(helpline, given(code))
        except NotAuthenticated:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(8))) == 1


def test_a_new_password_ends_every_other_session(app: Flask, helpline: Helpline) -> None:
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    other = Caller(app.test_client(), sign_in.sign_in(helpline, given())[1])
    answer = lin.post("/account/password", {"current": WORD, "new": "another-Long-1-word"})
    assert answer.status_code == 204
    assert lin.get("/session").status_code == 200
    assert other.get("/session").status_code == 401


def test_revoking_ends_sessions_at_once(app: Flask, helpline: Helpline) -> None:
    lin, ho = staff(app, helpline, "Lin", Role.VOLUNTEER), staff(app, helpline, "Ho", Role.ADMINISTRATOR)
    assert lin.who is not None
    ho.post(f"/people/{lin.who.id}/sessions/revoke")
    assert lin.get("/desk").status_code == 401


def test_a_session_expires(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    clock.advance(hours=12, seconds=1)
    assert lin.get("/session").status_code == 401


def test_demo_people_sign_in_from_this_machine_only(helpline: Helpline) -> None:
    from hotline.flow import enrol  # noqa: PLC0415

    login, password, _ = enrol.ensure_demo_people(helpline)[0]
    sign_in.sign_in(helpline, Credentials(login, password, None, "127.0.0.1"))
    with pytest.raises(NotAuthenticated):
        sign_in.sign_in(helpline, Credentials(login, password, None, "192.0.2.7"))


def test_two_hundred_wrong_passwords_hit_the_limit_and_seekers_notice_nothing(app: Flask, helpline: Helpline) -> None:
    app.config["HOTLINE_NO_LIMITS"] = False
    person(helpline, "Lin", Role.VOLUNTEER)
    client = app.test_client()
    body = {"login": "lin", "password": "wrong"}
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: app.test_client().post("/api/v1/session", json=body).status_code, range(40)))
    assert statuses.count(401) <= 10
    assert set(statuses) == {401, 429}
    assert client.post("/api/v1/contacts", json={"language": "en"}).status_code == 201


def test_an_invitation_works_once_and_gives_its_roles(app: Flask, helpline: Helpline) -> None:
    ho = staff(app, helpline, "Ho", Role.ADMINISTRATOR)
    token = ho.post("/invites", {"roles": ["clinician"]}).json["token"]
    form = {"token": token, "login": "chen", "alias": "Chen", "password": "a-Long-enough-1", "languages": ["en"]}
    caller = Caller(app.test_client())
    answer = caller.post("/invites/accept", form)
    assert (answer.status_code, answer.json["roles"]) == (201, ["clinician"])
    assert caller.post("/invites/accept", form | {"login": "chen2"}).status_code == 404


def test_the_last_administrator_stays(app: Flask, helpline: Helpline) -> None:
    ho = staff(app, helpline, "Ho", Role.ADMINISTRATOR)
    assert ho.who is not None
    assert ho.post(f"/people/{ho.who.id}/roles", {"roles": ["volunteer"]}).status_code == 409
    assert ho.post(f"/people/{ho.who.id}/disable").status_code == 409


def test_behind_an_unknown_proxy_nobody_is_this_machine(app: Flask, helpline: Helpline) -> None:
    from hotline.flow import enrol  # noqa: PLC0415

    login, password, _ = enrol.ensure_demo_people(helpline)[0]
    client, forwarded = app.test_client(), {"X-Forwarded-For": "192.0.2.7"}
    body = {"login": login, "password": password}
    assert client.post("/api/v1/session", json=body, headers=forwarded).status_code == 401
    assert client.get("/metrics", headers=forwarded).status_code == 404
    assert client.get("/metrics").status_code == 200
