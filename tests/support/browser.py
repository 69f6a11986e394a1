"""Real Chromium for the tests: a context for each person, and everything that goes wrong in it is remembered."""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request
from playwright.sync_api import Error as PlaywrightError

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1440, "height": 900}
SIZES = {"phone": PHONE, "desktop": DESKTOP}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PICTURES = os.environ.get("HOTLINE_PICTURES")
"""A folder for pictures of the pages, for example ``docs/images``; unset, none are kept."""


def find_chromium() -> str | None:
    """The machine's own browser."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


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

    def submit(self, action_end: str, index: int = 0) -> None:
        """Press the button of the form whose action ends so."""
        self.page.locator(f'form[action$="{action_end}"] button').nth(index).click()

    def has_text(self, text: str) -> None:
        """Wait until the page shows it."""
        self.page.get_by_text(text).first.wait_for(state="visible", timeout=10_000)

    def check(self) -> None:
        """No accessibility violation, nothing wider than the screen, no error on the console, no foreign request."""
        found = Axe().run(self.page)["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found] == []
        assert self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "wider than the screen"
        assert self.troubles == []

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
    visitor.page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    _cookies[visitor.base_url, login["login"]] = [
        cookie for cookie in visitor.context.cookies() if cookie.get("name") == "hl_staff"
    ]
