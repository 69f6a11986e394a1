"""A supervisor asks for a training set and an administrator approves it, in a real browser, three languages."""

import pytest
from playwright.sync_api import Browser
from support.browser import ONE_EACH, sign_in, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_one_asks_and_another_approves(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    boss = visit(browser, running.base_url, language, size)
    sign_in(boss, running.login_of("supervisor"))
    boss.go("/staff/training-sets")
    boss.page.fill("#reason", f"autumn {language} {size}")
    boss.page.locator("main form button.primary").first.click()
    boss.has_text(f"autumn {language} {size}")
    boss.check()
    boss.picture(f"training-sets-{language}-{size}")
    other = visit(browser, running.base_url, language, size)
    sign_in(other, running.login_of("administrator"))
    other.go("/staff/training-sets")
    card = other.page.locator("article", has_text=f"autumn {language} {size}")
    card.locator('button[value="yes"]').click()
    card.locator("code").first.wait_for()
    other.check()
    card.scroll_into_view_if_needed()
    other.picture(f"training-sets-approved-{language}-{size}")
    boss.leave()
    other.leave()
