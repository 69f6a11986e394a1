"""A listener chooses calls in the browser, is rung at the desk, takes the caller, and speaks on; with the double."""

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from support.browser import ONE_EACH, Visitor, sign_in, visit
from support.houses import RunningHouse, clean_environ, free_port, wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
SDK = Path(__file__).parents[1] / "support" / "voice_sdk.js"
ANA, ENGLISH_LINE = "+12025550121", "+12025550101"
LOGIN = "demo-crisis"
PATIENCE_MS = 60_000
WORDS = {"en-GB": "ready", "zh-CN": "就绪", "zh-TW": "就緒"}
HEARD = {"en-GB": "The microphone hears you.", "zh-CN": "麦克风能听到你。", "zh-TW": "麥克風能聽到你。"}


@dataclass(frozen=True)
class Rehearsal(RunningHouse):
    """A helpline and the invented telephone company beside it."""

    lab_url: str

    @property
    def login(self) -> dict[str, Any]:
        return next(one for one in self.logins if one["login"] == LOGIN)

    def act(self, name: str, **given: Any) -> None:
        """Do something at the other end; what makes no sense any more is left."""
        headers = {"X-Phone-Lab": "1", "Content-Type": "application/json"}
        asked = urllib.request.Request(f"{self.lab_url}/lab/acts/{name}", json.dumps(given).encode(), headers)  # noqa: S310
        try:
            urllib.request.urlopen(asked, timeout=20).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError as no:
            assert no.code == 409, no  # noqa: PT017

    def state(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.lab_url}/lab/state", timeout=20) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
        return found

    def rings(self, identity: str) -> dict[str, str | None]:
        """What rings and what is connected at a browser."""
        phones = [one for one in self.state()["phones"] if one["number"] == f"client:{identity}"]
        return {
            what: next((leg["sid"] for phone in phones for leg in phone[what]), None) for what in ("ringing", "talking")
        }


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """A demo helpline whose operator configured calls in the browser; the demo listeners' telephones stay silent."""
    port, lab_port, folder = free_port(), free_port(), tmp_path_factory.mktemp("rehearsal")
    line = [sys.executable, "-m", "hotline", "phone-lab", "--port", str(port), "--lab-port", str(lab_port), "--no-duty"]
    given = {"TWILIO_API_KEY_SID": "SK" + "1" * 32, "TWILIO_API_KEY_SECRET": "s" * 32, "HOTLINE_VOICE_SDK": str(SDK)}
    house = subprocess.Popen(
        [*line, "--data-dir", str(folder)],
        env=clean_environ(**given),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        wait_until_ready(house, f"http://127.0.0.1:{port}")
        yield Rehearsal(f"http://127.0.0.1:{port}", folder, house, f"http://127.0.0.1:{lab_port}")
    finally:
        house.send_signal(signal.SIGINT)
        house.communicate(timeout=30)


def a_listener(browser: Browser, rehearsal: Rehearsal, language: str, size: str) -> Visitor:
    """Signed in, with the test's hand where the provider's script would reach the provider."""
    lin = visit(browser, rehearsal.base_url, language, size, permissions=[])
    lin.context.expose_function("voiceAsk", lambda act, given: rehearsal.act(act, **given))
    # The driver writes on the function it is given, and a method's owner is frozen.
    lin.context.expose_function("voiceRings", lambda identity: rehearsal.rings(identity))  # noqa: PLW0108
    sign_in(lin, rehearsal.login)
    return lin


def chooses_the_browser(lin: Visitor, name: str) -> None:
    lin.go("/staff/account")
    lin.page.locator("[name=calls_by][value=browser]").check()
    lin.page.locator("form[action$='/account/listening'] button").click()
    lin.page.locator(".flashes .ok").wait_for()
    lin.page.locator("[name=calls_by]").last.scroll_into_view_if_needed()
    lin.check()
    lin.picture(f"browser-calls-account-{name}")


def on_duty(lin: Visitor) -> None:
    if lin.page.locator("[data-duty='0']").count():
        lin.page.locator("form[action$='/duty'] button").click()
        lin.page.locator("[data-duty='1']").wait_for()


@pytest.mark.parametrize(("language", "size"), ONE_EACH)
def test_a_call_is_taken_at_the_desk(browser: Browser, rehearsal: Rehearsal, language: str, size: str) -> None:
    name = f"{language}-{size}"
    lin = a_listener(browser, rehearsal, language, size)
    chooses_the_browser(lin, name)
    lin.go("/staff/desk")
    on_duty(lin)
    lin.page.locator("#voice-allow").wait_for()
    lin.check()
    lin.picture(f"browser-calls-microphone-{name}")
    allows_the_microphone(lin, WORDS[language], HEARD[language])
    ana = somebody_in_danger_calls(lin, rehearsal)
    lin.page.locator("#voice-who .level-imminent").wait_for(timeout=PATIENCE_MS)
    lin.check()
    lin.picture(f"browser-calls-rings-{name}")
    lin.page.keyboard.press("F2")
    talks(lin, rehearsal, ana, name)
    ends(lin, rehearsal, ana)


def allows_the_microphone(lin: Visitor, ready: str, heard: str) -> None:
    """Asked for by the button; then it is tried, and hears the machine's own beep."""
    state = lin.page.locator("#voice-state")
    lin.context.grant_permissions(["microphone"])
    lin.page.locator("#voice-allow").click()
    expect(state).to_have_text(ready, timeout=PATIENCE_MS)
    lin.page.locator("#voice-test").click()
    expect(lin.page.locator("#voice-level")).to_be_visible()
    expect(state).to_contain_text(heard, timeout=PATIENCE_MS)
    lin.check()


def somebody_in_danger_calls(lin: Visitor, rehearsal: Rehearsal) -> str:
    """Key 1 as soon as the greeting is heard; gives the provider's id of the call."""
    rehearsal.act("dial", **{"from": ANA, "to": ENGLISH_LINE})
    for _ in range(100):
        call = rehearsal.state()["calls"][0]
        if call["asked"]:
            break
        lin.page.wait_for_timeout(200)
    rehearsal.act("press", sid=call["sid"], keys="1")
    sid: str = call["sid"]
    return sid


def talks(lin: Visitor, rehearsal: Rehearsal, ana: str, name: str) -> None:
    """Connected by key 1; muted and not; the conversation opens beside."""
    lin.page.locator("#voice-who [data-open]").wait_for(timeout=PATIENCE_MS)
    for _ in range(40):
        if next(one for one in rehearsal.state()["calls"] if one["sid"] == ana)["conference"]:
            break
        lin.page.wait_for_timeout(500)
    else:
        raise AssertionError(rehearsal.state()["calls"])
    lin.check()
    lin.picture(f"browser-calls-talks-{name}")
    lin.page.locator("#voice-mute").click()
    expect(lin.page.locator("#voice-mute")).to_have_attribute("aria-pressed", "true")
    assert lin.page.evaluate("window.testCall.muted") is True
    with lin.context.expect_page() as opened:
        lin.page.locator("#voice-who [data-open]").click()
    beside = Visitor(lin.context, opened.value, lin.base_url)
    beside.page.locator("#legs").wait_for(timeout=PATIENCE_MS)
    expect(beside.page.locator("#voice")).to_have_attribute("data-state", "elsewhere")
    beside.check()
    beside.picture(f"browser-calls-beside-{name}")
    beside.page.close()


def ends(lin: Visitor, rehearsal: Rehearsal, ana: str) -> None:
    """Leaving asks first; the caller hangs up and the card goes."""
    asked: list[str] = []
    lin.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    lin.page.evaluate("location.assign('/staff/account')")
    for _ in range(20):
        if asked:
            break
        lin.page.wait_for_timeout(100)
    assert asked == ["beforeunload"]
    rehearsal.act("hang_up", sid=ana)
    lin.page.locator("#voice-end").click()
    lin.page.locator("#voice-call").wait_for(state="hidden")
    assert lin.troubles == []
