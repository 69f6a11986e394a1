"""An administrator proposes a sentence, a clinician reads both and signs, the first page says it, and it is undone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from support.browser import ONE_EACH, Visitor, sign_in, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
NAME = "sentences.who_we_are"
NEW = {
    "zh-CN": ("zh-Hans", "这里有受过训练的人，愿意听你慢慢说。"),
    "zh-TW": ("zh-Hant", "這裏有受過訓練的人，願意聽你慢慢說。"),
    "en-GB": ("en", "Somebody with training is here to listen, at your own pace."),
}


def desk(browser: Browser, running: RunningHouse, login: dict[str, Any], language: str, size: str) -> Visitor:
    found = visit(browser, running.base_url, language, size)
    sign_in(found, login)
    return found


def says(seeker: Visitor, text: str, *, is_said: bool) -> None:
    """Load the first page until it follows, as every process does within ten seconds."""
    for _ in range(12):
        seeker.go("/")
        if (seeker.page.get_by_text(text).count() > 0) is is_said:
            return
        seeker.page.wait_for_timeout(1_000)
    raise AssertionError(f"the first page {'never says' if is_said else 'still says'} {text}")


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_a_sentence_is_proposed_signed_said_and_taken_back(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    code, new = NEW[language]
    ada = desk(browser, running, running.login_of("administrator"), language, size)
    ada.go("/staff/words?group=said")
    ada.check()
    ada.picture(f"words-{language}-{size}")
    propose(ada, code, new)
    chen = desk(browser, running, running.login_of("clinician"), language, size)
    chen.go("/staff/words?only=waiting")
    chen.page.locator(f'a[href$="{NAME}"]').click()
    chen.page.locator(".word-waiting").wait_for()
    chen.check()
    chen.picture(f"word-to-sign-{language}-{size}")
    chen.submit("/sign")
    chen.page.locator(".flashes .ok").wait_for()
    seeker = visit(browser, running.base_url, language, size)
    says(seeker, new, is_said=True)
    seeker.check()
    seeker.picture(f"words-said-{language}-{size}")
    take_back(chen, language, size)
    says(seeker, new, is_said=False)
    for one in (ada, chen, seeker):
        one.leave()


def propose(ada: Visitor, code: str, new: str) -> None:
    """First with a promise nobody can keep: it is refused and stays in the form."""
    ada.go(f"/staff/words/{NAME}?language={code}")
    ada.page.fill(
        "#text", {"en": "We will always be here.", "zh-Hans": "我们一直在。", "zh-Hant": "我們一直在。"}[code]
    )
    ada.page.fill("#reason", "warmer")
    ada.page.locator("#propose button.primary").click()
    ada.page.locator("#propose .notice.error").wait_for()
    assert ada.page.input_value("#reason") == "warmer"
    ada.page.fill("#text", new)
    ada.page.locator("#propose button.primary").click()
    ada.page.locator(".word-waiting").wait_for()
    assert ada.page.locator('form[action$="/sign"]').count() == 0
    ada.check_but_status()


def take_back(chen: Visitor, language: str, size: str) -> None:
    chen.page.locator('details:has(form[action$="/withdraw"]) summary').first.click()
    form = chen.page.locator('form[action$="/withdraw"]').first
    form.locator("[name=reason]").fill("only a trial")
    chen.check()
    chen.picture(f"word-signed-{language}-{size}")
    form.locator("button").click()
    expect(chen.page).to_have_url(re.compile(f"{NAME}$"))
    expect(chen.page.locator('form[action$="/withdraw"]')).to_have_count(0)
