"""One person writes, is called, and texts; the listener sees one contact, one history, and every leg of the call."""

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from support.browser import CALL, ONE_EACH, Visitor, ask_by_hand, at_the_desk, contact_of, sign_in, visit
from support.houses import RunningHouse, clean_environ, free_port, wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PATIENCE_MS = 45_000
ANA, LINE, HELPER = "+12025550121", "+12025550101", "+12025550112"


@dataclass(frozen=True)
class Lab:
    """The invented telephone company: what people do with their telephones, and what is to be seen there."""

    house: RunningHouse
    address: str

    def act(self, name: str, **given: Any) -> None:
        headers = {"X-Phone-Lab": "1", "Content-Type": "application/json"}
        body = json.dumps(given).encode()
        asked = urllib.request.Request(f"{self.address}/lab/acts/{name}", body, headers)  # noqa: S310 - our own address
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 - the same
            assert json.load(answer)["ok"]

    def state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.address}/lab/state", timeout=10) as answer:  # noqa: S310 - our own address
            found: dict[str, Any] = json.load(answer)
        return found

    def is_quiet(self) -> None:
        """Whatever an earlier try left open is over: nobody is on the line, held or waiting."""
        for phone in self.state()["phones"]:
            for call in (*phone["ringing"], *phone["talking"]):
                self.act("hang_up", sid=call["sid"])
        self.house.everybody_goes_home()

    def ringing(self, page: Any, number: str) -> str:
        """The id of the call that rings at this number, once it does."""
        for _ in range(80):
            phones = {one["number"]: one for one in self.state()["phones"]}
            ringing = phones.get(number, {}).get("ringing", [])
            if ringing:
                sid: str = ringing[0]["sid"]
                return sid
            page.wait_for_timeout(250)
        raise AssertionError(f"nothing rings at {number}: {self.state()['phones']}")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A whole helpline beside the double; its listeners come on duty by themselves at their desks."""
    port, lab_port = free_port(), free_port()
    data_dir = tmp_path_factory.mktemp("three-ways")
    line = [sys.executable, "-m", "hotline", "phone-lab", "--no-duty", "--port", str(port), "--lab-port", str(lab_port)]
    process = subprocess.Popen(
        [*line, "--data-dir", str(data_dir)],
        env=clean_environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    house = RunningHouse(f"http://127.0.0.1:{port}", data_dir, process)
    try:
        wait_until_ready(process, house.base_url)
        yield Lab(house, f"http://127.0.0.1:{lab_port}")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def writes_and_asks_to_be_called(browser: Browser, lab: Lab, language: str) -> tuple[Visitor, str]:
    seeker = visit(browser, lab.house.base_url, language, "phone")
    seeker.go("/")
    seeker.submit("/start")
    seeker.arrives("/chat")
    seeker.page.fill("#text", "a hard day")
    seeker.page.locator("#composer button").first.click()
    seeker.has_text("a hard day")
    contact_id = contact_of(seeker)
    wish = {"phone": ANA, "safe_to_call": True, "safe_to_text": True, "safe_to_leave_message": False}
    answer = seeker.page.evaluate(CALL, ["POST", "/contact/callback", wish])
    assert answer["status"] == 200, answer
    return seeker, contact_id


def is_called(lab: Lab, listener: Visitor) -> None:
    """The listener's telephone rings first, then the person's; key 1 connects both."""
    page = listener.page
    page.locator('button[name="act"][value="call"]').click()
    lab.act("answer", sid=lab.ringing(page, HELPER), press="1")
    person = lab.ringing(page, ANA)
    lab.act("answer", sid=person, press="1")
    expect(page.locator("#legs li")).to_have_count(2, timeout=PATIENCE_MS)
    expect(page.locator('button[name="act"][value="hold"]')).to_be_visible(timeout=PATIENCE_MS)


def the_board_shows_every_leg(browser: Browser, lab: Lab, contact_id: str, language: str, size: str) -> None:
    boss = visit(browser, lab.house.base_url, language, size)
    sign_in(boss, lab.house.login_of("supervisor"))
    boss.go("/staff/board")
    boss.page.locator(f'.calls a[href$="{contact_id}"]').wait_for()
    boss.page.evaluate("document.getElementById('calls-title').scrollIntoView()")
    boss.check()
    boss.picture(f"calls-on-the-board-{language}-{size}")
    boss.leave()


def go_on_by_text(lab: Lab, listener: Visitor, text: str) -> None:
    """The person texts; the listener's answer leaves as a text."""
    lab.act("text", **{"from": ANA, "to": LINE, "text": text})
    listener.has_text(text)
    answer = f"Good to hear: {text}"
    listener.page.fill("#text", answer)
    listener.page.locator("#composer button.primary").click()
    for _ in range(80):
        if any(one["body"] == answer for one in lab.state()["texts"]):
            return
        listener.page.wait_for_timeout(250)
    raise AssertionError(lab.state()["texts"])


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_one_person_by_web_phone_and_text(browser: Browser, lab: Lab, language: str, size: str) -> None:
    lab.is_quiet()
    listener = at_the_desk(browser, lab.house, "demo-crisis", language, size)
    seeker, contact_id = writes_and_asks_to_be_called(browser, lab, language)
    ask_by_hand(browser, lab.house.login_of("supervisor"), listener, contact_id)
    listener.page.locator("#accept-offer").wait_for(timeout=PATIENCE_MS)
    listener.page.keyboard.press("F2")
    listener.arrives(f"/contacts/{contact_id}")
    is_called(lab, listener)
    listener.check()
    listener.picture(f"call-at-the-desk-{language}-{size}")
    the_board_shows_every_leg(browser, lab, contact_id, language, size)
    go_on_by_text(lab, listener, f"I am on the bus now {language} {size}")
    listener.picture(f"three-ways-{language}-{size}")
    listener.page.locator('button[name="act"][value="hang_up"]').click()
    expect(listener.page.locator("#legs")).to_have_count(0, timeout=PATIENCE_MS)
    done = listener.page.evaluate(CALL, ["POST", f"/contacts/{contact_id}/close", {"outcome": "supported"}])
    assert done["status"] == 200, done
    for visitor in (seeker, listener):
        visitor.leave()
