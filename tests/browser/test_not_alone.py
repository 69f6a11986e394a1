"""Calling a supervisor by one key, joining, handing over, and being called back, in a real browser, three languages."""

import pytest
from playwright.sync_api import Browser
from support.browser import CALL, ONE_EACH, Visitor, at_the_desk, contact_of, sign_in, somebody, take, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

everywhere = pytest.mark.parametrize(("language", "size"), ONE_EACH)


def ends(listener: Visitor, contact_id: str) -> None:
    answer = listener.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/close", {"outcome": "supported"}])
    assert answer["status"] == 200, answer


def comes_to_the_side(browser: Browser, house: RunningHouse, contact_id: str, language: str, size: str) -> Visitor:
    """The supervisor follows the alarm on the board and joins."""
    boss = visit(browser, house.base_url, language, size)
    sign_in(boss, house.login_of("supervisor"))
    boss.go("/staff/board")
    boss.page.locator(f'.alarms a[href$="{contact_id}"]').first.click()
    boss.page.locator("#join").click()
    boss.page.locator("#composer").wait_for()
    boss.check()
    boss.picture(f"joined-{language}-{size}")
    return boss


def find_a_phrase(listener: Visitor) -> None:
    """By the keyboard alone: "/" from an empty message, a few letters, Enter; Escape leaves the list."""
    page = listener.page
    page.locator("#text").press("/")
    phrase = page.locator("#phrases [data-phrase]").last.inner_text()
    page.keyboard.type(phrase[-6:])
    assert page.locator("#phrases li:visible").count() < page.locator("#phrases li").count()
    page.keyboard.press("Enter")
    assert page.input_value("#text") == phrase
    page.fill("#text", "")
    page.locator("#text").press("/")
    page.keyboard.press("Escape")
    assert page.locator("#text").evaluate("one => one === document.activeElement")


@everywhere
def test_one_key_brings_a_supervisor(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    seeker = somebody(browser, running, language)
    listener = at_the_desk(browser, running, "demo-volunteer", language, size)
    contact_id = take(browser, running.login_of("supervisor"), listener, seeker)
    listener.page.locator("#ask-help").wait_for()
    listener.page.locator("#text").press("F9")
    boss = comes_to_the_side(browser, running, contact_id, language, size)
    seeker.page.locator(".message.system").nth(2).wait_for()
    boss.page.fill("#text", "I am here too")
    boss.page.locator("#composer button.primary").click()
    seeker.has_text("I am here too")
    find_a_phrase(listener)
    boss.page.fill("#whisper-text", "ask about tonight")
    boss.page.locator("#whisper").click()
    listener.page.locator("#aside p", has_text="ask about tonight").wait_for()
    listener.check()
    listener.picture(f"whisper-{language}-{size}")
    assert "ask about tonight" not in seeker.page.content()
    ends(listener, contact_id)
    for visitor in (seeker, listener, boss):
        visitor.leave()


@everywhere
def test_a_colleague_reads_the_summary_and_takes_over(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    seeker = somebody(browser, running, language)
    listener = at_the_desk(browser, running, "demo-volunteer", language, size)
    contact_id = take(browser, running.login_of("supervisor"), listener, seeker)
    colleague = at_the_desk(browser, running, "demo-crisis", language, size)
    listener.page.reload()
    listener.page.locator("#hand-over-details > summary").click()
    listener.page.select_option("#hand-over-to", label="Mei")
    listener.page.fill("#hand-over-summary", "考试压力 exam on Monday")
    listener.check()
    listener.picture(f"hand-over-{language}-{size}")
    listener.page.locator("#hand-over-details form button").click()
    colleague.page.locator(".handover", has_text="exam on Monday").wait_for()
    colleague.check()
    colleague.page.keyboard.press("F2")
    colleague.arrives("/contacts/")
    colleague.page.locator("#person .handover", has_text="exam on Monday").wait_for()
    colleague.check()
    ends(colleague, contact_id)
    for visitor in (seeker, listener, colleague):
        visitor.leave()


@everywhere
def test_a_call_back_is_asked_for_and_nothing_typed_is_lost(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    seeker = somebody(browser, running, language, size)
    contact_of(seeker)
    seeker.page.wait_for_function("() => !document.getElementById('while').hidden")
    seeker.check()
    seeker.picture(f"while-waiting-{language}-{size}")
    seeker.go("/chat/callback")
    seeker.page.fill("#phone", "12")
    seeker.page.check("[name=safe_to_text]")
    seeker.page.locator("main form button.primary").click()
    seeker.page.locator("#phone-wrong").wait_for()
    assert seeker.page.is_checked("[name=safe_to_text]")
    seeker.check_but_status()
    seeker.picture(f"call-back-{language}-{size}")
    seeker.page.fill("#phone", "+85291234567")
    seeker.page.locator("main form button.primary").click()
    seeker.arrives("/chat")
    seeker.page.locator("#while-callback a").click()
    seeker.page.locator("#kept-title").wait_for()
    assert seeker.page.evaluate(CALL, ["POST", "/contact/end", None])["status"] in {200, 204}
    seeker.leave()


@everywhere
def test_a_wish_is_kept(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    seeker = somebody(browser, running, language, size)
    seeker.go("/chat/wishes")
    seeker.page.check('[name=gender][value="woman"]')
    seeker.check()
    seeker.picture(f"wishes-{language}-{size}")
    seeker.page.locator("main form button.primary").click()
    seeker.arrives("/chat")
    seeker.go("/chat/wishes")
    assert seeker.page.is_checked('[name=gender][value="woman"]')
    assert seeker.page.evaluate(CALL, ["POST", "/contact/end", None])["status"] in {200, 204}
    seeker.leave()


@everywhere
def test_the_listener_sees_what_is_safe_and_writes_what_became_of_the_call(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    seeker = somebody(browser, running, language)
    wish = {"phone": "+85291234567", "safe_to_call": True}
    assert seeker.page.evaluate(CALL, ["POST", "/contact/callback", wish])["status"] == 200
    listener = at_the_desk(browser, running, "demo-volunteer", language, size)
    contact_id = take(browser, running.login_of("supervisor"), listener, seeker)
    listener.check()
    listener.page.locator('form[action$="/number"] button').click()
    listener.page.locator('a[href="tel:+85291234567"]').wait_for()
    listener.check()
    listener.picture(f"number-{language}-{size}")
    listener.page.locator('[name=result][value="reached"]').click()
    listener.arrives("/contacts/")
    ends(listener, contact_id)
    seeker.leave()
    listener.leave()


@everywhere
def test_the_ladders_show_what_rings_next(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    seeker = somebody(browser, running, language)
    contact_id = contact_of(seeker)
    boss = visit(browser, running.base_url, language, size)
    sign_in(boss, running.login_of("supervisor"))
    boss.go("/staff/ladders")
    boss.page.locator(f'a[href$="{contact_id}"]').wait_for()
    boss.page.locator(".rung-next").first.wait_for()
    boss.check()
    boss.picture(f"ladders-{language}-{size}")
    assert seeker.page.evaluate(CALL, ["POST", "/contact/end", None])["status"] in {200, 204}
    boss.page.locator(f'a[href$="{contact_id}"]').wait_for(state="detached")
    for visitor in (seeker, boss):
        visitor.leave()
