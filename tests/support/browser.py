"""Real Chromium for the tests: a context for each person, and everything that goes wrong in it is remembered."""

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, expect
from playwright.sync_api import Error as PlaywrightError
from support.houses import RunningHouse

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}
TABLET = {"width": 768, "height": 1024}
SIZES = {"phone": PHONE, "tablet": TABLET, "desktop": DESKTOP}
PAIRS = [("zh-CN", "phone"), ("zh-TW", "desktop"), ("en-GB", "phone"), ("en-GB", "desktop")]
ONE_EACH = [*PAIRS[:3], pytest.param(*PAIRS[3], marks=pytest.mark.campaign)]
"""Every language and every size, for journeys of several people; the fourth pair runs with the campaigns.

Each page alone is looked at in all six pairs.
"""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
PICTURES = os.environ.get("HOTLINE_PICTURES")
"""A folder for pictures of the pages, for example ``docs/images``; unset, none are kept."""


def find_chromium() -> str | None:
    """The machine's own browser; the one without windows first, which opens a page with a quarter of the work."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def launch(playwright: Playwright) -> Browser:
    """Chromium without a window; raises when the machine has none."""
    return playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)


@dataclass
class Visitor:
    """One person's browser: a page, and what went wrong in it."""

    context: BrowserContext
    page: Page
    base_url: str
    troubles: list[str] = field(default_factory=list)

    def leave(self) -> None:
        """End the page's streams; closing a context while they are open made Chromium hang now and then."""
        for _ in range(5):
            with suppress(PlaywrightError):  # the page may be on its way elsewhere by itself
                self.page.goto("about:blank")
                return

    def go(self, path: str) -> None:
        self.page.goto(self.base_url + path)

    def arrives(self, path: str, seconds: float = 30) -> None:
        """Wait until the page stands at an address that ends so, or goes on after it when ``path`` ends with ``/``.

        Looked at again and again: a wait for one navigation fails when the page starts a second one meanwhile.
        """
        end = "" if path.endswith("/") else r"([?#].*)?$"
        expect(self.page).to_have_url(re.compile(re.escape(path) + end), timeout=seconds * 1000)
        self.page.wait_for_load_state()

    def submit(self, action_end: str, index: int = 0) -> None:
        """Press the button of the form whose action ends so."""
        self.page.locator(f'form[action$="{action_end}"] button').nth(index).click()

    def has_text(self, text: str) -> None:
        """Wait until the page shows it."""
        self.page.get_by_text(text).first.wait_for(state="visible", timeout=10_000)

    def check(self) -> None:
        """No accessibility violation, nothing wider than the screen, no error on the console, no foreign request."""
        found = [
            (one["id"], one["nodes"][0]["html"][:120])
            for one in Axe().run(self.page, options={"resultTypes": ["violations"]})["violations"]
        ]
        assert not found, found
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "wider than the screen"
        assert self.troubles == []

    def check_but_status(self) -> None:
        """As :meth:`check`, after a form was sent wrongly on purpose: the browser tells that the answer was a 400."""
        self.troubles = [one for one in self.troubles if "status of 400" not in one]
        self.check()

    def picture(self, name: str) -> None:
        """Keep a picture, when pictures are wanted."""
        if PICTURES:
            folder = Path(PICTURES)
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}.png")


def visit(browser: Browser, base_url: str, language: str, size: str, **given: Any) -> Visitor:
    """A new person with a fresh browser of this language and screen."""
    context = browser.new_context(locale=language, viewport=SIZES[size], **given)  # type: ignore[arg-type]
    visitor = Visitor(context, context.new_page(), base_url)

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            visitor.troubles.append(message.text)

    def on_request(request: Request) -> None:
        if not request.url.startswith((base_url, "data:")):
            visitor.troubles.append(f"left the origin: {request.url}")

    visitor.page.on("console", on_console)
    visitor.page.on("request", on_request)
    return visitor


_cookies: dict[tuple[str, str], Any] = {}


def sign_in(visitor: Visitor, login: dict[str, Any]) -> None:
    """Sign in at the desks' door; the same person's next browser takes the same session, for the sake of the limits."""
    known = _cookies.get((visitor.base_url, login["login"]))
    if known:
        visitor.context.add_cookies(known)
        visitor.go("/staff/")
        return
    visitor.go("/staff/sign-in")
    visitor.page.fill("[name=login]", login["login"])
    visitor.page.fill("[name=password]", login["password"])
    visitor.page.keyboard.press("Enter")
    expect(visitor.page).not_to_have_url(re.compile("/sign-in$"), timeout=30_000)
    _cookies[visitor.base_url, login["login"]] = [
        cookie for cookie in visitor.context.cookies() if cookie.get("name") == "hl_staff"
    ]


CALL = """async ([method, path, body]) => {
  const token = document.querySelector('meta[name="csrf-token"]').content;
  const headers = {Accept: "application/json", "X-CSRFToken": token};
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch("/api/v1" + path, {method, headers, body: body ? JSON.stringify(body) : undefined});
  return {status: answer.status, body: answer.status === 204 ? null : await answer.json()};
}"""
"""Ask the API from inside a page: ``evaluate(CALL, [method, path, body])`` gives status and body."""


def somebody(browser: Browser, house: RunningHouse, language: str, size: str = "phone") -> Visitor:
    """Somebody who has started a conversation and written "a hard day"."""
    seeker = visit(browser, house.base_url, language, size)
    seeker.go("/")
    seeker.submit("/start")
    seeker.arrives("/chat")
    seeker.page.fill("#text", "a hard day")
    seeker.page.locator("#composer button").first.click()
    seeker.has_text("a hard day")
    return seeker


def at_the_desk(browser: Browser, house: RunningHouse, login: str, language: str, size: str) -> Visitor:
    """A demo person on duty at their desk."""
    listener = visit(browser, house.base_url, language, size)
    sign_in(listener, next(one for one in house.logins if one["login"] == login))
    listener.go("/staff/desk")
    assert listener.page.evaluate(CALL, ["POST", "/duty", {"on_duty": True}])["status"] == 200
    return listener


def contact_of(seeker: Visitor) -> str:
    """The contact of this seeker's page, once it waits."""
    for _ in range(50):
        found = seeker.page.evaluate("fetch('/api/v1/contact').then(answer => answer.json())")
        if found["state"] not in {"received", "assessed"}:
            break
        seeker.page.wait_for_timeout(100)
    contact_id: str = found["contact_id"]
    return contact_id


def ask_by_hand(browser: Browser, supervisor: dict[str, Any], listener: Visitor, contact_id: str) -> None:
    """A supervisor asks this listener about exactly this contact."""
    me = listener.page.evaluate(CALL, ["GET", "/desk", None])["body"]["me"]["person_id"]
    boss = visit(browser, listener.base_url, "en-GB", "desktop")
    sign_in(boss, supervisor)
    boss.go("/staff/account")
    answer = boss.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/assign", {"person_id": me}])
    assert answer["status"] == 204, answer
    boss.leave()


def take(browser: Browser, supervisor: dict[str, Any], listener: Visitor, seeker: Visitor) -> str:
    """The listener is asked about this seeker's contact and says yes; gives its id."""
    contact_id = contact_of(seeker)
    for _ in range(4):  # an offer may be lost to somebody in more danger, then the supervisor asks once more
        ask_by_hand(browser, supervisor, listener, contact_id)
        listener.page.locator("#accept-offer").wait_for(timeout=10_000)
        listener.page.keyboard.press("F2")
        with suppress(AssertionError):
            listener.arrives("/contacts/", 6)
            break
    return contact_id
