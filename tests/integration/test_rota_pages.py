"""The rota and people's rest through the pages and the API: every act, three languages, and who may not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.rota import debriefs, planned
from support.web import Caller, browser_of, reach_out, staff

from hotline.domain.contact import Role
from hotline.flow.helpline import Helpline

LANGUAGES = ["zh-Hans", "zh-Hant", "en"]


def form_token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def press(browser: Any, page: str, action: str, **given: object) -> Any:
    """Send one form as a browser does, and look at the page it leads to."""
    token = form_token(browser.get(page).text)
    return browser.post(action, data={"csrf_token": token, **given}, follow_redirects=True)


def a_shift(clock: FakeClock, caller: Caller, hours: float = 1) -> dict[str, Any]:
    assert caller.who is not None
    start_at = clock.now() + timedelta(hours=hours)
    end_at = start_at + timedelta(hours=4)
    return {"person_id": caller.who.id, "start_at": start_at.isoformat(), "end_at": end_at.isoformat()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_the_language_with_and_without_a_rota(
    app: Flask, helpline: Helpline, clock: FakeClock, language: str
) -> None:
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR)
    browser = browser_of(app, wong)
    browser.set_cookie("hl_lang", language)
    for kept in (False, True):
        if kept:
            assert wong.post("/rota/shifts", a_shift(clock, wong)).status_code == 204
        for path in ("/staff/rota", "/staff/team", "/staff/my-rota", "/staff/desk"):
            page = browser.get(path)
            assert (page.status_code, f'<html lang="{language}"' in page.text) == (200, True)
    assert "Asia/Hong_Kong" in browser.get("/staff/rota?week=2026-11-23").text


def test_a_supervisor_plans_by_forms(app: Flask, helpline: Helpline) -> None:
    browser = browser_of(app, staff(app, helpline, "Wong", Role.SUPERVISOR))
    lin = staff(app, helpline, "Lin", Role.VOLUNTEER).who
    assert lin is not None
    times = {"person": lin.id, "start": "20:00", "end": "02:00", "zone": "Europe/Berlin"}
    press(browser, "/staff/rota", "/staff/rota/shifts", day="2026-11-24", **times)
    times |= {"start": "09:00", "end": "12:00"}
    press(browser, "/staff/rota", "/staff/rota/patterns", weekdays=["0", "4"], first_day="2026-11-24", **times)
    press(browser, "/staff/rota", "/staff/rota/holidays", day="2026-11-27", name="A feast")
    assert [f"{one.start_at:%d %H:%M}" for one in planned(helpline, lin, days=8)] == ["24 19:00", "30 08:00"]
    page = browser.get("/staff/rota").text
    assert "A feast" in page
    for form in re.findall(r'action="(/staff/rota/(?:patterns|holidays|shifts)/[^"]+/(?:end|remove))"', page):
        press(browser, "/staff/rota", form)
    assert planned(helpline, lin) == []


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("/staff/rota/shifts", {"day": "soon", "start": "20:00", "end": "22:00"}),
        ("/staff/rota/shifts", {"day": "2026-11-24", "start": "25:00", "end": "22:00"}),
        ("/staff/rota/shifts", {"day": "2026-11-24", "start": "20:00", "end": "22:00", "zone": "Mars/Base"}),
        ("/staff/rota/patterns", {"start": "20:00", "end": "22:00", "first_day": "2026-11-24"}),
        ("/staff/rota/holidays/tomorrow/remove", {}),
    ],
)
def test_a_form_that_cannot_be_says_so_and_changes_nothing(
    app: Flask, helpline: Helpline, action: str, given: dict[str, str]
) -> None:
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR)
    assert wong.who is not None
    answer = press(browser_of(app, wong), "/staff/rota", action, person=wong.who.id, **given)
    assert "notice error" in answer.text
    assert planned(helpline) == []


def test_a_swap_goes_through_the_api_and_the_second_taker_hears_who_was_first(
    app: Flask, helpline: Helpline, clock: FakeClock
) -> None:
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR)
    lin, mei, ada = (staff(app, helpline, name, Role.VOLUNTEER) for name in ("Lin", "Mei", "Ada"))
    wong.post("/rota/shifts", a_shift(clock, lin))
    shift_id = lin.get("/rota/mine").json["shifts"][0]["shift_id"]
    swap_id = lin.post(f"/rota/shifts/{shift_id}/swap", {}).json["id"]
    assert [one["swap_id"] for one in mei.get("/rota/mine").json["asked"]] == [swap_id]
    assert mei.post(f"/swaps/{swap_id}/take").json == {"state": "taken"}
    lost = ada.post(f"/swaps/{swap_id}/take")
    assert (lost.status_code, lost.json["error"]["by"]) == (409, "Mei")
    assert mei.post(f"/swaps/{swap_id}/decide", {"agree": True}).status_code == 403
    assert wong.post(f"/swaps/{swap_id}/decide", {"agree": True}).status_code == 204
    assert [one["shift_id"] for one in mei.get("/rota/mine").json["shifts"]] == [shift_id]
    kinds = {one["kind"] for one in lin.get("/desk").json["care"]["notices"]}
    assert "swap_done" in kinds
    assert wong.get("/rota").json["kept"]


def test_off_shift_the_api_says_so_and_extra_time_opens_it(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    wong, lin = staff(app, helpline, "Wong", Role.SUPERVISOR), staff(app, helpline, "Lin", Role.VOLUNTEER)
    assert wong.post("/rota/shifts", a_shift(clock, wong)).status_code == 204
    assert wong.post("/rota/shifts", a_shift(clock, wong, 2)).json["error"]["code"] == "double_booked"
    reach_out(app)
    assert lin.post("/queue/next").json["error"]["code"] == "unfit_off_shift"
    assert lin.who is not None
    assert wong.post(f"/team/{lin.who.id}/extra-time", {"minutes": 30}).status_code == 204
    assert lin.post("/queue/next").status_code == 200


def test_rest_through_the_api(app: Flask, helpline: Helpline) -> None:
    wong, lin = staff(app, helpline, "Wong", Role.SUPERVISOR), staff(app, helpline, "Lin", Role.VOLUNTEER)
    assert lin.who is not None
    assert lin.post("/break").json["care"]["why"] == "on_break"
    assert lin.call("DELETE", "/break").json["care"]["ok"]
    here = f"/team/{lin.who.id}"
    assert wong.post(f"{here}/stand-down", {"reason": "a hard week"}).status_code == 204
    shown = wong.get("/team").json["team"][0]
    assert (shown["alias"], shown["why"], shown["stand_down_reason"]) == ("Lin", "stood_down", "a hard week")
    assert wong.call("DELETE", f"{here}/stand-down").status_code == 204
    paper = {"kind": "basic", "granted_on": "2020-01-01", "expires_on": "2021-01-01"}
    assert wong.post(f"{here}/certificates", paper).status_code == 201
    assert wong.get("/team").json["team"][0]["certificates"][0]["state"] == "expired"


def test_the_closing_form_asks_whether_it_was_heavy_and_a_colleague_settles_it(app: Flask, helpline: Helpline) -> None:
    lin, mei = staff(app, helpline, "Lin", Role.VOLUNTEER), staff(app, helpline, "Mei", Role.VOLUNTEER)
    reach_out(app)
    contact_id = lin.post("/queue/next").json["contact_id"]
    browser = browser_of(app, lin)
    page = f"/staff/contacts/{contact_id}"
    press(browser, page, f"{page}/close", outcome="supported", asked="yes", level="routine", heavy=["child", "death"])
    assert lin.who is not None
    owed = debriefs(helpline, lin.who)
    assert [one.reason for one in owed] == ["death"]
    assert "Lin" in browser_of(app, mei).get("/staff/my-rota").text
    press(browser_of(app, mei), "/staff/my-rota", f"/staff/debriefs/{owed[0].id}/settle", note="we talked")
    assert debriefs(helpline, lin.who) == []


def test_a_calendar_program_needs_the_link_and_nothing_else(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR)
    wong.post("/rota/shifts", a_shift(clock, wong))
    browser = browser_of(app, wong)
    made = press(browser, "/staff/my-rota", "/staff/my-rota/calendar").text
    link = re.search(r"(/staff/calendar/[\w-]+\.ics)", made)
    assert link is not None
    answer = app.test_client().get(link[1])
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert "BEGIN:VEVENT" in answer.text
    press(browser, "/staff/my-rota", "/staff/my-rota/calendar/remove")
    assert app.test_client().get(link[1]).status_code == 404
