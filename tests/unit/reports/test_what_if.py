"""A question about seats and hours, and what both runs tell; the house itself is never touched by it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotline.cli.simulate import committed
from hotline.domain.contact import Level
from hotline.reports.what_if import Days, Limits, Question, Who, changed, compare
from hotline.routing.policy import Lane
from hotline.routing.yardsticks import Order
from hotline.settings import Settings

SETTING = committed(Order.HOTLINE, {"days": 1, "seed": 1, "surge": 1.0})
LIMITS = Limits(**Settings.load({}).policy_values("simulation")["what_if"])
FRIDAY_NIGHT, SATURDAY = datetime(2026, 11, 27, 23, tzinfo=UTC), datetime(2026, 11, 28, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "covered"),
    [
        (Question(), (True, True)),
        (Question(days=Days.WEEKEND), (False, True)),
        (Question(days=Days.WEEK), (True, False)),
        (Question(from_hour=20, to_hour=2), (True, True)),
        (Question(from_hour=20, to_hour=0), (True, False)),
    ],
)
def test_chosen_hours_may_cross_midnight(question: Question, covered: tuple[bool, bool]) -> None:
    assert (question.covers(FRIDAY_NIGHT), question.covers(SATURDAY)) == covered


def test_seats_come_and_go_by_who_they_are_and_somebody_always_stays() -> None:
    before = SETTING.scenario
    fewer = changed(before, Question(seats=-1, who=Who.CLINICIAN, surge=3))
    assert sum(Lane.CLINICAL in lanes for lanes in fewer.team) == 2
    assert fewer.contacts_per_hour == 3 * before.contacts_per_hour
    assert len(changed(before, Question(seats=2)).team) == len(before.team) + 2
    alone = replace(before, team=before.team[-1:])
    assert len(changed(alone, Question(seats=-2)).team) == 1


def test_three_times_as_many_people_wait_longer_and_the_days_played_are_told() -> None:
    found = compare(SETTING.scenario, Question(seats=-1, surge=3), SETTING.rules, replace(LIMITS, most_days=0.5))
    calm, surge = found["as_it_is"], found["changed"]
    assert (calm["people"], surge["people"]) == (8, 7)
    assert 0 < calm["days"] <= 0.5
    assert set(calm["levels"]) == {level.value for level in Level}
    assert surge["levels"]["routine"]["within_target"] < calm["levels"]["routine"]["within_target"]


def test_a_run_ends_when_its_time_is_over() -> None:
    found = compare(SETTING.scenario, Question(), SETTING.rules, replace(LIMITS, budget_seconds=0.0))
    assert found["as_it_is"]["days"] == 0
    assert found["as_it_is"]["levels"]["imminent"]["within_target"] is None
