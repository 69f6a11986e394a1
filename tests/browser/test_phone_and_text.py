"""A supervisor keeps our numbers and sees to what did not arrive; a listener reads at the message what became of it."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect
from support.browser import CALL, ONE_EACH, Visitor, sign_in, visit
from support.houses import RunningHouse

from hotline.contacts.tables import contacts
from hotline.contacts.text_tables import texts
from hotline.domain.ids import new_id
from hotline.storage.engine import Database
from hotline.storage.phone_lines import phone_lines

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
NUMBER = "+852 3000 1234"


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_numbers_channels_and_lost_texts(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    running.everybody_goes_home()
    contact_id = a_lost_text(browser, running, language, size)
    wong = visit(browser, running.base_url, language, size)
    sign_in(wong, running.login_of("supervisor"))
    wong.go("/staff/phone")
    wong.check()
    list_a_number(wong)
    wong.picture(f"phone-lines-{language}-{size}")
    wong.page.fill("#reason-sms", "the provider says so")
    wong.page.locator("[data-channel=sms] button").click()
    wong.page.locator(".flashes .ok").wait_for()
    wong.check()
    wong.picture(f"phone-down-{language}-{size}")
    the_first_page_says_so(browser, running, language, size)
    wong.go(f"/staff/contacts/{contact_id}")
    wong.page.locator(".delivery.lost").wait_for()
    wong.check()
    wong.picture(f"phone-message-{language}-{size}")
    wong.go("/staff/board")
    wong.page.locator("#telephone").wait_for()
    wong.picture(f"phone-board-{language}-{size}")
    wong.go("/staff/phone")
    wong.page.locator("[data-channel=sms] button").click()
    wong.page.locator("[data-text] form[action$='/handle'] button").first.click()
    wong.page.locator("[data-text]").wait_for(state="detached")
    wong.page.locator("[data-line] button").first.click()
    expect(wong.page.locator("[data-line]")).to_have_count(1)
    wong.leave()


def a_lost_text(browser: Browser, running: RunningHouse, language: str, size: str) -> str:
    """Somebody wrote, and the acknowledgement that went out as a text was given back."""
    seeker = visit(browser, running.base_url, language, size)
    seeker.go("/")
    seeker.submit("/start")
    seeker.arrives("/chat")
    contact_id = str(seeker.page.evaluate("fetch('/api/v1/contact').then(answer => answer.json())")["contact_id"])
    seeker.leave()
    database, now = Database(f"sqlite:///{running.data_dir / 'hotline.sqlite3'}"), datetime.now(UTC)
    about = {"id": new_id(), "contact_id": contact_id, "number": 1, "part": 1, "channel": "sms", "attempts": 1}
    with database.write() as conn:
        conn.execute(phone_lines.delete())
        conn.execute(texts.delete())
        conn.execute(texts.insert().values(**about, state="undelivered", error="30005", at=now, changed_at=now))
        conn.execute(contacts.update().where(contacts.c.id == contact_id).values(reply_by="sms"))
        conn.commit()
    database.engine.dispose()
    return contact_id


def list_a_number(wong: Visitor) -> None:
    """First with a slip."""
    wong.page.fill("#number", "12345")
    wong.page.select_option("#channel", "sms")
    wong.page.locator("form[action$='/phone/lines'] button").click()
    wong.page.locator(".notice.error").last.wait_for()
    assert wong.page.get_attribute("#number", "aria-invalid") == "true"
    assert wong.page.input_value("#channel") == "sms"
    wong.page.fill("#number", NUMBER)
    wong.page.locator("form[action$='/phone/lines'] button").click()
    wong.page.locator("[data-line]").wait_for()
    wong.page.fill("#number", NUMBER)
    wong.page.select_option("#channel", "voice")
    wong.page.locator("form[action$='/phone/lines'] button").click()
    wong.page.locator("[data-line]").nth(1).wait_for()
    wong.check_but_status()
    lines = wong.page.evaluate(CALL, ["GET", "/phone", None])["body"]["lines"]
    assert [one["number"] for one in lines] == ["+85230001234"] * 2


def the_first_page_says_so(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    """Texts are down and calls are not; what other processes look at every few seconds is waited for."""
    seeker = visit(browser, running.base_url, language, size)
    for _ in range(20):
        seeker.go("/")
        if seeker.page.locator("a[href^='tel:+852']").count() and seeker.page.locator("main .notice.warn").count():
            break
        seeker.page.wait_for_timeout(500)
    assert seeker.page.locator("a[href^='sms:']").count() == 0
    seeker.check()
    seeker.page.locator("#lines-title").scroll_into_view_if_needed()
    seeker.picture(f"phone-home-{language}-{size}")
    seeker.leave()
