"""Somebody writes after the listener closed: the words arrive, and so does the next listener's answer."""

import pytest
from playwright.sync_api import Browser
from support.browser import CALL, ask_by_hand, sign_in, visit
from support.houses import RunningHouse

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_words_after_the_close_are_answered_on_the_same_page(browser: Browser, running: RunningHouse) -> None:
    listener = visit(browser, running.base_url, "en-GB", "desktop")
    sign_in(listener, next(one for one in running.logins if one["login"] == "demo-clinician"))
    listener.go("/staff/desk")
    listener.page.evaluate(CALL, ["POST", "/duty", {"on_duty": True}])
    seeker = visit(browser, running.base_url, "en-GB", "phone")
    seeker.go("/")
    seeker.submit("/start")
    seeker.arrives("/chat")
    for text, answer in (("first words", "first answer"), ("I took all of it", "second answer")):
        seeker.page.fill("#text", text)
        seeker.page.locator("#composer button").first.click()
        seeker.has_text(text)
        seeker.page.wait_for_timeout(500)
        contact_id = seeker.page.evaluate("fetch('/api/v1/contact').then(one => one.json())")["contact_id"]
        running.everybody_is_rested()
        ask_by_hand(browser, running.login_of("supervisor"), listener, contact_id)
        claimed = listener.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/claim", None])
        assert claimed["body"]["state"] == "in_conversation"
        body = {"client_message_id": f"m-{answer}"[:20].replace(" ", "-"), "text": answer}
        listener.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/messages", body])
        seeker.has_text(answer)
        listener.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/close", {"outcome": "supported"}])
    seeker.leave()
    listener.leave()
