"""Listeners who take calls in the browser: chosen, ready or not, rung by name, and by the same key 1."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.phones import PhoneHouse, phone_house
from support.web import Caller, browser_of, make_app, staff

from hotline.domain.contact import Role, State
from hotline.domain.errors import ConfigurationError
from hotline.domain.phone import client_identity
from hotline.flow.helpline import Helpline
from hotline.lab.telephone.people import Phone
from hotline.settings import Settings

CHEN = "+85262222222"


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    path = tmp_path / "twilio.min.js"
    path.write_text("window.Twilio = {};", "utf-8")
    return path


@pytest.fixture
def house(helpline: Helpline, settings: Settings, clock: FakeClock, sdk: Path) -> PhoneHouse:
    keys = {"twilio_api_key_sid": "SK" + "1" * 32, "twilio_api_key_secret": "s" * 32, "voice_sdk": sdk}
    return phone_house(helpline, settings.model_copy(update=keys), clock)


def in_the_browser(house: PhoneHouse, name: str = "lin", state: str | None = "ready") -> tuple[Caller, Phone]:
    """Somebody on duty who chose calls in the browser, and what rings there."""
    caller = staff(house.app, house.helpline, name, Role.VOLUNTEER)
    assert caller.who is not None
    house.people[name] = caller.who
    assert caller.call("PUT", "/me/listening", {"calls_by": "browser"}).status_code == 204
    if state is not None:
        assert caller.call("PUT", "/me/voice", {"state": state}).status_code == 204
    return caller, house.world.phone(f"client:{client_identity(caller.who.id)}")


def test_a_ready_browser_is_rung_and_takes_the_caller_by_key_one(house: PhoneHouse) -> None:
    lin, browser = in_the_browser(house)
    caller = house.calls()
    house.waits(caller, "asking")
    caller.say("I had a hard day")
    house.passes(1)
    contact = house.contact_of(caller)
    assert len(browser.ringing) == 1
    shown = lin.get("/me/voice-call").json
    assert (shown["contact_id"], shown["why"], shown["state"]) == (contact.id, "offered", "ringing")
    browser.answer(press="1")
    house.passes(6)
    assert caller.in_conference == browser.talking[0].in_conference == f"contact-{contact.id}"
    assert house.contact(contact.id).state is State.IN_CONVERSATION
    assert lin.get("/me/voice-call").json["state"] == "talking"
    assert not house.world.errors


@pytest.mark.parametrize("state", [None, "microphone", "unconnected"])
def test_a_browser_that_is_not_ready_is_not_asked_and_another_telephone_rings(
    house: PhoneHouse, state: str | None
) -> None:
    _, browser = in_the_browser(house, state=state)
    caller = house.calls()
    house.waits(caller, "waiting")
    house.passes(2)
    assert not browser.ringing
    chen = house.listener("chen", CHEN)
    house.passes(2)
    assert len(chen.ringing) == 1
    assert not browser.ringing


def test_a_browser_that_fell_silent_is_not_asked(house: PhoneHouse) -> None:
    _, browser = in_the_browser(house)
    house.passes(house.helpline.routing.presence_lost_seconds + 1)
    caller = house.calls()
    house.waits(caller, "waiting")
    house.passes(2)
    assert not browser.ringing
    assert house.contact_of(caller).state is State.WAITING


def test_not_now_in_the_browser_asks_the_next_one_at_once(house: PhoneHouse) -> None:
    _, browser = in_the_browser(house)
    caller = house.calls()
    house.waits(caller, "waiting")
    house.passes(1)
    chen = house.listener("chen", CHEN)
    browser.decline()
    house.passes(3)
    assert len(chen.ringing) == 1


def test_a_page_that_is_loaded_again_in_a_call_is_rung_again(house: PhoneHouse) -> None:
    lin, browser = in_the_browser(house)
    caller = house.calls()
    house.waits(caller, "waiting")
    house.passes(1)
    browser.answer(press="1")
    house.passes(6)
    browser.hang_up()
    lin.call("PUT", "/me/voice", {"state": "ready"})
    house.passes(8)
    assert lin.get("/me/voice-call").json["why"] == "yours"
    browser.answer(press="1")
    house.passes(6)
    assert caller.in_conference == browser.talking[0].in_conference


def test_a_token_is_for_oneself_and_only_for_who_takes_calls_in_the_browser(
    house: PhoneHouse, caplog: pytest.LogCaptureFixture
) -> None:
    lin, _ = in_the_browser(house, state=None)
    held = lin.get("/me/voice-token")
    assert held.json["identity"] == f"listener-{lin.who.id}"  # type: ignore[union-attr]
    assert held.json["seconds"] == house.helpline.calls.token_seconds
    assert "no-store" in held.headers["Cache-Control"]
    assert held.json["token"] not in caplog.text
    other = staff(house.app, house.helpline, "chen", Role.VOLUNTEER)
    for method, path, body in (("GET", "/me/voice-token", None), ("PUT", "/me/voice", {"state": "ready"})):
        refused = other.call(method, path, body)
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "no_telephone")


def page_of(app: Flask, who: Caller, path: str) -> Any:
    return browser_of(app, who).get(path)


def test_only_the_page_of_who_takes_calls_there_may_use_the_microphone_and_reach_the_provider(
    house: PhoneHouse,
) -> None:
    lin, _ = in_the_browser(house)
    chen = staff(house.app, house.helpline, "chen", Role.VOLUNTEER)
    hers, his = page_of(house.app, lin, "/staff/desk"), page_of(house.app, chen, "/staff/desk")
    assert "connect-src 'self' wss://*.twilio.com;" in hers.headers["Content-Security-Policy"]
    assert "unsafe" not in hers.headers["Content-Security-Policy"]
    assert "microphone=(self)" in hers.headers["Permissions-Policy"]
    assert 'integrity="sha256-' in hers.text
    assert "connect-src 'self';" in his.headers["Content-Security-Policy"]
    assert "microphone=()" in his.headers["Permissions-Policy"]
    assert "sdk.js" not in his.text
    assert page_of(house.app, lin, "/staff/voice/sdk.js").text == "window.Twilio = {};"


def test_where_nothing_is_configured_it_is_not_offered(helpline: Helpline, settings: Settings) -> None:
    app = make_app(helpline, settings)
    lin = staff(app, helpline, "lin", Role.VOLUNTEER)
    assert 'value="browser"' not in page_of(app, lin, "/staff/account").text
    refused = lin.call("PUT", "/me/listening", {"calls_by": "browser"})
    assert (refused.status_code, refused.json["error"]["field"]) == (400, "calls_by")
    assert page_of(app, lin, "/staff/voice/sdk.js").status_code == 404


def test_the_choice_is_made_on_the_account_page(house: PhoneHouse) -> None:
    lin = staff(house.app, house.helpline, "lin", Role.VOLUNTEER)
    page = page_of(house.app, lin, "/staff/account").text
    assert page.count('name="calls_by"') == 3
    browser = browser_of(house.app, lin)
    token = browser.get("/staff/account").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    browser.post("/staff/account/listening", data={"calls_by": "browser", "csrf_token": token})
    assert lin.get("/me/voice-token").status_code == 200


def test_a_script_that_cannot_be_read_stops_the_start(house: PhoneHouse, helpline: Helpline, sdk: Path) -> None:
    wired = house.app.extensions["hotline"].settings
    assert sdk.exists()
    with pytest.raises(ConfigurationError, match="HOTLINE_VOICE_SDK"):
        make_app(helpline, wired.model_copy(update={"voice_sdk": sdk.with_name("missing.js")}))
