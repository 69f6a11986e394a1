"""Being asked, in a real browser: yes by one key, no with a reason, kind words for the slower, three languages."""

import pytest
from playwright.sync_api import Browser
from support.browser import CALL, ONE_EACH, Visitor, ask_by_hand, at_the_desk, contact_of, somebody
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

everywhere = pytest.mark.parametrize(("language", "size"), ONE_EACH)


@everywhere
def test_a_question_a_no_and_a_yes(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    boss, listener = running.login_of("supervisor"), at_the_desk(browser, running, "demo-volunteer", language, size)
    first, second = somebody(browser, running, language), somebody(browser, running, language)
    ask_by_hand(browser, boss, listener, contact_of(first))
    listener.page.locator(".offer").wait_for()
    listener.check()
    listener.picture(f"offer-{language}-{size}")
    listener.page.locator("#decline-details > summary").click()
    listener.page.locator('.offer-declines [value="too_close"]').click()
    listener.page.locator("#flashes > *").first.wait_for()
    listener.check()
    ask_by_hand(browser, boss, listener, contact_of(second))
    listener.page.locator("#accept-offer").wait_for()
    listener.page.keyboard.press("F2")
    listener.arrives("/contacts/")
    listener.check()
    contact_id = contact_of(second)
    listener.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/close", {"outcome": "supported"}])
    leaves_the_line(first)
    for visitor in (first, second, listener):
        visitor.leave()


def leaves_the_line(seeker: Visitor) -> None:
    assert seeker.page.evaluate(CALL, ["POST", "/contact/end", None])["status"] in {200, 204}


@everywhere
def test_the_slower_one_hears_kindly_who_is_there(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    boss, listener = running.login_of("supervisor"), at_the_desk(browser, running, "demo-volunteer", language, size)
    faster = at_the_desk(browser, running, "demo-crisis", "en-GB", "desktop")
    seeker = somebody(browser, running, language)
    contact_id = contact_of(seeker)
    for visitor in (listener, faster):
        ask_by_hand(browser, boss, visitor, contact_id)
        visitor.page.locator("#accept-offer").wait_for()
    asked = listener.page.locator("section[data-offer]").get_attribute("data-offer")
    faster.page.locator("#accept-offer").click()
    faster.arrives("/contacts/")
    listener.page.locator(".told", has_text="Mei").first.wait_for()
    listener.page.locator(f'section[data-offer="{asked}"]').wait_for(state="detached")
    listener.check()
    faster.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/close", {"outcome": "supported"}])
    for visitor in (seeker, listener, faster):
        visitor.leave()
