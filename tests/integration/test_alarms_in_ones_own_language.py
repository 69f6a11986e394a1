"""Alarms, reminders and calls to somebody speak the language they work in."""

import pytest
from flask import Flask
from support.people import person, seeker
from support.web import browser_of, form_token, staff

from hotline.domain.contact import Language, Role
from hotline.flow import enrol, escalate
from hotline.flow.helpline import Helpline
from hotline.routing import store as routing
from hotline.volunteers import store as volunteers


def paged(helpline: Helpline) -> escalate.PageOrder:
    """What whoever is called for somebody in danger hears."""
    seeker(helpline, "imminent")
    with helpline.database.read() as conn:
        newest = routing.recent_pages(conn)[0]
    order = escalate.page_details(helpline, newest.id)
    assert order is not None
    return order


@pytest.mark.parametrize("language", Language)
def test_an_alarm_comes_in_the_language_somebody_chose_for_their_pages(
    app: Flask, helpline: Helpline, language: Language
) -> None:
    wong = staff(app, helpline, "Wong", Role.SUPERVISOR, duty=False)
    browser_of(app, wong).get(f"/staff/account?lang={language}")
    assert paged(helpline).language is language


def test_who_signs_in_on_an_english_page_is_alarmed_in_english(app: Flask, helpline: Helpline) -> None:
    person(helpline, "Wong", Role.SUPERVISOR)
    browser = app.test_client()
    english = {"Accept-Language": "en-GB"}
    token = form_token(browser.get("/staff/sign-in", headers=english).text)
    given = {"csrf_token": token, "login": "wong", "password": "Wong-Wong-Zq9!xw"}
    assert browser.post("/staff/sign-in", data=given, headers=english).status_code == 303
    assert paged(helpline).language is Language.EN


def test_the_first_language_given_stays_first_and_one_that_is_not_spoken_changes_nothing(helpline: Helpline) -> None:
    wong = person(helpline, "Wong", Role.SUPERVISOR)
    token = enrol.invite(helpline, wong.id, roles=["volunteer"])
    spoken = ["zh-Hant", "en", "zh-Hant"]
    mei = enrol.accept_invite(helpline, token, login="mei.1", alias="Mei", password="a long night 47", languages=spoken)
    assert mei.languages == ("zh-Hant", "en")
    enrol.works_in(helpline, mei, Language.ZH_HANS)
    with helpline.database.read() as conn:
        assert volunteers.get_person(conn, mei.id).languages == ("zh-Hant", "en")
