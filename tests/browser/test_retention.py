"""A hold is placed by one and lifted by two, a conversation erased by two; every page says so, in three languages."""

import re

import pytest
from playwright.sync_api import Browser, expect
from support.browser import ONE_EACH, Visitor, sign_in, somebody, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def found(visitor: Visitor, pseudonym: str) -> None:
    visitor.go(f"/staff/retention?pseudonym={pseudonym}")


def sends(visitor: Visitor, details: str, reason: str) -> None:
    """Open one of the page's forms, say why and send it."""
    visitor.page.locator(f"#{details} summary").click()
    visitor.page.fill(f"#{details} [name=reason]", reason)
    visitor.page.locator(f"#{details} form button").click()
    visitor.page.locator("#flashes .ok, .flash.ok, .notice.ok").first.wait_for()


def agrees(visitor: Visitor, pseudonym: str) -> None:
    found(visitor, pseudonym)
    visitor.page.locator('form[action*="/second-words/"] button[value="1"]').first.click()
    visitor.page.locator("#flashes .ok, .flash.ok, .notice.ok").first.wait_for()


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_a_conversation_is_held_released_and_erased_by_two(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    seeker = somebody(browser, running, language, size)
    about = seeker.page.evaluate("fetch('/api/v1/contact').then(answer => answer.json())")
    running.everybody_goes_home()
    boss, admin = (visit(browser, running.base_url, language, size) for _ in range(2))
    sign_in(boss, running.login_of("supervisor"))
    sign_in(admin, running.login_of("administrator"))
    name, path = about["pseudonym"], f"/staff/contacts/{about['contact_id']}"
    found(boss, name)
    sends(boss, "hold-1", "police report 7/2026")
    expect(boss.page.locator(f'[data-hold="{name}"]')).to_have_count(1)
    boss.check()
    boss.picture(f"retention-hold-{language}-{size}")
    boss.go(path)
    boss.has_text("police report 7/2026")
    boss.picture(f"retention-held-contact-{language}-{size}")
    found(admin, name)
    sends(admin, "lift-1", "the case is closed")
    agrees(boss, name)
    expect(boss.page.locator(f'[data-hold="{name}"]')).to_have_count(0)
    erased_by_two(admin, boss, name)
    after_it_was_erased(boss, seeker, path, f"{language}-{size}")


def erased_by_two(admin: Visitor, boss: Visitor, name: str) -> None:
    found(admin, name)
    sends(admin, "erase-1", "asked by letter")
    admin.check()
    admin.picture(
        f"retention-asked-{admin.page.evaluate('document.documentElement.lang')}-{admin.page.evaluate('innerWidth')}"
    )
    agrees(boss, name)


def after_it_was_erased(boss: Visitor, seeker: Visitor, path: str, shown: str) -> None:
    boss.picture(f"retention-erased-{shown}")
    boss.check()
    for page in ("", "/log"):
        boss.go(path + page)
        expect(boss.page.get_by_text(re.compile("Erased on|已于|已於")).first).to_be_visible()
        boss.check()
        boss.picture(f"erased-contact{page.replace('/', '-')}-{shown}")
    seeker.go("/chat")
    expect(seeker.page.get_by_text(re.compile("no longer kept|不再保存")).first).to_be_visible()
    assert "a hard day" not in seeker.page.content()
    seeker.check()
    seeker.picture(f"erased-seeker-{shown}")
    seeker.leave()
    boss.leave()
