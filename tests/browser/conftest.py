"""A running helpline and a real browser for the tests of the pages."""

import subprocess
from collections.abc import Iterator

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, sync_playwright
from support.browser import find_chromium, launch


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
