"""Somebody in training reads a conversation along in a real browser, until the person says no."""

import secrets

import pytest
from playwright.sync_api import Browser
from support.browser import CALL, ONE_EACH, Visitor, sign_in, somebody, take, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def signed_in(browser: Browser, house: RunningHouse, login: str, language: str, size: str) -> Visitor:
    visitor = visit(browser, house.base_url, language, size)
    sign_in(visitor, next(person for person in house.logins if person["login"] == login))
    return visitor


def trainee(browser: Browser, house: RunningHouse, language: str, size: str) -> Visitor:
    """A new volunteer, who begins as a trainee."""
    admin = signed_in(browser, house, "demo-admin", "en-GB", "desktop")
    admin.go("/staff/account")
    token = admin.page.evaluate(CALL, ["POST", "/invites", {"roles": ["volunteer"]}])["body"]["token"]
    login, password = f"yan-{secrets.token_hex(4)}", f"long-{secrets.token_hex(8)}"
    account = {"token": token, "login": login, "alias": "Yan", "password": password, "languages": ["en"]}
    assert admin.page.evaluate(CALL, ["POST", "/invites/accept", account])["status"] in {200, 201}
    admin.leave()
    learner = visit(browser, house.base_url, language, size)
    sign_in(learner, {"login": login, "password": password})
    return learner


def allow(boss: Visitor, contact_id: str, learner: Visitor) -> None:
    who = learner.page.evaluate(CALL, ["GET", "/session", None])["body"]["person"]["person_id"]
    boss.go(f"/staff/contacts/{contact_id}")
    boss.page.locator("#shadow-details > summary").click()
    boss.check()
    boss.page.select_option("#shadow-who", value=who)
    boss.page.locator("#shadow-details form button").click()
    boss.page.locator("#shadow-end").wait_for()


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_a_trainee_reads_along_until_the_person_says_no(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    seeker = somebody(browser, running, language, size)
    listener = signed_in(browser, running, "demo-volunteer", language, size)
    listener.go("/staff/desk")
    assert listener.page.evaluate(CALL, ["POST", "/duty", {"on_duty": True}])["status"] == 200
    contact_id = take(browser, running.login_of("supervisor"), listener, seeker)
    learner = trainee(browser, running, language, size)
    boss = signed_in(browser, running, "demo-supervisor", language, size)
    allow(boss, contact_id, learner)
    listener.page.locator("#shadow-yes").wait_for()
    listener.check()
    listener.picture(f"shadowing-asked-{language}-{size}")
    listener.page.locator("#shadow-yes").click()
    learner.go("/staff/desk")
    learner.page.locator(f'[data-key="along-{contact_id}"]').click()
    learner.has_text("a hard day")
    assert learner.page.locator("#composer textarea").count() == 0
    learner.check()
    learner.picture(f"shadowing-{language}-{size}")
    refuses(seeker, f"{language}-{size}")
    learner.arrives("/desk", 20)
    assert listener.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/close", {"outcome": "supported"}])["status"]
    for visitor in (seeker, listener, boss, learner):
        visitor.leave()


def refuses(seeker: Visitor, name: str) -> None:
    seeker.page.locator(".message.system").nth(2).wait_for()
    seeker.page.locator("#tools > summary").click()
    seeker.check()
    seeker.picture(f"shadowing-person-{name}")
    seeker.page.locator('form[action$="/no-shadowing"] button').click()
    seeker.arrives("/chat")
    seeker.page.locator(".message.system").nth(3).wait_for()
