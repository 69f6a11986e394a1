"""A tab, a network and a server die in the middle of a plan and of a closing form: every word comes back."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from support.browser import CALL, ONE_EACH, SIZES, Visitor, at_the_desk, somebody, take
from support.houses import RunningHouse, free_port, start, wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

everywhere = pytest.mark.parametrize(("language", "size"), ONE_EACH)
LONG = "walk by the river 去河邊走走\n" * 3
HELD = "() => Object.keys(localStorage).some((name) => name.startsWith('hl-draft:'))"
NOT_HELD = "() => Object.keys(localStorage).every((name) => !name.startsWith('hl-draft:'))"


class MortalHouse:
    """A running helpline whose processes may be killed and started again on the same data and port."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir, self.port = data_dir, free_port()
        self.start()

    def start(self) -> None:
        process = start(self.data_dir, self.port)
        self.house = RunningHouse(f"http://127.0.0.1:{self.port}", self.data_dir, process)
        wait_until_ready(process, self.house.base_url)

    def kill(self) -> None:
        """As a power cut: nobody is asked to finish anything."""
        os.killpg(self.house.process.pid, signal.SIGKILL)
        self.house.process.communicate(timeout=30)
        time.sleep(0.5)


@pytest.fixture(scope="module")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MortalHouse]:
    found = MortalHouse(tmp_path_factory.mktemp("mortal"))
    yield found
    found.house.process.send_signal(signal.SIGTERM)
    found.house.process.communicate(timeout=30)


def talking(browser: Browser, house: RunningHouse, language: str, size: str) -> tuple[Visitor, Visitor, str]:
    house.everybody_is_rested()
    seeker = somebody(browser, house, language)
    listener = at_the_desk(browser, house, "demo-clinician", language, size)
    contact_id = take(browser, house.login_of("supervisor"), listener, seeker)
    listener.page.locator("#composer").wait_for()
    return seeker, listener, contact_id


def unfold(page: Page, name: str) -> None:
    page.evaluate("name => { document.getElementById(name).open = true }", name)


def kept(page: Page, form: str) -> None:
    """Wait until the server has everything of this form, and the browser nothing."""
    page.wait_for_function(f"() => document.querySelector('form[data-draft={form}] [data-draft-line]')?.textContent")
    page.wait_for_function(NOT_HELD)


def closes(listener: Visitor, contact_id: str) -> None:
    answer = listener.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/close", {"outcome": "supported"}])
    assert answer["status"] == 200, answer


