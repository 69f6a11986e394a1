"""What-if and seats from the house's own history, on both databases and through the door."""

import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from support.people import on_duty, seeker
from support.web import browser_of, staff

from hotline.consoles import what_if
from hotline.contacts.tables import contacts
from hotline.domain.contact import Level, Role
from hotline.domain.ids import new_id
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.reports.scenario import Scenario
from hotline.reports.staffing import from_history, needs
from hotline.reports.what_if import Limits, Question, own_scenario
from hotline.settings import Settings

NUMBERS = Settings.load({}).policy_values("simulation")
LIMITS, USUAL = Limits(**NUMBERS["what_if"]), Scenario.from_numbers(NUMBERS)


def evenings(house: Helpline, number: int) -> None:
    """So many contacts of the last four weeks, all between 20:00 and 23:00 in Hong Kong, half an hour each."""
    model, dice = seeker(house).contact.id, random.Random(1)  # noqa: S311
    with UnitOfWork(house) as unit:
        row = dict(unit.conn.execute(sa.select(contacts).where(contacts.c.id == model)).one()._mapping)
        midnight = unit.now.replace(hour=0, minute=0, second=0, microsecond=0)
        for _ in range(number):
            at = midnight - timedelta(days=dice.randint(1, 27)) + timedelta(hours=12 + 3 * dice.random())
            times = {"arrived_at": at, "accepted_at": at, "ended_at": at + timedelta(minutes=30)}
            unit.conn.execute(sa.insert(contacts).values(row | times | {"id": new_id(), "state": "closed"}))
        unit.commit()


def test_enough_contacts_of_our_own_are_played_and_too_few_are_not(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    given = {"zone": "Asia/Hong_Kong", "limits": LIMITS, "usual": USUAL}
    evenings(house, LIMITS.least_contacts + 20)
    with house.database.read() as conn:
        evening = own_scenario(conn, house.clock.now(), Question(from_hour=20, to_hour=23), **given)
        morning = own_scenario(conn, house.clock.now(), Question(from_hour=8, to_hour=12), **given)
    assert morning is None
    assert evening is not None
    found, number = evening
    assert number == LIMITS.least_contacts + 20
    assert found.contacts_per_hour == pytest.approx(number / (27 * 3), rel=0.1)
    assert (found.talk_seconds, found.share[Level.ROUTINE]) == (1800, 1.0)


def test_seats_by_hour_come_from_our_own_evenings(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    people = {"zone": "Asia/Hong_Kong", "weeks": 4, "least_contacts": 200, "patience_seconds": 1200.0}
    with house.database.read() as conn:
        assert from_history(conn, house.clock.now(), **people) is None
    evenings(house, 220)
    with house.database.read() as conn:
        demand = from_history(conn, house.clock.now(), **people)
    assert demand is not None
    hours = needs(demand, house.routing)
    assert demand.busiest_hour in {20, 21, 22}
    assert hours[21].seats[Level.IMMINENT] >= 2 > hours[9].seats[Level.IMMINENT]


def test_a_supervisor_asks_and_reads_plot_and_table(app: Flask, helpline: Helpline) -> None:
    on_duty(helpline, "Chen", Role.CLINICIAN)
    on_duty(helpline, "Mei", Role.VOLUNTEER)
    caller = staff(app, helpline, "Wong", Role.SUPERVISOR)
    browser = browser_of(app, caller)
    assert 'class="plot' not in browser.get("/staff/what-if").text
    page = browser.get("/staff/what-if?seats=1&who=clinician&surge=3&days=week&from=20&to=2").text
    assert page.count("<tr>") == 6
    assert 'class="plot intervals"' in page
    told = caller.get("/what-if?seats=1&who=clinician&surge=3&from=99").json
    assert told["question"]["from_hour"] == 0
    assert (told["team_on_duty"], told["own_contacts"]) == (True, 0)
    assert told["changed"]["people"] == told["as_it_is"]["people"] + 1


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.CLINICIAN, Role.AUDITOR, Role.ADMINISTRATOR])
def test_nobody_but_a_supervisor_may_ask(app: Flask, helpline: Helpline, role: Role) -> None:
    assert staff(app, helpline, "Wong", role).get("/what-if").status_code == 403


def test_who_would_wait_long_for_another_question_is_told(
    app: Flask, helpline: Helpline, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = staff(app, helpline, "Boss", Role.SUPERVISOR, duty=False)
    monkeypatch.setattr(what_if, "LONGEST_QUEUE_SECONDS", 0.05)
    with what_if._one_at_a_time:  # another supervisor's question is being played
        answer = boss.get("/what-if?seats=1")
    assert (answer.status_code, answer.json["error"]["code"]) == (429, "too_many")
