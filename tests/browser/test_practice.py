"""A trainee practises in a real browser: begins, writes, is answered, asks directly, closes, reads what was missed."""

import pytest
from playwright.sync_api import Browser
from support.browser import CALL, ONE_EACH, Visitor, sign_in, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

everywhere = pytest.mark.parametrize(("language", "size"), ONE_EACH)
ASK = {"zh-CN": "你有自杀的念头吗？", "zh-TW": "你有自殺的念頭嗎？", "en-GB": "Are you having thoughts of suicide?"}


def begin(browser: Browser, house: RunningHouse, language: str, size: str) -> Visitor:
    listener = visit(browser, house.base_url, language, size)
    sign_in(listener, next(person for person in house.logins if person["login"] == "demo-volunteer"))
    listener.go("/staff/desk")
    listener.page.locator('[data-key="practice"]').click()
    listener.check()
    listener.picture(f"practice-{language}-{size}")
    listener.page.check('[name=scenario][value="passing"]')
    listener.page.locator('form[action$="/practice"] button').click()
    listener.page.locator("#composer").wait_for()
    return listener


def writes(listener: Visitor, text: str, *, answers: int) -> None:
    listener.page.fill("#text", text)
    listener.page.locator("#composer button.primary").click()
    listener.page.locator(".message.seeker").nth(answers).wait_for(timeout=20_000)


@everywhere
def test_a_trainee_is_answered_asks_and_reads_what_was_missed(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    listener = begin(browser, running, language, size)
    writes(listener, "…", answers=1)
    listener.picture(f"practice-conversation-{language}-{size}")
    writes(listener, ASK[language], answers=2)
    listener.page.locator("#ask-thoughts-yes").click()
    listener.page.locator('#ask-thoughts-yes[aria-pressed="true"]').wait_for()
    listener.check()
    listener.picture(f"practice-asked-{language}-{size}")
    listener.page.locator('form[action$="/wrap-up"] button').click()
    listener.page.locator("#close-details[open]").wait_for()
    listener.page.select_option("[name=outcome]", "supported")
    listener.page.select_option("#level-close", "elevated")
    listener.page.locator('form[action$="/close"] button.primary').click()
    listener.page.locator(".points .met").first.wait_for()
    assert listener.page.locator(".points .missed").count() > 0
    listener.check()
    listener.picture(f"practice-feedback-{language}-{size}")
    listener.leave()


def test_an_open_practice_is_found_again_at_the_desk(browser: Browser, running: RunningHouse) -> None:
    listener = begin(browser, running, "en-GB", "desktop")
    here = listener.page.url
    listener.go("/staff/desk")
    listener.check()
    listener.picture("practice-desk-en-GB-desktop")
    listener.page.locator('[data-key="practice"]').click()
    listener.arrives(here)
    path = "/practices/" + here.rsplit("/", 1)[1] + "/close"
    assert listener.page.evaluate(CALL, ["POST", path, {"outcome": "supported"}])["status"] == 200
    listener.leave()
