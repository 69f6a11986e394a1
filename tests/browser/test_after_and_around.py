"""Consents, whom to call, follow-ups and the sealed address opened by two, in a real browser: phone and desktop."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser
from support.browser import CALL, ONE_EACH, Visitor, at_the_desk, sign_in, somebody, take, visit
from support.houses import RunningHouse

from hotline.contacts.tables import follow_ups
from hotline.storage.engine import Database

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

everywhere = pytest.mark.parametrize(("language", "size"), ONE_EACH)


def talking(browser: Browser, house: RunningHouse, language: str, size: str) -> tuple[Visitor, Visitor, str]:
    house.everybody_is_rested()
    seeker = somebody(browser, house, language)
    assert seeker.page.evaluate(CALL, ["PATCH", "/contact", {"region": "hk"}])["status"] == 200
    listener = at_the_desk(browser, house, "demo-clinician", language, size)
    contact_id = take(browser, house.login_of("supervisor"), listener, seeker)
    listener.page.locator("#composer").wait_for()
    return seeker, listener, contact_id


def unfold(visitor: Visitor, name: str) -> None:
    opened = "const one = document.getElementById(name); one.open = true"
    visitor.page.evaluate(f"name => {{ {opened}; one.scrollIntoView({{ block: 'nearest' }}) }}", name)


def closes(listener: Visitor, contact_id: str) -> None:
    answer = listener.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/close", {"outcome": "supported"}])
    assert answer["status"] == 200, answer


@everywhere
def test_two_people_open_the_address_once(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    seeker, listener, contact_id = talking(browser, running, language, size)
    unfold(listener, "dispatch-details")
    listener.page.select_option("#service", "ambulance")
    listener.page.select_option("#basis", "act_in_progress")
    listener.page.fill("#disclosed", "Kowloon")
    listener.page.check("#dispatch-details [name=address]")
    listener.check()
    listener.picture(f"dispatch-{language}-{size}")
    listener.page.locator("form[data-draft=dispatch] button").click()
    listener.page.locator(".entry", has_text="Kowloon").wait_for()
    boss = visit(browser, running.base_url, language, size)
    sign_in(boss, running.login_of("supervisor"))
    boss.go(f"/staff/contacts/{contact_id}")
    boss.page.locator("form[action$='/address'] button").first.click()
    boss.page.locator("form[action$='/address/see'] button").wait_for()
    boss.check()
    listener.page.locator("form[action$='/address/see'] button").click()
    listener.page.locator(".copy", has_text="127.0.0.1").wait_for()
    listener.check()
    listener.picture(f"address-{language}-{size}")
    listener.go(f"/staff/contacts/{contact_id}")
    assert listener.page.locator("form[action$='/address/see']").count() == 0
    closes(listener, contact_id)
    for visitor in (seeker, listener, boss):
        visitor.leave()


def agrees_and_leaves_a_number(listener: Visitor, name: str) -> None:
    unfold(listener, "consents-details")
    listener.page.locator("#consent-follow_up-yes").click()
    listener.page.locator('#consent-follow_up-yes[aria-pressed="true"]').wait_for()
    listener.check()
    listener.picture(f"consents-{name}")
    unfold(listener, "follow-ups-details")
    listener.page.fill("#follow-up-phone", "9123 4567")
    listener.page.check("#follow-ups-details [name=safe_to_call]")
    listener.page.locator("form[data-draft=follow_ups] button").click()
    listener.page.locator("#follow-ups-details .timeline li").nth(5).wait_for(state="attached")
    unfold(listener, "follow-ups-details")
    listener.picture(f"follow-ups-planned-{name}")


def names_an_aunt(listener: Visitor, name: str) -> None:
    unfold(listener, "guardian-details")
    listener.page.select_option("#guardian-relation", "family")
    listener.page.fill("#guardian-name", "Aunt Fong")
    listener.page.fill("#guardian-phone", "9876 5432")
    listener.check()
    listener.picture(f"guardian-{name}")
    listener.page.locator("form[data-draft=guardian] button").click()
    listener.page.locator("form[action$='/guardian/open'] button").click()
    listener.page.locator('a[href="tel:+85298765432"]').wait_for()
    listener.check()


def a_day_passes(house: RunningHouse, contact_id: str) -> None:
    database = Database(f"sqlite:///{house.data_dir / 'hotline.sqlite3'}")
    with database.write() as conn:
        earlier = datetime.now(UTC) - timedelta(hours=1)
        mine = (follow_ups.c.contact_id == contact_id, follow_ups.c.step == "day")
        conn.execute(follow_ups.update().where(*mine).values(next_at=earlier))
        conn.commit()
    database.engine.dispose()


@everywhere
def test_somebody_who_agreed_is_asked_again(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    seeker, listener, contact_id = talking(browser, running, language, size)
    agrees_and_leaves_a_number(listener, f"{language}-{size}")
    names_an_aunt(listener, f"{language}-{size}")
    closes(listener, contact_id)
    a_day_passes(running, contact_id)
    listener.go("/staff/desk")
    listener.page.locator('[data-key="follow-ups"]').click()
    listener.page.locator("form[action$='/number'] button").first.wait_for()
    listener.check()
    listener.picture(f"follow-ups-{language}-{size}")
    listener.page.locator("form[action$='/number'] button").first.click()
    listener.page.locator('a[href="tel:+85291234567"]').wait_for()
    listener.check()
    listener.picture(f"follow-up-{language}-{size}")
    listener.page.fill("#note", "sleeps better")
    listener.page.locator("[name=result][value='reached:again']").click()
    listener.arrives("/follow-ups")
    assert listener.page.locator("form[action$='/number']").count() == 0
    for visitor in (seeker, listener):
        visitor.leave()
