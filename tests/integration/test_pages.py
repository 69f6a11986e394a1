"""Every page of every person renders in three languages, with its words, headers and numbers."""

import pytest
from flask import Flask
from support.web import Caller, browser_of, form_token, reach_out, staff

from hotline.domain.contact import Role
from hotline.flow.helpline import Helpline

LANGUAGES = ["zh-Hans", "zh-Hant", "en"]
OPEN_PAGES = ["/", "/help", "/privacy", "/goodbye", "/return", "/staff/sign-in", "/api"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", OPEN_PAGES)
def test_open_pages_speak_the_language_and_harden_the_browser(app: Flask, path: str, language: str) -> None:
    client = app.test_client()
    client.set_cookie("hl_lang", language)
    answer = client.get(path)
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("zh-SG", "zh-Hans"),
        ("en-GB", "en"),
        ("fr", "zh-Hans"),
    ],
)
def test_the_browsers_language_decides_until_one_is_chosen(app: Flask, tag: str, language: str) -> None:
    assert f'<html lang="{language}"' in app.test_client().get("/", headers={"Accept-Language": tag}).text


def test_the_first_page_shows_the_numbers_and_the_sentence_about_the_address(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("hl_lang", "en")
    client.set_cookie("hl_region", "hk")
    page = client.get("/").text
    assert "999" in page
    assert "sealed" in page


def test_a_conversation_without_a_script_is_forms_all_the_way(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("hl_lang", "en")
    token = form_token(client.get("/").text)
    started = client.post("/start", data={"csrf_token": token, "region": "hk"})
    assert started.status_code == 303
    page = client.get("/chat").text
    client.post("/chat/messages", data={"csrf_token": form_token(page), "text": "I can't sleep"})
    assert "I can&#39;t sleep" in client.get("/chat").text
    ended = client.post("/chat/end", data={"csrf_token": form_token(page)})
    assert ended.location.endswith("/goodbye")
    assert client.get("/chat").location.endswith("/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desks_render_for_everybody_who_has_one(app: Flask, helpline: Helpline, language: str) -> None:
    everyone = staff(app, helpline, "Wong", *Role)
    reach_out(app, "high risk")
    contact_id = everyone.post("/queue/next").json["contact_id"]
    browser = browser_of(app, everyone)
    browser.set_cookie("hl_lang", language)
    pages = ["/staff/desk", "/staff/desk/fragment", "/staff/board", "/staff/board/fragment", "/staff/people"]
    pages += ["/staff/account", *(f"/staff/contacts/{contact_id}{tail}" for tail in ("", "/fragment", "/log"))]
    for path in pages:
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.location)


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def test_a_script_in_a_text_is_text_on_every_page(app: Flask, helpline: Helpline) -> None:
    everyone = staff(app, helpline, "Wong", *Role)
    seeker = reach_out(app, f"imminent {SCRIPT}")
    contact_id = everyone.post("/queue/next").json["contact_id"]
    browser = browser_of(app, everyone)
    person = browser_of(app, seeker, "hl_seeker")
    for client, path in [
        (browser, f"/staff/contacts/{contact_id}"),
        (browser, "/staff/desk"),
        (browser, "/staff/board"),
        (person, "/chat"),
    ]:
        page = client.get(path)
        assert page.status_code == 200
        assert SCRIPT not in page.text
    said = everyone.get(f"/contacts/{contact_id}/messages").json["messages"]
    assert said[0]["text"] == f"imminent {SCRIPT}"


def test_who_claims_too_late_is_told_who_has_it(app: Flask, helpline: Helpline) -> None:
    lin, mei = staff(app, helpline, "Lin", Role.VOLUNTEER), staff(app, helpline, "Mei", Role.VOLUNTEER)
    contact_id = reach_out(app).get("/contact").json["contact_id"]
    lin.post(f"/contacts/{contact_id}/claim")
    mei.headers = {"Accept-Language": "en"}
    answer = mei.post(f"/contacts/{contact_id}/claim")
    assert (answer.status_code, answer.json["error"]["by"]) == (409, "Lin")
    assert "Lin" in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/contacts", {"text": "x" * 5000}, "text"),
        ("/contacts", {"language": "fr"}, "language"),
        ("/contacts", {"unknown": 1}, "unknown"),
        ("/returns", {}, "codename"),
    ],
)
def test_bad_input_is_named_by_its_field(app: Flask, path: str, body: dict[str, object], field: str) -> None:
    answer = Caller(app.test_client()).post(path, body)
    assert answer.status_code == 400
    assert answer.json["error"]["field"] == field
    assert answer.json["error"]["message"]


def test_an_unknown_page_still_shows_where_to_call(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("hl_region", "cn")
    answer = client.get("/no-such-page")
    assert answer.status_code == 404
    assert "120" in answer.text


def test_the_api_describes_itself_and_says_that_bodies_are_required(app: Flask) -> None:
    spec = app.test_client().get("/api/openapi.json").json
    assert spec["openapi"].startswith("3.1")
    operation = spec["paths"]["/api/v1/contacts"]["post"]
    assert operation["requestBody"]["required"] is True
    assert "4XX" in operation["responses"]


def test_a_wrong_codename_is_told_so(app: Flask) -> None:
    caller = Caller(app.test_client(), headers={"Accept-Language": "en"})
    answer = caller.post("/returns", {"codename": "abcd-efgh"})
    assert (answer.status_code, answer.json["error"]["code"]) == (404, "unknown_codename")
    assert "codename" in answer.json["error"]["message"]


def test_a_senseless_message_number_is_no_error(app: Flask) -> None:
    assert reach_out(app).get(f"/contact/messages?after={'9' * 30}").status_code == 200
