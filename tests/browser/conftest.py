"""A running helpline and a real browser for the tests of the pages."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from support.browser import find_chromium, launch
from support.houses import RunningHouse


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; skips where the machine has none."""
    if find_chromium() is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    if subprocess.run([*compute_driver_executable(), "--version"], capture_output=True, check=False).returncode:
        pytest.skip("the browser's driver does not start on this machine: install the package libatomic1")
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


@pytest.fixture(autouse=True)
def nobody_stays(browser: Browser, request: pytest.FixtureRequest) -> Iterator[None]:
    """Close what a test's people left open; a hundred forgotten pages made the later tests too slow to pass.

    Their streams end first: closing a context while they are open made Chromium hang now and then. Then the house is
    emptied: somebody in danger whom one test left waiting went before the people of the next.
    """
    yield
    for context in browser.contexts:
        for page in context.pages:
            with suppress(PlaywrightError):
                page.goto("about:blank")
        context.close()
    for house in request.node.funcargs.values():
        if isinstance(house, RunningHouse):
            house.everybody_goes_home()
