"""A running helpline and a real browser for the tests of the pages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from support.browser import find_chromium, launch


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; skips where the machine has none."""
    if find_chromium() is None:
        pytest.skip("no Chromium on this machine: install the package chromium")
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()
