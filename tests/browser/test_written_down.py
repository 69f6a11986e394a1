"""Ratings, referrals and what else is written down with the person, in a real browser: phone and desktop."""

import pytest
from playwright.sync_api import Browser
from support.browser import CALL, ONE_EACH, Visitor, at_the_desk, somebody, take
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

everywhere = pytest.mark.parametrize(("language", "size"), ONE_EACH)


def talking(browser: Browser, house: RunningHouse, language: str, size: str) -> tuple[Visitor, Visitor, str]:
    house.everybody_is_rested()
    seeker = somebody(browser, house, language)
    listener = at_the_desk(browser, house, "demo-clinician", language, size)
    contact_id = take(browser, house.login_of("supervisor"), listener, seeker)
    listener.page.locator("#composer").wait_for()
    return seeker, listener, contact_id


def unfold(listener: Visitor, name: str) -> None:
    opened = "const one = document.getElementById(name); one.open = true"
    script = f"name => {{ {opened}; one.scrollIntoView({{ block: 'nearest' }}) }}"
    listener.page.evaluate(script, name)


def rates(listener: Visitor, name: str) -> None:
    unfold(listener, "ratings-details")
    listener.page.locator("#ratings-details [data-phrase]").first.click()
    assert "10" in listener.page.input_value("#text")
    for field, number in [("start_distress", "8"), ("end_distress", "4"), ("start_hope", "10")]:
        listener.page.fill(f"#{field}", number)
    listener.check()
    listener.picture(f"ratings-{name}")
    listener.page.locator("form[data-draft=ratings] button:not([type])").click()
    listener.page.locator(".rating", has_text="8 → 4").wait_for()


def refers(listener: Visitor, name: str) -> None:
    unfold(listener, "referrals-details")
    listener.page.select_option("#referral-tag", "psychosomatic")
    listener.page.select_option("#referral-state", "agreed")
    listener.page.locator("form[data-draft=referral] button").click()
    listener.page.locator("#referrals-details .state-agreed").wait_for()
    assert listener.page.locator("#referrals-details .state-done").count() == 0
    listener.check()
    unfold(listener, "referrals-details")
    listener.picture(f"referrals-{name}")
    listener.page.locator("#referrals-details .entry select").select_option("done")
    listener.page.locator("#referrals-details .entry button").click()
    listener.page.locator("#referrals-details .state-done").wait_for()


@everywhere
def test_ratings_and_referrals_are_seen_as_what_they_are(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    seeker, listener, contact_id = talking(browser, running, language, size)
    rates(listener, f"{language}-{size}")
    refers(listener, f"{language}-{size}")
    found = listener.page.evaluate(CALL, ["GET", f"/contacts/{contact_id}", None])["body"]
    assert found["ratings"]["distress"] == {"start": 8, "end": 4}
    assert [one["state"] for one in found["referrals"]] == ["done"]
    answer = listener.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/close", {"outcome": "supported"}])
    assert answer["status"] == 200, answer
    for visitor in (seeker, listener):
        visitor.leave()
