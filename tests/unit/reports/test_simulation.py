"""A simulated helpline: the same people for every order, the house's own rules, and figures that add up."""

import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from hotline.cli.simulate import simulate
from hotline.domain.contact import Level, State
from hotline.reports import outcomes
from hotline.reports.cast import Call, Rules, levels_of
from hotline.reports.outcomes import Setting
from hotline.reports.scenario import Scenario, arrivals
from hotline.routing.policy import RoutingPolicy
from hotline.routing.yardsticks import Order
from hotline.settings import Settings
from hotline.volunteers.wellbeing import WellbeingPolicy

GIVEN = Settings.load({})
POLICY = dataclasses.replace(RoutingPolicy.from_numbers(GIVEN.policy_values("routing_policy")), chats_at_once=1)
SCENARIO = Scenario.from_numbers(GIVEN.policy_values("simulation"))


def setting(order: Order, *, days: float = 12, surge: float = 1.0) -> Setting:
    wellbeing = WellbeingPolicy.from_numbers(GIVEN.policy_values("wellbeing_policy"))
    return Setting(SCENARIO, Rules(POLICY, wellbeing, order), days, 1, surge)


@pytest.fixture(scope="module")
def played() -> dict[Order, list[Call]]:
    return {order: outcomes.run(setting(order), lambda _now: None) for order in Order}


def reds_in_time(calls: list[Call]) -> float:
    within, counted = outcomes.in_time(levels_of(calls)[Level.IMMINENT], 20)
    return within / counted


def test_every_order_meets_the_same_people_and_loses_none(played: dict[Order, list[Call]]) -> None:
    met = [[call.arrival for call in calls] for calls in played.values()]
    assert met[0] == met[1] == met[2] == list(arrivals(SCENARIO, days=12, seed=1))
    for calls in played.values():
        assert {call.state for call in calls} == {State.CLOSED, State.ABANDONED}


def test_nobody_talks_with_two_people_at_once(played: dict[Order, list[Call]]) -> None:
    calls = played[Order.HOTLINE]
    taken = [(c.accepted_at.timestamp(), c.arrival.talk_seconds) for c in calls if c.accepted_at is not None]
    spans = [(at, max(0.0, seconds - SCENARIO.form_seconds)) for at, seconds in taken]
    turns = sorted([(at, 1) for at, _ in spans] + [(at + talk, -1) for at, talk in spans])
    busy = most = 0
    for _, change in turns:
        busy += change
        most = max(most, busy)
    assert most == len(SCENARIO.team)


def test_a_reserved_seat_keeps_what_order_alone_cannot(played: dict[Order, list[Call]]) -> None:
    assert reds_in_time(played[Order.HOTLINE]) >= 0.95
    assert reds_in_time(played[Order.FIFO]) <= 0.80
    assert reds_in_time(played[Order.STRICT]) <= 0.80


def test_nine_of_ten_are_answered_within_what_they_were_told(played: dict[Order, list[Call]]) -> None:
    calls = played[Order.HOTLINE]
    everybody = outcomes.kept_word(calls)
    waited = outcomes.kept_word(calls, told_more_than_seconds=outcomes.SHORTEST_TOLD_SECONDS)
    assert (everybody.tested, waited.tested) > (3000, 1000)
    assert (everybody.share or 0) >= 0.9
    assert (waited.share or 0) >= 0.9
    assert (waited.told_p50 or 0) <= 3 * (waited.wait_p50 or 0)


def test_the_same_seed_tells_the_same_story() -> None:
    first, again = (outcomes.run(setting(Order.HOTLINE, days=2), lambda _now: None) for _ in range(2))
    assert [call.wait_seconds for call in first] == [call.wait_seconds for call in again]


def test_a_surge_brings_more_people_in_the_evening_and_danger_still_first() -> None:
    calls = outcomes.run(setting(Order.HOTLINE, days=3, surge=10), lambda _now: None)
    assert len(calls) > 1.5 * 3 * 24 * SCENARIO.contacts_per_hour
    by_level = levels_of(calls)
    assert reds_in_time(calls) >= 0.5
    assert all(by_level.values())


def test_one_object_for_programs_and_pictures_for_people(tmp_path: Path) -> None:
    wanted = ["--days", "1", "--seed", "3", "--trade-off", "--plots", str(tmp_path), "--json"]
    answer = CliRunner().invoke(simulate, wanted)
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert set(told["policies"]) == {"hotline", "strict", "fifo"}
    for levels in told["policies"].values():
        assert set(levels) == {level.value for level in Level}
        for one in levels.values():
            assert set(one) == {"contacts", "within_target", "wait_p50", "wait_p95", "abandoned"}
    assert len(told["trade_off"]) == len(outcomes.RESERVES)
    assert {path.name for path in tmp_path.iterdir()} == {"within-target.svg", "trade-off.svg"}


def test_without_json_a_table_is_printed() -> None:
    answer = CliRunner().invoke(simulate, ["--days", "1"])
    assert answer.exit_code == 0, answer.output
    assert "imminent" in answer.output
