"""A supervisor asks what a surge or a missing seat would do: phone and desktop, three languages."""

import pytest
from playwright.sync_api import Browser
from support.browser import PICTURES, sign_in, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

LANGUAGES = ["zh-CN", "zh-TW", "en-GB"]


@pytest.mark.parametrize(("language", "size"), [(lang, size) for lang in LANGUAGES for size in ("phone", "desktop")])
def test_a_supervisor_asks_before_the_evening(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    supervisor = visit(browser, running.base_url, language, size)
    sign_in(supervisor, running.login_of("supervisor"))
    supervisor.go("/staff/board")
    supervisor.page.locator("nav details > summary").first.click()
    supervisor.page.locator('nav a[href$="/staff/what-if"]').first.click()
    page = supervisor.page
    page.select_option("#seats", "-1")
    page.select_option("#surge", "3")
    page.select_option("#from", "20")
    page.select_option("#to", "2")
    supervisor.check()
    page.locator("main form button").click()
    page.locator("#answer svg.plot").wait_for(timeout=30_000)
    assert page.locator("#answer tbody tr").count() == 5
    assert page.locator("#seats").input_value() == "-1"
    supervisor.check()
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/what-if-{language}-{size}.png", full_page=True)
    supervisor.leave()
