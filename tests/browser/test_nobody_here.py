"""Nobody is on duty: the page says so, and still helps with numbers, something to do, and a wish to be called."""

import pytest
from playwright.sync_api import Browser
from support.browser import somebody
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize(
    ("language", "size"), [(lang, size) for lang in ("zh-CN", "zh-TW", "en-GB") for size in ("phone", "desktop")]
)
def test_an_empty_house_still_helps(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    running.everybody_goes_home()
    seeker = somebody(browser, running, language, size)
    page = seeker.page
    page.locator("#while-callback a").wait_for()
    page.locator("#while a[href*='moment']").wait_for()
    seeker.check()
    seeker.picture(f"nobody-{language}-{size}")
    page.locator("#while-callback a").click()
    page.locator("[name=phone]").wait_for()
    seeker.check()
    seeker.leave()
