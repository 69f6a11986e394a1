"""A listener sees why, asks and ticks; a supervisor reads the quality report: phone and desktop, three languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from support.browser import PICTURES, Visitor, sign_in, visit
from support.browser import take as accept
from support.houses import RunningHouse, running_house
from support.quality import many_judged

from hotline.settings import Settings
from hotline.wiring import opened_helpline, prepare

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ["zh-CN", "zh-TW", "en-GB"]
WISH = {
    "zh-CN": "这几天一直睡不着。我不想活了，今晚就想自杀",
    "zh-TW": "呢幾日成日瞓唔着。我唔想做人，今晚就想自殺",
    "en-GB": "I have not slept for days. I want to kill myself tonight",
}
PICTURE_WHOLE = PICTURES
everywhere = pytest.mark.parametrize(
    ("language", "size"), [(lang, size) for lang in LANGUAGES for size in ("phone", "desktop")]
)


@pytest.fixture(scope="module")
def judging_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A helpline with a candidate in shadow, and conversations that people have judged."""
    data_dir = tmp_path_factory.mktemp("judging")
    settings = Settings.load({}, data_dir=data_dir)
    prepare(settings)
    with opened_helpline(settings) as helpline:
        many_judged(helpline, rounds=5)
    with running_house(data_dir, HOTLINE_SHADOW_MODELS_DIR=str(ROOT / "models")) as house:
        yield house


def reach_out(browser: Browser, house: RunningHouse, language: str, text: str) -> Visitor:
    seeker = visit(browser, house.base_url, language, "phone")
    seeker.go("/")
    seeker.submit("/start")
    seeker.arrives("/chat")
    write(seeker, text)
    return seeker


def write(visitor: Visitor, text: str) -> None:
    visitor.page.fill("#text", text)
    visitor.page.locator("#composer button").first.click()
    visitor.has_text(text)


def take(browser: Browser, house: RunningHouse, seeker: Visitor, size: str) -> Visitor:
    """A listener with an open desk takes this contact."""
    house.everybody_is_rested()
    language = seeker.page.evaluate("navigator.language")
    listener = visit(browser, house.base_url, language, size)
    sign_in(listener, next(person for person in house.logins if person["login"] == "demo-clinician"))
    listener.go("/staff/desk")
    if listener.page.locator('[data-duty="1"]').count() == 0:
        listener.submit("/staff/duty")
        listener.page.locator('[data-duty="1"]').first.wait_for()
    accept(browser, house.login_of("supervisor"), listener, seeker)
    return listener


def close(listener: Visitor) -> None:
    page = listener.page
    page.locator("#close-details").evaluate("one => { one.open = true }")
    page.select_option("#close-details [name=outcome]", "supported")
    page.select_option("#close-details [name=asked]", "yes")
    page.select_option("#close-details [name=level]", "high")
    listener.submit("/close")
    listener.arrives("/staff/desk")


def asks(listener: Visitor) -> None:
    """The sentence to say next goes into the message by one tap, and the answer leads to the next one."""
    sentence = listener.page.locator('section > [data-ask-next="wish"]')
    words = sentence.inner_text()
    sentence.click()
    assert listener.page.input_value("#text") == words
    listener.page.locator("#text").fill("")
    listener.page.locator("#ask-wish-yes").click()
    listener.page.locator('section > [data-ask-next="thoughts"]').wait_for()


