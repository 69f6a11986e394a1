"""Role by route by transport: what the access table says is what happens, and what has no row is refused."""

import re

import pytest
from flask import Flask
from support.web import Caller, browser_of, reach_out, staff

from hotline.domain.contact import Role
from hotline.flow.helpline import Helpline
from hotline.web.access import ACCESS
from hotline.web.circles import ANYONE, SEEKER, STAFF

STREAMS = {"api_seeker.stream", "api_staff.stream"}
GOES_AWAY = {"staff.sign_out", "api_staff.sign_out", "api_staff.change_password"}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, path with made-up ids) of every route."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]*>", "0" * 32, rule.rule)
        found += [(rule.endpoint, method, path) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def test_every_route_has_a_row_and_every_row_a_route(app: Flask) -> None:
    assert {endpoint for endpoint, _, _ in routes(app)} == set(ACCESS)


def test_an_endpoint_without_a_row_is_refused(app: Flask) -> None:
    app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "open")
    assert app.test_client().get("/api/v1/forgotten").status_code == 403


def outcome(caller: Caller, method: str, path: str) -> int:
    headers = {"Authorization": f"Bearer {caller.token}"} if caller.token else {}
    if path.startswith("/staff"):
        headers = {}
        caller.client.set_cookie("hl_staff", caller.token)
    return int(caller.client.open(path, method=method, headers=headers, json={}).status_code)


def refused(status: int, path: str) -> bool:
    """Whether the table refused: 401 or 403, on pages a way to the door or back with a message."""
    if path.startswith("/api/"):
        return status in {401, 403}
    return status in {303, 400, 401, 403}


@pytest.mark.parametrize("role", list(Role))
def test_the_api_refuses_every_role_that_has_no_right(app: Flask, helpline: Helpline, role: Role) -> None:
    caller = staff(app, helpline, "Somebody", role, duty=False)
    for endpoint, method, path in routes(app):
        needed = ACCESS[endpoint]
        if not path.startswith("/api/v1") or endpoint in STREAMS | GOES_AWAY or needed == ANYONE:
            continue
        status = outcome(caller, method, path)
        if needed == SEEKER or (isinstance(needed, frozenset) and role not in needed):
            assert status in {401, 403}, (endpoint, role, status)
        else:
            assert status not in {401, 500}, (endpoint, role, status)


def test_nobody_without_a_token_gets_past_the_door(app: Flask) -> None:
    caller = Caller(app.test_client())
    for endpoint, method, path in routes(app):
        if ACCESS[endpoint] == ANYONE:
            continue
        assert refused(outcome(caller, method, path), path), endpoint


def test_a_seekers_token_opens_no_desk_and_a_listeners_no_conversation(app: Flask, helpline: Helpline) -> None:
    seeker, lin = reach_out(app), staff(app, helpline, "Lin", Role.VOLUNTEER)
    assert seeker.get("/desk").status_code == 401
    assert lin.get("/contact").status_code == 401


def test_one_seeker_never_sees_another(app: Flask) -> None:
    one, other = reach_out(app, "mine alone"), reach_out(app, "something else")
    said = other.get("/contact/messages").json["messages"]
    assert "mine alone" not in str(said)
    assert one.get("/contact").json["contact_id"] != other.get("/contact").json["contact_id"]


def test_a_volunteer_cannot_open_somebody_elses_contact(app: Flask, helpline: Helpline) -> None:
    lin, mei = staff(app, helpline, "Lin", Role.VOLUNTEER), staff(app, helpline, "Mei", Role.VOLUNTEER)
    reach_out(app)
    contact_id = lin.post("/queue/next").json["contact_id"]
    for path in ("", "/messages", "/log"):
        assert mei.get(f"/contacts/{contact_id}{path}").status_code == 404
    assert mei.call("GET", f"/desk/stream?contact={contact_id}").status_code == 404


def test_a_supervisors_look_is_logged_with_its_purpose(app: Flask, helpline: Helpline) -> None:
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR)
    contact_id = reach_out(app).get("/contact").json["contact_id"]
    wong.get(f"/contacts/{contact_id}?purpose=complaint")
    entries = wong.get(f"/contacts/{contact_id}/log").json["entries"]
    assert {"purpose": "complaint"} in [entry["details"] for entry in entries if entry["kind"] == "viewed"]


def test_every_staff_row_names_known_people() -> None:
    for needed in ACCESS.values():
        assert needed in {ANYONE, SEEKER, STAFF} or (isinstance(needed, frozenset) and needed <= set(Role))


def test_a_form_without_its_token_has_no_effect(app: Flask, helpline: Helpline) -> None:
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER)
    reach_out(app)
    browser = browser_of(app, lin)
    browser.post("/staff/next")
    assert lin.get("/desk").json["mine"] == []


def test_a_json_post_that_rides_on_a_cookie_needs_the_form_token(app: Flask, helpline: Helpline) -> None:
    browser = browser_of(app, staff(app, helpline, "Lin", Role.VOLUNTEER))
    answer = browser.post("/api/v1/queue/next", json={})
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "csrf")
