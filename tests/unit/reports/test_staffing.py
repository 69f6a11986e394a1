"""Seats by hour: the house's day as arithmetic sees it, against what is published and what is played."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline.cli.simulate import committed
from hotline.cli.staffing import staffing
from hotline.domain.contact import Level
from hotline.reports.staffing import Demand, broken_targets, needs, played_seats
from hotline.routing.erlang import erlang_a
from hotline.routing.yardsticks import Order
from hotline.settings import Settings

NUMBERS = Settings.load({}).policy_values("staffing")
SETTING = committed(Order.HOTLINE, {"days": 2, "seed": 5, "surge": 1.0})
POLICY = SETTING.rules.routing


def house(name: str) -> Demand:
    return Demand.from_numbers(name, NUMBERS["houses"][name], NUMBERS["people"]["patience_seconds"])


@pytest.mark.parametrize(("name", "a_day"), [("energy_station", 228), ("hotline_962525", 145)])
def test_the_hours_of_a_day_add_up_to_the_published_contacts(name: str, a_day: int) -> None:
    demand = house(name)
    assert sum(demand.arrivals) == pytest.approx(a_day)
    assert demand.busiest_hour in {20, 21, 22, 23, 0, 1}


def test_harder_targets_need_more_seats_and_busier_hours_too() -> None:
    hours = needs(house("energy_station"), POLICY)
    for one in hours:
        by_level = [one.seats[level] for level in Level]
        assert by_level == sorted(by_level)
    assert hours[21].seats[Level.IMMINENT] > hours[9].seats[Level.IMMINENT]
    assert 0 < hours[9].gives_up < 0.2
    assert hours[21].load == pytest.approx(228 * 0.45 / 6 * 50 / 60)


def test_with_the_seats_for_imminent_hardly_anybody_waits() -> None:
    demand = house("hotline_962525")
    one = needs(demand, POLICY)[21]
    waits, _, _ = erlang_a(
        arrivals_per_second=one.arrivals / 3600,
        work_seconds=demand.work_seconds,
        patience_seconds=demand.patience_seconds,
        seats=one.seats[Level.IMMINENT],
    )
    assert waits < 0.06


def test_an_hour_without_anybody_needs_nobody() -> None:
    empty = replace(house("hotline_962525"), arrivals=(0.0,) * 24)
    assert set(needs(empty, POLICY)[0].seats.values()) == {0}


def test_the_played_seats_keep_every_target_and_one_less_breaks_one() -> None:
    small = replace(house("hotline_962525"), arrivals=(3.0,) * 24)
    seats, broken = played_seats(small, SETTING, lambda _now: None)
    assert 2 <= seats <= 10
    assert broken
    assert broken_targets([], POLICY) == []


def test_one_object_for_programs_and_pictures_for_people(tmp_path: Path) -> None:
    answer = CliRunner().invoke(staffing, ["--json", "--plots", str(tmp_path)])
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert set(told) == {"energy_station", "hotline_962525"}
    assert len(told["energy_station"]["hours"]) == 24
    assert len(list(tmp_path.iterdir())) == 2