@everywhere
def test_a_listener_sees_why_asks_and_ticks(
    browser: Browser, judging_house: RunningHouse, language: str, size: str
) -> None:
    seeker = reach_out(browser, judging_house, language, "hi" if language == "en-GB" else "你好")
    listener = take(browser, judging_house, seeker, size)
    page = listener.page
    write(seeker, WISH[language])
    mark = page.locator(".message.seeker").filter(has_text=WISH[language]).locator("mark").first
    mark.wait_for(timeout=10_000)
    assert mark.inner_text() in WISH[language]
    assert page.locator(".message.seeker .reasons li").count() >= 1
    page.locator("svg.course").wait_for()
    asks(listener)
    page.locator("#ask-plan-refused").click()
    page.locator('#ask-plan-refused[aria-pressed="true"]').wait_for()
    page.locator("#ask-alone-yes").click()
    page.locator('#ask-alone-yes[aria-pressed="true"]').wait_for()
    listener.check()
    listener.picture(f"why-{language}-{size}")
    page.locator("#ask-title").scroll_into_view_if_needed()
    listener.picture(f"asked-{language}-{size}")
    page.locator("#close-details").evaluate("one => { one.open = true }")
    page.locator("#close-details").scroll_into_view_if_needed()
    listener.check()
    listener.picture(f"closing-{language}-{size}")
    page.reload()
    assert page.locator(".message.seeker mark").count() >= 1
    close(listener)
    seeker.leave()
    listener.leave()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_said_stays_in_sight_however_much_the_house_says_after_it(
    browser: Browser, judging_house: RunningHouse, language: str
) -> None:
    seeker = reach_out(browser, judging_house, language, "?")
    write(seeker, WISH[language])
    listener = take(browser, judging_house, seeker, "phone")
    listener.picture(f"first-words-{language}-phone")
    for said in listener.page.locator(".message.seeker").all():
        expect(said).to_be_in_viewport(ratio=0.9)
    close(listener)
    seeker.leave()
    listener.leave()


def test_whoever_reads_on_is_not_pulled_back(browser: Browser, judging_house: RunningHouse) -> None:
    seeker = reach_out(browser, judging_house, "en-GB", WISH["en-GB"])
    listener = take(browser, judging_house, seeker, "phone")
    scroller = listener.page.locator("[data-scroller]")
    at = scroller.evaluate("one => { one.scrollTop = one.scrollHeight; return one.scrollTop }")
    seeker.page.fill("#text", "still")
    listener.page.locator("#typing:not(:empty)").wait_for()
    listener.page.set_viewport_size({"width": 360, "height": 700})
    listener.page.wait_for_timeout(300)
    assert scroller.evaluate("one => one.scrollTop") >= at
    close(listener)
    seeker.leave()
    listener.leave()


def test_whoever_only_reads_a_conversation_is_refused_nothing(browser: Browser, judging_house: RunningHouse) -> None:
    seeker = reach_out(browser, judging_house, "en-GB", "I will kill myself tonight")
    auditor = visit(browser, judging_house.base_url, "en-GB", "desktop")
    sign_in(auditor, judging_house.login_of("auditor"))
    auditor.go("/staff/board")
    auditor.page.locator('a[href*="/staff/contacts/"]').first.click()
    auditor.arrives("/staff/contacts/")
    auditor.has_text("I will kill myself tonight")
    auditor.check()
    for one in (seeker, auditor):
        one.leave()


@everywhere
def test_a_supervisor_reads_the_quality_report(
    browser: Browser, judging_house: RunningHouse, language: str, size: str
) -> None:
    supervisor = visit(browser, judging_house.base_url, language, size)
    sign_in(supervisor, judging_house.login_of("supervisor"))
    supervisor.go("/staff/quality?days=91")
    page = supervisor.page
    assert page.locator("svg.plot").count() == 8
    for table in page.locator("main details > summary").all():
        table.click()
    supervisor.check()
    if PICTURE_WHOLE:
        page.screenshot(path=f"{PICTURE_WHOLE}/quality-{language}-{size}.png", full_page=True)
    page.locator("a[href*='weekly']").first.click()
    page.select_option("#review-level", "routine")
    supervisor.check()
    supervisor.picture(f"hindsight-{language}-{size}")
    with page.expect_response("**/review-level"):
        page.locator('form[action$="/review-level"] button').click()
    supervisor.go("/staff/quality?days=7")
    page.locator("#sample-title ~ ul .verified").first.wait_for()
    supervisor.leave()
