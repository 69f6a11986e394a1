"""A week is planned, a shift changes hands, somebody rests and somebody talks: phone and desktop, three languages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser
from support.browser import ONE_EACH, PAIRS, PICTURES, Visitor, sign_in, visit
from support.houses import RunningHouse, running_house

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

everywhere = pytest.mark.parametrize(("language", "size"), ONE_EACH)


@pytest.fixture(scope="module")
def rota_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A helpline of this module's own: with a rota, nobody else's test would be on shift."""
    with running_house(tmp_path_factory.mktemp("rota")) as house:
        yield house


def come(browser: Browser, house: RunningHouse, login: str, language: str, size: str, path: str) -> Visitor:
    visitor = visit(browser, house.base_url, language, size)
    sign_in(visitor, next(person for person in house.logins if person["login"] == login))
    visitor.go(path)
    return visitor


def keep(visitor: Visitor, name: str) -> None:
    """The whole page is sound; its picture is kept when pictures are wanted."""
    visitor.check()
    if PICTURES:
        visitor.page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def plan(supervisor: Visitor, day: str) -> None:
    """Plan Lin for an evening over midnight."""
    page = supervisor.page
    page.locator("#add-shift").evaluate("one => { one.open = true }")
    page.select_option("#shift-person", label="Lin")
    page.fill("#shift-day", day)
    page.fill("#shift-start", "20:00")
    page.fill("#shift-end", "00:00")
    supervisor.submit("/rota/shifts")
    page.locator(".week .entries li").first.wait_for()


@everywhere
def test_a_shift_is_planned_given_away_taken_and_agreed(
    browser: Browser, rota_house: RunningHouse, language: str, size: str
) -> None:
    day = f"{datetime.now(UTC) + timedelta(days=2 + PAIRS.index((language, size))):%Y-%m-%d}"
    supervisor = come(browser, rota_house, "demo-supervisor", language, size, f"/staff/rota?week={day}")
    plan(supervisor, day)
    assert supervisor.page.locator("table.hours .short").count() > 0
    keep(supervisor, f"rota-{language}-{size}")
    lin = come(browser, rota_house, "demo-volunteer", language, size, "/staff/my-rota")
    lin.page.locator("details[id^=swap-] summary").last.click()
    lin.submit("/swap", -1)
    lin.page.locator('form[action$="/withdraw"]').first.wait_for()
    keep(lin, f"my-rota-{language}-{size}")
    mei = come(browser, rota_house, "demo-crisis", language, size, "/staff/my-rota")
    mei.submit("/take")
    mei.page.locator(".notice.ok").first.wait_for()
    mei.check()
    supervisor.go("/staff/rota")
    supervisor.submit("/decide")
    supervisor.go("/staff/rota")
    assert supervisor.page.locator('form[action$="/decide"]').count() == 0
    mei.go("/staff/my-rota")
    mei.page.locator('[data-notice="swap_yours"]').first.wait_for()
    mei.submit("/calendar")
    assert ".ics" in mei.page.locator(".copy").inner_text()
    mei.check()
    for one in (supervisor, lin, mei):
        one.leave()


@everywhere
def test_a_listener_rests_with_one_key_and_talks_about_it(
    browser: Browser, rota_house: RunningHouse, language: str, size: str
) -> None:
    chen = come(browser, rota_house, "demo-clinician", language, size, "/staff/desk")
    page = chen.page
    page.locator('[data-key="break"]').focus()
    page.keyboard.press("Enter")
    page.locator('[data-care="on_break"]').wait_for()
    keep(chen, f"break-{language}-{size}")
    page.locator('[data-key="end-break"]').click()
    page.locator('[data-key="break"]').wait_for()
    page.locator('[data-key="talk"]').click()
    page.locator('[data-care="debrief_owed"]').wait_for()
    supervisor = come(browser, rota_house, "demo-supervisor", language, size, "/staff/team")
    card = supervisor.page.locator('[data-person="demo-clinician"]')
    assert card.get_attribute("data-why") == "debrief_owed"
    card.locator("details summary").click()
    keep(supervisor, f"team-{language}-{size}")
    card.locator("[name=note]").fill("we talked")
    card.locator('form[action$="/settle"] button').click()
    supervisor.page.locator(".notice.ok").first.wait_for()
    assert card.get_attribute("data-why") != "debrief_owed"
    page.locator('[data-notice="debrief_settled"] button').first.click()
    page.locator('[data-notice="debrief_settled"]').wait_for(state="detached")
    chen.check()
    for one in (supervisor, chen):
        one.leave()
