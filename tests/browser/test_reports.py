"""Somebody who answers for the helpline reads a report: phone and desktop, three languages, with and without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from support.browser import PICTURES, sign_in, visit
from support.houses import RunningHouse, running_house
from support.reports import weeks

from hotline.settings import Settings
from hotline.wiring import opened_helpline

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

LANGUAGES = ["zh-CN", "zh-TW", "en-GB"]
FILES = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF-"}


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A helpline of its own with three months behind it, so that no other test meets these people."""
    with running_house(tmp_path_factory.mktemp("counted")) as house:
        with opened_helpline(Settings.load({}, data_dir=house.data_dir)) as helpline:
            weeks(helpline, 900, days=90, over=True)
        yield house


@pytest.mark.parametrize(("language", "size"), [(lang, size) for lang in LANGUAGES for size in ("phone", "desktop")])
def test_a_report_is_read_and_every_name_says_what_it_means(
    browser: Browser, counted: RunningHouse, language: str, size: str
) -> None:
    supervisor = visit(browser, counted.base_url, language, size)
    sign_in(supervisor, counted.login_of("supervisor"))
    supervisor.go("/staff/board")
    page = supervisor.page
    page.locator("nav .more summary").click()
    page.locator('nav a[href$="/staff/reports"]').first.click()
    page.locator(".counters .counter").first.wait_for()
    supervisor.check()
    page.locator(".counters summary").first.click()
    assert page.locator(".counters .meaning p").first.is_visible()
    page.locator(".periods a").nth(5).click()
    page.select_option("#channel", "web")
    page.locator("main form.report-form button").first.click()
    page.locator("#table-by_hour svg.plot").wait_for()
    assert page.locator("#channel").input_value() == "web"
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
    supervisor.check()
    if PICTURES:
        page.reload()
        page.screenshot(path=f"{PICTURES}/reports-{language}-{size}.png", full_page=True)
    supervisor.leave()


def test_a_wrong_day_is_named_and_stays_in_the_form(browser: Browser, counted: RunningHouse) -> None:
    auditor = visit(browser, counted.base_url, "en-GB", "desktop")
    sign_in(auditor, counted.login_of("auditor"))
    auditor.go("/staff/reports")
    page = auditor.page
    page.fill("#from", "2026-11-20")
    page.fill("#to", "2026-11-02")
    page.locator("main form.report-form button").first.click()
    page.locator("#wrong").wait_for()
    assert page.locator("#to").get_attribute("aria-invalid") == "true"
    assert (page.locator("#from").input_value(), page.locator("#to").input_value()) == ("2026-11-20", "2026-11-02")
    auditor.check_but_status()
    auditor.leave()


@pytest.mark.parametrize("kind", FILES)
def test_files_come_without_script(browser: Browser, counted: RunningHouse, kind: str) -> None:
    supervisor = visit(browser, counted.base_url, "zh-CN", "phone", java_script_enabled=False)
    sign_in(supervisor, counted.login_of("supervisor"))
    supervisor.go("/staff/reports")
    page = supervisor.page
    with page.expect_download() as waiting:
        page.locator(f'button[name="format"][value="{kind}"]').click()
    content = waiting.value.path().read_bytes()
    assert content.startswith(FILES[kind])
    supervisor.leave()


def test_a_funders_month_is_one_button_away(browser: Browser, counted: RunningHouse) -> None:
    supervisor = visit(browser, counted.base_url, "zh-TW", "desktop")
    sign_in(supervisor, counted.login_of("supervisor"))
    supervisor.go("/staff/reports")
    page = supervisor.page
    page.locator("#for-funders summary").click()
    with page.expect_download() as waiting:
        page.locator("#for-funders button").click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF-")
    assert waiting.value.suggested_filename.endswith(".pdf")
    supervisor.leave()
