"""Quick exit, coming back, a lost network, and the whole way without a script."""

import pytest
from playwright.sync_api import Browser, Route
from support.browser import Visitor, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def in_the_chat(browser: Browser, house: RunningHouse, **given: object) -> Visitor:
    seeker = visit(browser, house.base_url, "en-GB", "phone", **given)
    seeker.go("/")
    seeker.submit("/start")
    seeker.arrives("/chat")
    return seeker


def expect_elsewhere(seeker: Visitor) -> list[str]:
    """Answer the way out here, so that the test leaves no machine; gives where it led."""
    led: list[str] = []

    def answer(route: Route) -> None:
        led.append(route.request.url)
        route.fulfill(body="<title>elsewhere</title>", content_type="text/html")

    seeker.context.route("https://**", answer)
    return led


@pytest.mark.parametrize("how", ["button", "escape"])
def test_the_quick_exit_leaves_at_once_and_forgets(browser: Browser, running: RunningHouse, how: str) -> None:
    seeker = in_the_chat(browser, running)
    led = expect_elsewhere(seeker)
    if how == "button":
        seeker.page.click("#quick-exit")
    else:
        seeker.page.keyboard.press("Escape")
        seeker.page.keyboard.press("Escape")
    seeker.page.wait_for_url("https://**")
    assert led
    seeker.page.go_back()
    seeker.go("/chat")
    assert seeker.page.url.rstrip("/") == running.base_url
    seeker.leave()


def test_one_escape_does_not_leave(browser: Browser, running: RunningHouse) -> None:
    seeker = in_the_chat(browser, running)
    seeker.page.keyboard.press("Escape")
    seeker.page.wait_for_timeout(300)
    assert seeker.page.url.endswith("/chat")
    seeker.leave()


def test_a_codename_leads_back_from_another_browser_without_old_words(browser: Browser, running: RunningHouse) -> None:
    seeker = in_the_chat(browser, running)
    seeker.page.fill("#text", "words nobody else shall see")
    seeker.page.locator("#composer button").first.click()
    seeker.page.locator("#tools").evaluate("one => { one.open = true }")
    seeker.submit("/chat/codename")
    codename = seeker.page.locator(".codename").first
    codename.wait_for(state="visible")
    word = codename.inner_text().strip()
    other = visit(browser, running.base_url, "en-GB", "phone")
    other.go("/return")
    other.page.fill("[name=codename]", word.upper())
    other.page.keyboard.press("Enter")
    other.arrives("/chat")
    other.has_text("Welcome back")
    assert "shall see" not in other.page.content()
    other.leave()
    seeker.leave()


def test_words_written_while_the_network_is_gone_arrive_once(browser: Browser, running: RunningHouse) -> None:
    seeker = in_the_chat(browser, running)
    seeker.context.set_offline(True)
    seeker.page.fill("#text", "written in a tunnel")
    seeker.page.locator("#composer button").first.click()
    seeker.has_text("written in a tunnel")
    seeker.page.wait_for_timeout(1500)
    seeker.context.set_offline(False)
    seeker.page.wait_for_timeout(5000)
    seeker.page.reload()
    assert seeker.page.get_by_text("written in a tunnel", exact=True).count() == 1
    seeker.leave()


def test_nothing_stays_in_the_browsers_stores(browser: Browser, running: RunningHouse) -> None:
    seeker = in_the_chat(browser, running)
    seeker.page.fill("#text", "a draft nobody shall find")
    kept = seeker.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert kept == '[{},{},""]'
    seeker.leave()


def test_without_a_script_one_writes_reads_and_ends(browser: Browser, running: RunningHouse) -> None:
    seeker = in_the_chat(browser, running, java_script_enabled=False)
    seeker.go("/chat?write=1")
    seeker.page.fill("#text", "no script here")
    seeker.page.locator("#composer button").first.click()
    seeker.arrives("/chat")
    seeker.has_text("no script here")
    seeker.picture("chat-without-script")
    page = seeker.page.content()
    assert "/chat/end" in page
    seeker.leave()


def test_the_first_page_weighs_less_than_100_kilobytes(browser: Browser, running: RunningHouse) -> None:
    seeker = visit(browser, running.base_url, "zh-CN", "phone")
    sizes: list[int] = []
    seeker.page.on("response", lambda answer: sizes.append(len(answer.body())))
    seeker.go("/")
    seeker.page.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) < 100_000
    seeker.leave()


def test_who_ends_is_thanked_whatever_is_still_being_read(browser: Browser, running: RunningHouse) -> None:
    seeker = in_the_chat(browser, running)
    seeker.page.route("**/goodbye", lambda route: (seeker.page.wait_for_timeout(1_500), route.continue_()))
    seeker.page.locator("#tools > summary").click()
    seeker.page.locator("#end-details > summary").click()
    seeker.page.evaluate("setInterval(() => document.dispatchEvent(new Event('visibilitychange')), 50)")
    seeker.submit("/end")
    seeker.arrives("/goodbye")
    seeker.leave()


def test_a_codename_is_not_replaced_by_a_second_tap(browser: Browser, running: RunningHouse) -> None:
    seeker = in_the_chat(browser, running)
    seeker.page.locator("#tools > summary").click()
    seeker.submit("/codename")
    seeker.page.locator("#codename").wait_for()
    assert not seeker.page.locator("#codename-form").is_visible()
    seeker.go("/return")
    seeker.page.fill("#codename", "abcd-efgh")
    seeker.page.locator("main form button.primary").click()
    seeker.page.locator("#codename-error").wait_for()
    assert seeker.page.input_value("#codename") == "abcd-efgh"
    seeker.leave()