@everywhere
def test_a_killed_tab_loses_nothing(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    seeker, listener, contact_id = talking(browser, running, language, size)
    unfold(listener.page, "plan-details")
    listener.page.fill("#plan-own_coping", LONG)
    kept(listener.page, "plan")
    unfold(listener.page, "close-details")
    listener.page.select_option("#close-details [name=outcome]", "follow_up")
    listener.page.fill("#next_step", "call her aunt")
    listener.page.check("[name=heavy][value=own_word]")
    kept(listener.page, "closing")
    listener.page.fill("#summary", "typed in the last moment")
    listener.page.wait_for_function(HELD)
    listener.page.close()
    listener.page = listener.context.new_page()
    listener.go(f"/staff/contacts/{contact_id}")
    listener.page.wait_for_function("() => document.getElementById('summary').value === 'typed in the last moment'")
    assert listener.page.input_value("#plan-own_coping") == LONG
    assert listener.page.input_value("#next_step") == "call her aunt"
    assert listener.page.input_value("#close-details [name=outcome]") == "follow_up"
    assert listener.page.is_checked("[name=heavy][value=own_word]")
    kept(listener.page, "closing")
    listener.check()
    listener.picture(f"drafts-{language}-{size}")
    closes(listener, contact_id)
    for visitor in (seeker, listener):
        visitor.leave()


def sealed_here(page: Page) -> str:
    """Everything this browser keeps, as it lies on the disk."""
    found: str = page.evaluate("() => JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    return found


@everywhere
def test_without_a_network_words_stay_sealed_in_the_browser_and_go_out_later(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    seeker, listener, contact_id = talking(browser, running, language, size)
    page = listener.page
    unfold(page, "plan-details")
    listener.context.set_offline(True)
    page.fill("#plan-people_to_ask", "my aunt in the next street")
    page.locator("form[data-draft=plan] .draft.warn").wait_for()
    assert "aunt" not in sealed_here(page)
    page.locator("form[data-draft=plan] button.primary").click()
    page.locator("#flashes .notice.error").wait_for()
    listener.picture(f"offline-{language}-{size}")
    assert page.input_value("#plan-people_to_ask") == "my aunt in the next street"
    listener.context.set_offline(False)
    kept(page, "plan")
    page.locator("form[data-draft=plan] button.primary").click()
    page.locator("#flashes .notice.ok").wait_for()
    found = page.evaluate(CALL, ["GET", f"/contacts/{contact_id}", None])["body"]
    assert found["plan"]["steps"] == {"people_to_ask": "my aunt in the next street"}
    assert found["drafts"] == {}
    listener.troubles = [one for one in listener.troubles if "ERR_INTERNET_DISCONNECTED" not in one]
    listener.check()
    closes(listener, contact_id)
    for visitor in (seeker, listener):
        visitor.leave()


def test_a_killed_server_loses_nothing(browser: Browser, mortal: MortalHouse) -> None:
    seeker, listener, contact_id = talking(browser, mortal.house, "en-GB", "desktop")
    page = listener.page
    unfold(page, "plan-details")
    page.fill("#plan-own_coping", LONG)
    kept(page, "plan")
    unfold(page, "close-details")
    page.fill("#next_step", "call her aunt")
    kept(page, "closing")
    mortal.kill()
    page.fill("#plan-own_coping", LONG + "and music")
    page.fill("#summary", "while nobody answered")
    page.locator("form[data-draft=closing] .draft.warn").wait_for()
    page.close()
    mortal.start()
    listener.page = listener.context.new_page()
    listener.go(f"/staff/contacts/{contact_id}")
    listener.page.wait_for_function("() => document.getElementById('summary').value === 'while nobody answered'")
    assert listener.page.input_value("#plan-own_coping") == LONG + "and music"
    assert listener.page.input_value("#next_step") == "call her aunt"
    kept(listener.page, "closing")
    for visitor in (seeker, listener):
        visitor.leave()


def test_a_tick_elsewhere_takes_no_words_away(browser: Browser, running: RunningHouse) -> None:
    seeker, listener, contact_id = talking(browser, running, "en-GB", "desktop")
    unfold(listener.page, "plan-details")
    listener.page.fill("#plan-own_coping", "half a sentence")
    listener.page.locator("#ask-wish-no").click()
    listener.page.locator('#ask-wish-no[aria-pressed="true"]').wait_for()
    assert listener.page.input_value("#plan-own_coping") == "half a sentence"
    listener.page.keyboard.press("F8")
    assert listener.page.evaluate("document.activeElement.id") == "plan-warning_signs"
    listener.page.keyboard.press("F8")
    assert listener.page.evaluate("document.activeElement.id") == "text"
    closes(listener, contact_id)
    for visitor in (seeker, listener):
        visitor.leave()


def test_a_form_is_sent_although_the_pane_was_renewed_meanwhile(browser: Browser, running: RunningHouse) -> None:
    seeker, listener, contact_id = talking(browser, running, "en-GB", "desktop")
    page, held = listener.page, []
    unfold(page, "plan-details")
    page.fill("#plan-own_coping", "walk by the river")
    kept(page, "plan")
    page.route("**/drafts/plan", lambda route: held.append(route))  # noqa: PLW0108  # playwright marks the function
    page.locator("form[data-draft=plan] button.primary").click()
    page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/ratings", {"start_distress": 7}])
    page.locator("#ratings-details", has_text="7 →").wait_for(state="attached")
    for route in held:
        route.continue_()
    page.locator("#flashes .notice.ok").wait_for()
    found = page.evaluate(CALL, ["GET", f"/contacts/{contact_id}", None])["body"]
    assert found["plan"]["steps"] == {"own_coping": "walk by the river"}
    closes(listener, contact_id)
    for visitor in (seeker, listener):
        visitor.leave()


@everywhere
def test_the_person_reads_the_shared_plan(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    seeker, listener, contact_id = talking(browser, running, language, size)
    unfold(listener.page, "plan-details")
    for step, text in [("warning_signs", "睡不着 no sleep"), ("own_coping", LONG), ("safer_place", "my aunt keeps it")]:
        listener.page.fill(f"#plan-{step}", text)
    listener.check()
    listener.picture(f"plan-form-{language}-{size}")
    listener.page.locator("form[data-draft=plan] button.primary").click()
    listener.page.locator("form[action$='/plan/share'] button").click()
    listener.page.locator("form[action$='/plan/share'] button[value='0']").wait_for()
    seeker.page.locator("a.in-message").click()
    seeker.arrives("/chat/plan")
    seeker.page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
    assert seeker.page.locator(".plan-list > li").count() == 3
    seeker.check()
    seeker.picture(f"plan-{language}-{size}")
    seeker.page.emulate_media(media="print")
    assert not seeker.page.locator("#quick-exit").is_visible()
    assert seeker.page.locator(".numbers").is_visible()
    seeker.picture(f"plan-paper-{language}-{size}")
    listener.go(f"/staff/contacts/{contact_id}/plan")
    listener.check()
    closes(listener, contact_id)
    for visitor in (seeker, listener):
        visitor.leave()
