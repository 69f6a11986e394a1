"""A supervisor reads again what was done, a second one sees it at once, and the listener reads the words."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser
from support.browser import ONE_EACH, Visitor, sign_in, visit
from support.houses import RunningHouse, running_house
from support.people import person
from support.quality import many_judged

from hotline.domain.contact import Role
from hotline.settings import Settings
from hotline.wiring import opened_helpline, prepare

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

JUDGE, HO = ({"login": name.lower(), "password": f"{name}-{name}-Zq9!xw"} for name in ("Judge", "Ho"))


@pytest.fixture(scope="module")
def read_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A helpline with closed conversations, some of them urgent, and a second supervisor."""
    data_dir = tmp_path_factory.mktemp("reviews")
    settings = Settings.load({}, data_dir=data_dir)
    prepare(settings)
    with opened_helpline(settings) as helpline:
        policy = replace(helpline.review, sample_share=0.0, double_share=0.0)
        many_judged(replace(helpline, review=policy), rounds=4)
        person(helpline, "Ho", Role.SUPERVISOR)
    with running_house(data_dir) as house:
        yield house


def signed_in(browser: Browser, house: RunningHouse, login: dict[str, str], language: str, size: str) -> Visitor:
    visitor = visit(browser, house.base_url, language, size)
    sign_in(visitor, login)
    return visitor


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_read_rated_signed_and_told(browser: Browser, read_house: RunningHouse, language: str, size: str) -> None:
    first = signed_in(browser, read_house, read_house.login_of("supervisor"), language, size)
    second = signed_in(browser, read_house, HO, language, "desktop")
    first.go("/staff/reviews")
    second.go("/staff/reviews")
    first.check()
    first.picture(f"reviews-{language}-{size}")
    waiting = first.page.locator('li[data-review-state="open"]').first
    review_id = waiting.get_attribute("data-review")
    waiting.locator("form button").click()
    first.page.locator("#rubric").wait_for()
    second.page.locator(f'li[data-review="{review_id}"][data-review-state="reading"]').wait_for(timeout=5_000)
    first.check()
    first.picture(f"review-{language}-{size}")
    first.page.locator("#rubric button.primary").click()
    first.page.locator(".notice.error").wait_for()
    first.check_but_status()
    for item, points in (("welcome", 4), ("listening", 2), ("asked", 3)):
        first.page.locator(f'[name="item_{item}"][value="{points}"]').check()
    first.page.fill("#advice", "Breathe first / 先深呼吸")
    first.page.locator("#rubric button.primary").click()
    first.page.locator("#sign").click()
    first.arrives("/staff/reviews")
    listener = signed_in(browser, read_house, JUDGE, language, size)
    listener.go("/staff/feedback")
    listener.has_text("Breathe first / 先深呼吸")
    listener.check()
    listener.picture(f"feedback-{language}-{size}")
    listener.page.locator('[data-feedback="new"] form button').first.click()
    listener.page.wait_for_load_state()
