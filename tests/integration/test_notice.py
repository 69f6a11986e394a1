"""Nobody alone shortens what is kept from one day to the next, and no installation erases on its first day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from support.fakes import FakeClock
from support.people import on_duty, person
from support.retention import months_later, no_chance, over, stands
from support.web import browser_of, staff

from hotline.domain.contact import Role
from hotline.domain.records import Person
from hotline.flow import erase, policies
from hotline.flow.helpline import Helpline
from hotline.flow.policies import ShorterTooSoon
from hotline.jobs.retention import erase_all_due
from hotline.storage import leases

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


def test_the_first_run_of_an_installation_erases_nothing(helpline_on_both: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline_on_both)
    contact_id = over(house, on_duty(house, "Lin", Role.VOLUNTEER)).contact.id
    months_later(clock, 13)
    never_ran(house)
    for _ in range(30):
        assert erase_all_due(house, budget_seconds=60) == 0
        assert erase.past_their_period(house) == []
        clock.advance(hours=24)
    assert (stands(house, contact_id).erased_at, erase_all_due(house, budget_seconds=60)) == (None, 1)
    assert erase.begins_at(house) is None


def never_ran(house: Helpline) -> None:
    """As in an installation that was brought up to date and has years behind it."""
    with house.database.write() as conn:
        conn.execute(sa.delete(leases.beats))
        conn.commit()


def test_an_installation_that_erased_before_goes_on(helpline: Helpline, clock: FakeClock) -> None:
    house = no_chance(helpline)
    never_ran(house)
    with house.database.write() as conn:
        leases.beat(conn, erase.DONE, clock.now())
        conn.commit()
    over(house, on_duty(house, "Lin", Role.VOLUNTEER))
    months_later(clock, 12)
    assert erase_all_due(house, budget_seconds=60) == 1


def test_the_page_says_from_when_on(app: Flask, helpline: Helpline, clock: FakeClock) -> None:
    ada = staff(app, helpline, "Ada", Role.ADMINISTRATOR)
    erase_all_due(helpline)
    begins = (clock.now() + timedelta(days=30)).isoformat()[:10]
    assert ada.get("/retention").json["begins_at"][:10] == begins
    browser = browser_of(app, ada)
    browser.set_cookie("hl_lang", "en")
    assert "erases nothing before December" in browser.get("/staff/retention").text
