"""The command `hotline phone-lab`: a real helpline beside the double, from the first ring to the listener's voice."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.browser import visit
from support.houses import free_port

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PATIENCE_MS = 60_000


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A whole helpline beside the double, started as an operator starts it."""
    port, lab_port = free_port(), free_port()
    line = [sys.executable, "-m", "hotline", "phone-lab", "--port", str(port), "--lab-port", str(lab_port)]
    with (tmp_path / "out").open("wb") as out:
        house = subprocess.Popen([*line, "--data-dir", str(tmp_path / "data")], stdout=out, stderr=out)
        try:
            yield f"http://127.0.0.1:{lab_port}"
        finally:
            house.send_signal(signal.SIGINT)
            house.wait(30)


def hears(where: Locator, text: str) -> None:
    expect(where).to_contain_text(text, timeout=PATIENCE_MS)


def opened(page: Page, address: str) -> None:
    """Open the page as soon as it is there."""
    for _ in range(60):
        try:
            page.goto(address)
        except Exception:  # noqa: BLE001 - nobody listens yet
            page.wait_for_timeout(1000)
        else:
            return


def test_a_caller_in_danger_is_connected_with_whoever_presses_1(browser: Browser, address: str) -> None:
    player = visit(browser, address, "en-GB", "desktop")
    opened(player.page, address)
    player.page.locator("#dial button:enabled").click(timeout=PATIENCE_MS)
    caller = player.page.get_by_role("article", name="Call of Ana")
    hears(caller, "helpline")
    caller.get_by_role("button", name="1", exact=True).click()
    player.page.get_by_role("button", name="Answer and press 1").first.wait_for(timeout=PATIENCE_MS)
    name = player.page.locator("#lines .card.rings h3").first.inner_text()
    talking = player.page.get_by_role("article", name=f"Telephone of {name}")
    talking.get_by_role("button", name="Answer and press 1").click()
    hears(caller, f"{name} is here")
    for card in (caller, talking):  # what is said before both are in the conference is heard by nobody
        hears(card.locator(".status"), "talks")
    talking.get_by_label(f"{name} says").fill("Good that you called")
    talking.get_by_role("button", name="Say").click()
    hears(caller, "Good that you called")
    player.check()
    player.picture("phone-lab-house")
