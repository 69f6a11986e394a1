"""A night of work of each of the four, without a mouse: on a phone, a tablet, a desk, each in another language.

The other six pairs of language and size run with the campaigns.
"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser
from support.browser import ask_by_hand, contact_of, sign_in, somebody, visit
from support.houses import RunningHouse, running_house
from support.keyboard import Keys
from support.quality import many_judged

from hotline.settings import Settings
from hotline.wiring import opened_helpline, prepare

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ALWAYS = [("zh-CN", "phone"), ("zh-TW", "tablet"), ("en-GB", "desktop")]
ALL = [(lang, size) for lang in ("zh-CN", "zh-TW", "en-GB") for size in ("phone", "tablet", "desktop")]
nights = pytest.mark.parametrize(
    ("language", "size"),
    [pytest.param(*one, marks=[] if one in ALWAYS else [pytest.mark.campaign]) for one in ALL],
)


@pytest.fixture(scope="module")
def night_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """A helpline with closed conversations to review, and its demo people."""
    data_dir = tmp_path_factory.mktemp("nights")
    settings = Settings.load({}, data_dir=data_dir)
    prepare(settings)
    with opened_helpline(settings) as helpline:
        policy = replace(helpline.review, sample_share=0.0, double_share=0.0)
        many_judged(replace(helpline, review=policy), rounds=4)
    with running_house(data_dir) as house:
        yield house


def at_work(browser: Browser, house: RunningHouse, login: str, language: str, size: str) -> Keys:
    """Somebody signs in and goes on duty."""
    house.everybody_is_rested()
    keys = Keys(visit(browser, house.base_url, language, size))
    sign_in(keys.visitor, next(one for one in house.logins if one["login"] == login))
    keys.visitor.go("/staff/desk")
    keys.press('form[action$="/duty"] button')
    keys.visitor.page.locator('[data-duty="1"]').wait_for()
    return keys


def look(keys: Keys, name: str, language: str, size: str) -> None:
    keys.visitor.check()
    keys.visitor.picture(f"night-{name}-{language}-{size}")


def takes(browser: Browser, house: RunningHouse, keys: Keys, language: str) -> None:
    """Somebody reaches out, the listener is asked and says yes by one key."""
    seeker = somebody(browser, house, language)
    ask_by_hand(browser, house.login_of("supervisor"), keys.visitor, contact_of(seeker))
    keys.visitor.page.locator("#accept-offer").wait_for()
    keys.visitor.page.keyboard.press("F2")
    keys.visitor.arrives("/contacts/")
    keys.write("#text", "我在这里 / I am here")
    keys.press("#composer button.primary")
    seeker.has_text("我在这里 / I am here")
    seeker.leave()


def closes(keys: Keys) -> None:
    keys.unfold("#close-details")
    keys.choose("#close-details [name=outcome]", "supported")
    keys.choose("#close-details [name=asked]", "denied")
    keys.choose("#close-details [name=level]", "routine")
    keys.write("#next_step", "明早给妈妈打电话 / call mum tomorrow")


@nights
def test_a_listeners_night(browser: Browser, night_house: RunningHouse, language: str, size: str) -> None:
    keys = at_work(browser, night_house, "demo-crisis", language, size)
    look(keys, "listener-desk", language, size)
    takes(browser, night_house, keys, language)
    keys.reach(".scroller")
    keys.visitor.page.keyboard.press("/")
    keys.visitor.page.keyboard.press(
        "Enter"
    )  # the first reviewed phrase goes into the message, and nothing is sent yet
    assert keys.visitor.page.input_value("#text") != ""
    keys.press("#composer button.primary")
    keys.visitor.page.locator(".message.mine").nth(1).wait_for()
    closes(keys)
    look(keys, "listener-closing", language, size)
    keys.press('form[action$="/close"] button.primary')
    keys.visitor.arrives("/staff/desk")
    keys.press('[data-key="break"]')
    keys.visitor.page.locator('[data-key="break"]').wait_for(state="detached")
    look(keys, "listener-break", language, size)
    keys.press('form[action$="/duty"] button')
    keys.visitor.page.locator('[data-duty="0"]').wait_for()


@nights
def test_a_clinicians_night(browser: Browser, night_house: RunningHouse, language: str, size: str) -> None:
    keys = at_work(browser, night_house, "demo-clinician", language, size)
    takes(browser, night_house, keys, language)
    keys.unfold("#level-details")
    keys.choose("#level", "high")
    keys.write("#level-reason", "说到今晚 / spoke of tonight")
    keys.visitor.page.keyboard.press("Enter")
    keys.visitor.page.locator('.pane[data-level="high"]').wait_for()
    keys.visitor.page.keyboard.press("F8")
    keys.write("#plan-warning_signs", "睡不着 / no sleep")
    keys.press("form[data-draft=plan] button.primary")
    keys.visitor.page.locator("form[action$='/plan/share'] button").wait_for()
    look(keys, "clinician-plan", language, size)
    keys.unfold("#dispatch-details")
    keys.choose("#service", "ambulance")
    keys.choose("#basis", "act_in_progress")
    keys.write("#disclosed", "九龙 / Kowloon")
    keys.press("form[data-draft=dispatch] button")
    keys.visitor.page.locator(".entry", has_text="Kowloon").wait_for()
    look(keys, "clinician-dispatch", language, size)
    closes(keys)
    keys.press('form[action$="/close"] button.primary')
    keys.visitor.arrives("/staff/desk")
    look(keys, "clinician-after", language, size)


@nights
def test_a_supervisors_night(browser: Browser, night_house: RunningHouse, language: str, size: str) -> None:
    listener = at_work(browser, night_house, "demo-crisis", language, "desktop")
    takes(browser, night_house, listener, language)
    address = listener.visitor.page.url
    keys = Keys(visit(browser, night_house.base_url, language, size))
    sign_in(keys.visitor, night_house.login_of("supervisor"))
    keys.visitor.go("/staff/board")
    keys.visitor.page.locator(".tiles").wait_for()
    look(keys, "supervisor-board", language, size)
    keys.visitor.go(address.removeprefix(night_house.base_url))
    keys.write("#whisper-text", "问问今晚 / ask about tonight")
    keys.press("#whisper")
    listener.visitor.page.locator("#aside p", has_text="ask about tonight").wait_for()
    keys.press("#join")
    keys.visitor.page.locator("#leave-company").wait_for()
    look(keys, "supervisor-beside", language, size)
    keys.visitor.go("/staff/reviews")
    keys.press('li[data-review-state="open"] form button')
    keys.visitor.page.locator("#rubric").wait_for()
    for item, points in (("welcome", "4"), ("listening", "2"), ("asked", "3")):
        keys.pick(f"item_{item}", points)
    keys.press("#rubric button.primary")
    keys.press("#sign")
    keys.visitor.arrives("/staff/reviews")
    look(keys, "supervisor-reviews", language, size)


@nights
def test_an_administrators_night(browser: Browser, night_house: RunningHouse, language: str, size: str) -> None:
    keys = Keys(visit(browser, night_house.base_url, language, size))
    sign_in(keys.visitor, night_house.login_of("administrator"))
    keys.visitor.go("/staff/people")
    keys.press('form[action$="/staff/invites"] [name=roles][value=volunteer]', "Space")
    keys.write("#invite-alias", f"Night {language} {size}")
    keys.visitor.page.keyboard.press("Enter")
    keys.visitor.page.locator(".notice.ok .copy").wait_for()
    look(keys, "administrator-people", language, size)
    keys.visitor.go("/staff/policies/routing_policy.service_levels.information.target_seconds")
    keys.write("#value", "1300")
    keys.write("#reason", "试一试 / a trial")
    keys.visitor.page.keyboard.press("Enter")
    keys.visitor.page.locator("#flashes .ok, .notice.ok").first.wait_for()
    look(keys, "administrator-numbers", language, size)


@nights
def test_an_administrators_morning(browser: Browser, night_house: RunningHouse, language: str, size: str) -> None:
    keys = Keys(visit(browser, night_house.base_url, language, size))
    sign_in(keys.visitor, night_house.login_of("administrator"))
    keys.visitor.go("/staff/words/sentences.who_we_are?language=en")
    keys.write("#text", f"Somebody with training is here to listen ({language}, {size}).")
    keys.write("#reason", "试一试 / a trial")
    keys.press("#propose button.primary")
    keys.visitor.page.locator(".word-waiting").first.wait_for()
    look(keys, "administrator-words", language, size)
    keys.unfold('.word-waiting details:has(form[action$="/withdraw"])')
    keys.write('.word-waiting form[action$="/withdraw"] [name=reason]', "反悔 / changed my mind")
    keys.visitor.page.keyboard.press("Enter")
    keys.visitor.page.locator(".word-waiting").first.wait_for(state="detached")
    keys.visitor.go("/staff/hours")
    keys.pick("kind", "always")
    keys.write("#reason", "试一试 / a trial")
    keys.visitor.page.keyboard.press("Enter")
    keys.visitor.page.locator("#flashes .ok, .notice.ok").first.wait_for()
    look(keys, "administrator-hours", language, size)
