"""The three people's evening in a real browser: phone and desktop, three languages, axe on every page."""

import re

import pytest
from playwright.sync_api import Browser
from support.browser import Visitor, sign_in, take, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

LANGUAGES = ["zh-CN", "zh-TW", "en-GB"]
OPENINGS = {"zh-CN": "最近压力很大，睡不着", "zh-TW": "最近壓力很大，瞓唔着", "en-GB": "I can't sleep, so much stress"}
WORSE = {
    "zh-CN": "我不想活了，今晚就想自杀",
    "zh-TW": "我唔想做人，今晚就想自殺",
    "en-GB": "I want to kill myself tonight",
}
everywhere = pytest.mark.parametrize(
    ("language", "size"), [(lang, size) for lang in LANGUAGES for size in ("phone", "desktop")]
)


def reach_out(browser: Browser, house: RunningHouse, language: str, size: str) -> Visitor:
    """Home, one tap, first words."""
    seeker = visit(browser, house.base_url, language, size)
    seeker.go("/")
    seeker.check()
    seeker.picture(f"home-{language}-{size}")
    seeker.submit("/start")
    seeker.arrives("/chat")
    write(seeker, OPENINGS[language])
    return seeker


def write(visitor: Visitor, text: str) -> None:
    visitor.page.fill("#text", text)
    visitor.page.locator("#composer button").first.click()
    visitor.has_text(text)


def come_on_duty(browser: Browser, house: RunningHouse, login: str, language: str, size: str) -> Visitor:
    house.everybody_is_rested()
    listener = visit(browser, house.base_url, language, size)
    sign_in(listener, next(person for person in house.logins if person["login"] == login))
    listener.go("/staff/desk")
    if listener.page.locator('[data-duty="1"]').count() == 0:
        listener.submit("/staff/duty")
        listener.page.locator('[data-duty="1"]').first.wait_for()
    return listener


def close(listener: Visitor) -> None:
    """Fill in the closing form and close."""
    page = listener.page
    page.locator("#close-details").evaluate("one => { one.open = true }")
    page.select_option("#close-details [name=outcome]", "supported")
    page.select_option("#close-details [name=asked]", "denied")
    page.select_option("#close-details [name=level]", "routine")
    page.select_option("#close-details [name=action_listening]", "done")
    listener.submit("/close")
    listener.arrives("/staff/desk")


@everywhere
def test_an_evening_from_first_word_to_close(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    listener = come_on_duty(browser, running, "demo-crisis", language, size)
    seeker = reach_out(browser, running, language, size)
    listener.page.locator(".queue .item").first.wait_for()
    listener.check()
    listener.picture(f"desk-{language}-{size}")
    take(browser, running.login_of("supervisor"), listener, seeker)
    listener.has_text(OPENINGS[language])
    write(listener, "我在这里 / I am here")
    seeker.has_text("我在这里 / I am here")
    seeker.check()
    seeker.picture(f"chat-{language}-{size}")
    listener.check()
    listener.picture(f"conversation-{language}-{size}")
    close(listener)
    seeker.leave()
    listener.leave()


@everywhere
def test_a_supervisor_sees_the_risk_rise_live_and_takes_the_alarm(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    listener = come_on_duty(browser, running, "demo-clinician", language, "desktop")
    seeker = reach_out(browser, running, language, "phone")
    contact_id = take(browser, running.login_of("supervisor"), listener, seeker)
    board = visit(browser, running.base_url, language, size)
    sign_in(board, running.login_of("supervisor"))
    write(seeker, WORSE[language])
    alarm = board.page.locator(f'a[href*="{contact_id}"]').first
    alarm.wait_for(timeout=5_000)
    board.check()
    board.picture(f"board-{language}-{size}")
    taken = board.page.locator('form[action*="/alarms/"] button')
    while taken.count():
        left = taken.count()
        taken.first.click()
        board.page.wait_for_load_state()
        assert taken.count() < left
    board.go(f"/staff/contacts/{contact_id}/log")
    board.check()
    board.picture(f"log-{language}-{size}")
    close(listener)
    for visitor in (seeker, listener, board):
        visitor.leave()


@everywhere
def test_the_quiet_pages_are_sound(browser: Browser, running: RunningHouse, language: str, size: str) -> None:
    seeker = visit(browser, running.base_url, language, size)
    reference = ["/api"] if (language, size) == ("en-GB", "phone") else []  # the longest, the same in every language
    for path in ("/help", "/privacy", "/return", "/goodbye", "/no-such-page", "/staff/sign-in", *reference):
        seeker.troubles.clear()
        seeker.go(path)
        if path == "/no-such-page":
            seeker.troubles.clear()
        seeker.check()
    seeker.leave()


@everywhere
def test_an_administrator_invites_somebody_who_joins(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    admin = visit(browser, running.base_url, language, size)
    sign_in(admin, running.login_of("administrator"))
    admin.go("/staff/people")
    admin.check()
    admin.picture(f"people-{language}-{size}")
    admin.page.locator('form[action$="/staff/invites"] [name=roles][value=volunteer]').check()
    admin.submit("/staff/invites")
    link = re.search(r"/staff/invite/[A-Za-z0-9_-]+", admin.page.locator("p.copy").inner_text())
    assert link is not None
    guest = visit(browser, running.base_url, language, size)
    guest.go(link.group(0))
    guest.check()
    guest.page.fill("[name=login]", f"guest-{language.lower()}-{size}")
    guest.page.fill("[name=alias]", "Guest")
    guest.page.fill("[name=password]", "a-Long-enough-1-word")
    guest.page.locator("main form button").last.click()
    guest.arrives("/staff/sign-in")
    sign_in(guest, {"login": f"guest-{language.lower()}-{size}", "password": "a-Long-enough-1-word"})
    guest.go("/staff/account")
    guest.check()
    admin.leave()
    guest.leave()
