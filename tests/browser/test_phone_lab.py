"""The phone lab's page: one plays a caller and a listener by hand, and sees each word."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect
from support.browser import Visitor, visit
from support.phone_lab import phone_lab
from support.telephone_double import BASE, BEN, OURS, client

from hotline.lab.telephone.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PATIENCE_MS = 15_000


@pytest.fixture
def lab() -> Iterator[tuple[World, str]]:
    with phone_lab() as running:
        yield running


def shows(where: Locator, text: str) -> None:
    expect(where).to_contain_text(text, timeout=PATIENCE_MS)


def calls(player: Visitor) -> Locator:
    """A call by hand; gives its card once the question is heard."""
    player.page.locator("#dial button").click()
    card = player.page.get_by_role("article", name="Call of Ana")
    shows(card, "What brings you here?")
    return card


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_one_plays_a_caller_and_a_listener_and_they_talk(browser: Browser, lab: tuple[World, str], size: str) -> None:
    world, address = lab
    player = visit(browser, address, "en-GB", size)
    player.go("/")
    player.check()
    caller = calls(player)
    caller.get_by_label("Ana says").fill("I cannot sleep")
    caller.get_by_role("button", name="Say").click()
    shows(caller, "Somebody comes")
    client(world).calls.create(to=BEN, from_=OURS, url=f"{BASE}/out")
    ben = player.page.get_by_role("article", name="Telephone of Ben")
    ben.get_by_role("button", name="Answer and press 1").wait_for(timeout=PATIENCE_MS)
    player.check()
    player.picture(f"phone-lab-rings-{size}")
    ben.get_by_role("button", name="Answer and press 1").click()
    shows(ben, "talks")
    ben.get_by_label("Ben says").fill("Good evening, I am Ben")
    ben.get_by_role("button", name="Say").click()
    shows(caller, "Good evening, I am Ben")
    player.check()
    player.picture(f"phone-lab-talks-{size}")
    caller.get_by_role("button", name="Hang up").click()
    shows(caller.locator(".status"), "ended")


def test_keys_are_pressed_and_a_call_without_a_number_is_possible(browser: Browser, lab: tuple[World, str]) -> None:
    world, address = lab
    player = visit(browser, address, "en-GB", "desktop")
    player.go("/")
    player.page.locator("#dial [name=from]").fill("anonymous")
    player.page.locator("#dial button").click()
    card = player.page.get_by_role("article", name="Call of anonymous")
    card.get_by_role("button", name="7", exact=True).click()
    shows(card, "[7]")
    assert world.calls()[0].call.from_ == "anonymous"


def test_texts_go_both_ways(browser: Browser, lab: tuple[World, str]) -> None:
    _, address = lab
    player = visit(browser, address, "en-GB", "phone")
    player.go("/")
    player.page.locator("#text textarea").fill("are you there")
    player.page.locator("#text button").click()
    shows(player.page.locator("#messages"), "are you there")
    shows(player.page.locator("#messages"), "We read you. Somebody answers soon.")
    shows(player.page.locator("#messages"), "delivered")
    player.check()


def test_trouble_is_switched_on_and_off(browser: Browser, lab: tuple[World, str]) -> None:
    world, address = lab
    player = visit(browser, address, "en-GB", "phone")
    player.go("/")
    player.page.get_by_label("too many requests").check()
    player.page.get_by_label("twice").check()
    expect(player.page.get_by_label("too many requests")).to_be_checked()
    player.page.wait_for_function("fetch('/lab/state').then(one => one.json()).then(one => one.webhooks.doubled)")
    assert world.provider.mode == "busy"
    player.page.reload()
    expect(player.page.get_by_label("twice")).to_be_checked(timeout=PATIENCE_MS)
    player.page.get_by_label("as always").check()
    player.page.wait_for_function("fetch('/lab/state').then(one => one.json()).then(one => one.provider === 'well')")


def test_what_cannot_be_done_is_said_in_a_sentence(browser: Browser, lab: tuple[World, str]) -> None:
    _, address = lab
    player = visit(browser, address, "en-GB", "phone")
    player.go("/")
    player.page.locator("#dial [name=from]").fill("somebody")
    player.page.locator("#dial button").click()
    shows(player.page.locator("#notice"), "somebody is no number.")
