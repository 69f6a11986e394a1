"""A supervisor sees the numbers, sets one for tomorrow, and takes it back, in a real browser, three languages."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser
from support.browser import ONE_EACH, sign_in, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
NUMBER = "routing_policy.service_levels.information.target_seconds"


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_a_number_is_set_for_tomorrow_and_taken_back(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    boss = visit(browser, running.base_url, language, size)
    sign_in(boss, running.login_of("supervisor"))
    boss.go("/staff/policies")
    boss.check()
    boss.picture(f"policies-{language}-{size}")
    boss.page.locator(f'a[href$="{NUMBER}"]').click()
    boss.page.fill("#value", "0")
    boss.page.fill("#reason", "slip")
    boss.page.locator("main form button.primary").click()
    boss.page.locator("#flashes .error, .flash.error, .notice.error").first.wait_for()
    assert (boss.page.input_value("#value"), boss.page.input_value("#reason")) == ("0", "slip")
    boss.page.fill("#value", "900")
    boss.page.fill("#from_at", (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT20:00"))
    boss.page.fill("#reason", "more people at night")
    boss.page.locator("main form button.primary").click()
    revoke = boss.page.locator('form[action$="/revoke"] button')
    revoke.wait_for()
    boss.check_but_status()
    boss.picture(f"policy-{language}-{size}")
    revoke.click()
    boss.arrives("/policies")
    boss.go(f"/staff/policies/{NUMBER}")
    assert boss.page.locator('form[action$="/revoke"]').count() == 0
    boss.check()
    boss.leave()
