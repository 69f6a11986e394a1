"""An administrator says when it is open; the first page and whoever waits read when somebody comes, and may write."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser
from support.browser import CALL, ONE_EACH, Visitor, sign_in, somebody, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_outside_the_hours_the_page_says_when_and_nobody_is_refused(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    running.everybody_goes_home()
    ada = visit(browser, running.base_url, language, size)
    sign_in(ada, running.login_of("administrator"))
    try:
        set_hours(ada, language, size)
        seeker = somebody(browser, running, language, size)
        seeker.page.locator("#while-callback a").wait_for()
        seeker.check()
        seeker.picture(f"closed-chat-{language}-{size}")
        found = seeker.page.evaluate("fetch('/api/v1/contact').then(answer => answer.json())")
        assert found["opens_at"]
        assert any(seeker.page.get_by_text(text).count() for text in found["notices"])
        seeker.go("/")
        seeker.check()
        seeker.page.locator("#hours-title").scroll_into_view_if_needed()
        seeker.picture(f"closed-home-{language}-{size}")
        seeker.leave()
    finally:
        always = {"week": None, "reason": "after the test"}
        assert ada.page.evaluate(CALL, ["POST", "/hours", always])["status"] == 201
    ada.leave()


def set_hours(ada: Visitor, language: str, size: str) -> None:
    """One hour a day, far from now, and a special day; first with a slip."""
    away = datetime.now(UTC) + timedelta(hours=8 + 10)
    times = f"{away:%H}:00-{away:%H}:45"
    ada.go("/staff/hours")
    ada.check()
    ada.page.check("[name=kind][value=week]")
    for number in range(7):
        ada.page.fill(f"#day-{number}", times)
    ada.page.fill("#day-2", "evening")
    ada.page.fill("#special-day-0", (away + timedelta(days=5)).date().isoformat())
    ada.page.fill("#special-name-0", "Holiday")
    ada.page.fill("#reason", "few people")
    ada.page.locator("main form button.primary").click()
    ada.page.locator(".notice.error").wait_for()
    assert ada.page.get_attribute("#day-2", "aria-invalid") == "true"
    ada.page.fill("#day-2", times)
    ada.page.locator("main form button.primary").click()
    ada.page.locator(".flashes .ok").wait_for()
    ada.check_but_status()
    ada.picture(f"hours-{language}-{size}")
