"""A supervisor blocks a number where the contact stands, lifts it again, and hears what was recorded."""

import pytest
from playwright.sync_api import Browser
from support.browser import ONE_EACH, sign_in, visit
from support.houses import RunningHouse

from hotline.contacts import recordings
from hotline.contacts import store as contacts
from hotline.domain.phone import RecordingState
from hotline.flow.unit import UnitOfWork
from hotline.lab.telephone import recordings as double
from hotline.lab.telephone.states import Recording
from hotline.settings import Settings
from hotline.wiring import opened_helpline

LOADS = """player => new Promise((done, failed) => {
  player.onloadedmetadata = () => done(player.duration);
  player.onerror = () => failed(player.error.message);
  player.preload = 'metadata';
  player.load();
})"""
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def came_by_telephone(running: RunningHouse, contact_id: str) -> None:
    """The contact keeps a number, and a recording of its call."""
    with opened_helpline(Settings.load(data_dir=running.data_dir)) as helpline, UnitOfWork(helpline) as unit:
        contacts.keep_identity(unit.conn, unit.keys, contact_id, "phone", "+85291234567", unit.now)
        sid, state = "RE" + contact_id, RecordingState.PROMISED
        made = recordings.add(unit.conn, sid=sid, contact_id=contact_id, state=state, seconds=61, now=unit.now)
        sound = double.media(Recording("RE1", "Conference", unit.now, None, None))
        recordings.keep(unit.conn, unit.keys, recordings.get(unit.conn, str(made)), sound, "audio/x-wav", unit.now)
        unit.commit()


def somebody_came(browser: Browser, running: RunningHouse, language: str, size: str) -> str:
    """A contact that came by telephone and has a recording; gives its id."""
    running.everybody_goes_home()
    seeker = visit(browser, running.base_url, language, size)
    seeker.go("/")
    seeker.submit("/start")
    seeker.arrives("/chat")
    contact_id = str(seeker.page.evaluate("fetch('/api/v1/contact').then(answer => answer.json())")["contact_id"])
    seeker.leave()
    came_by_telephone(running, contact_id)
    return contact_id


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_a_number_is_blocked_and_a_recording_heard(
    browser: Browser, running: RunningHouse, language: str, size: str
) -> None:
    contact_id = somebody_came(browser, running, language, size)
    wong = visit(browser, running.base_url, language, size)
    sign_in(wong, running.login_of("supervisor"))
    wong.go(f"/staff/contacts/{contact_id}")
    assert wong.page.locator("audio").evaluate(LOADS) > 0.5
    wong.page.locator("#block-details summary").click()
    wong.page.fill("#block-reason", "laughs and hangs up")
    wong.check()
    wong.page.locator("#block-details").scroll_into_view_if_needed()
    wong.picture(f"block-form-{language}-{size}")
    wong.page.locator("#block-details button").click()
    wong.page.get_by_text("laughs and hangs up").wait_for()
    wong.check()
    wong.page.locator("#block-title").scroll_into_view_if_needed()
    wong.picture(f"block-stands-{language}-{size}")
    wong.go("/staff/phone")
    wong.page.locator("[data-block]").wait_for()
    wong.check()
    wong.page.locator("#blocks-title").scroll_into_view_if_needed()
    wong.picture(f"block-listed-{language}-{size}")
    wong.page.locator("[data-block] button").click()
    wong.page.locator("[data-block]").wait_for(state="detached")
    wong.leave()
