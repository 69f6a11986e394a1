"""Nobody alone shortens what is kept from one day to the next, and no installation erases on its first day."""

from datetime import timedelta

import pytest
from flask import Flask
from support.fakes import FakeClock
from support.people import person
from support.web import browser_of, staff

from hotline.domain.contact import Role
from hotline.domain.records import Person
from hotline.flow import policies
from hotline.flow.helpline import Helpline
from hotline.flow.policies import ShorterTooSoon

MONTHS = "retention_policy.periods.transcripts_months"
NOTICE = "retention_policy.changes.notice_days"


def sets(house: Helpline, who: Person, value: float, *, days: float, name: str = MONTHS) -> str:
    begins = house.clock.now() + timedelta(days=days)
    return policies.set_value(house, who, name, value, from_at=begins, reason="rules changed")


def months(house: Helpline) -> int:
    house.policies.look()
    return house.retention.transcripts_months


@pytest.mark.parametrize(("name", "value"), [(MONTHS, 6), (NOTICE, 1), ("retention_policy.periods.whispers_days", 1)])
def test_less_is_kept_only_after_the_notice(helpline_on_both: Helpline, name: str, value: float) -> None:
    house, wong = helpline_on_both, person(helpline_on_both, "Wong", Role.SUPERVISOR)
    for days in (0, 29):
        with pytest.raises(ShorterTooSoon):
            sets(house, wong, value, days=days, name=name)
    sets(house, wong, value, days=30, name=name)


def test_a_shorter_period_counts_when_its_day_comes(helpline: Helpline, clock: FakeClock) -> None:
    sets(helpline, person(helpline, "Wong", Role.SUPERVISOR), 6, days=30)
    clock.advance(hours=24 * 29)
    assert months(helpline) == 12
    clock.advance(hours=24)
    assert months(helpline) == 6


def test_more_is_kept_at_once(helpline: Helpline) -> None:
    sets(helpline, person(helpline, "Wong", Role.SUPERVISOR), 24, days=0)
    assert months(helpline) == 24


def test_no_detour_makes_it_sooner(helpline: Helpline, clock: FakeClock) -> None:
    """Neither after a plan to keep longer, nor by taking back what would have ended a planned shorter one."""
    wong = person(helpline, "Wong", Role.SUPERVISOR)
    sets(helpline, wong, 24, days=1)
    with pytest.raises(ShorterTooSoon):
        sets(helpline, wong, 12, days=2)
    sets(helpline, wong, 6, days=40)
    ends_it = sets(helpline, wong, 24, days=41)
    clock.advance(hours=24 * 39)
    with pytest.raises(ShorterTooSoon):
        policies.revoke(helpline, wong, ends_it)


@pytest.mark.parametrize(("language", "says"), [("en", "30 days"), ("zh-Hans", "30 天"), ("zh-Hant", "30 天")])
def test_the_form_says_so_in_the_readers_language(app: Flask, helpline: Helpline, language: str, says: str) -> None:
    browser = browser_of(app, staff(app, helpline, "Wong", Role.SUPERVISOR))
    browser.set_cookie("hl_lang", language)
    assert says in browser.get(f"/staff/policies/{MONTHS}").text.partition('id="notice-hint"')[2]
    assert 'id="notice-hint"' not in browser.get("/staff/policies/routing_policy.offers.offer_seconds").text
