"""The order of the queue, who may take what, and how much one person carries."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.contact import Level, Role
from hotline.routing.ladder import AlarmKind, rungs, silence
from hotline.routing.policy import Lane, RoutingPolicy, Stage, effective_rank, lane_for, lanes_of, queue_key, room_for
from hotline.routing.wait import House, expected_wait_seconds
from hotline.settings import Settings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LEVELS = st.sampled_from(list(Level))
MOMENTS = st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(LEVELS, LEVELS, st.integers(0, 50), MOMENTS, MOMENTS)
def test_an_urgent_contact_is_never_behind_one_that_is_only_old(
    one: Level, other: Level, missed: int, since: datetime, other_since: datetime
) -> None:
    if one.urgent and not other.urgent:
        assert queue_key(one, 0, since) < queue_key(other, missed, other_since)


@given(LEVELS, MOMENTS, st.integers(1, 10**6))
def test_within_one_level_the_first_comes_first(level: Level, since: datetime, later: int) -> None:
    assert queue_key(level, 0, since) < queue_key(level, 0, since + timedelta(microseconds=later))


def test_waiting_raises_one_step_per_target_and_never_above_elevated() -> None:
    assert [effective_rank(Level.INFORMATION, missed) for missed in range(5)] == [0, 1, 2, 2, 2]
    assert effective_rank(Level.IMMINENT, 9) == Level.IMMINENT.rank


def test_urgent_starts_at_a_clinician_or_at_once_with_whoever_is_there() -> None:
    assert lane_for(Level.HIGH, clinician_free=True, crisis_trained_free=True) is Lane.CLINICAL
    assert lane_for(Level.HIGH, clinician_free=False, crisis_trained_free=True) is Lane.CRISIS
    assert lane_for(Level.IMMINENT, clinician_free=False, crisis_trained_free=False) is Lane.OPEN
    assert lane_for(Level.ROUTINE, clinician_free=True, crisis_trained_free=True) is Lane.OPEN


def test_a_trainee_serves_nobody_alone() -> None:
    assert lanes_of([Role.VOLUNTEER], Stage.TRAINEE) == frozenset()
    assert lanes_of([Role.ADMINISTRATOR], Stage.CRISIS_TRAINED) == frozenset()
    assert lanes_of([Role.CLINICIAN], Stage.SOLO) == frozenset(Lane)


@pytest.fixture(scope="module")
def policy() -> RoutingPolicy:
    return RoutingPolicy.from_numbers(Settings.load({}).policy_values("routing_policy"))


def test_an_urgent_contact_has_its_listener_alone(policy: RoutingPolicy) -> None:
    assert room_for(policy, held=1, held_urgent=0, level=Level.ROUTINE)
    assert not room_for(policy, held=1, held_urgent=0, level=Level.HIGH)
    assert not room_for(policy, held=1, held_urgent=1, level=Level.ROUTINE)


def test_the_ladder_of_an_imminent_contact_has_three_rungs(policy: RoutingPolicy) -> None:
    found = rungs(policy.promise(), Level.IMMINENT, NOON)
    assert [(rung.due_at - NOON).total_seconds() for rung in found] == [20, 30, 60]


def test_a_listeners_clock_runs_from_the_first_unanswered_words() -> None:
    limits = (timedelta(seconds=60), timedelta(seconds=120))
    later = NOON + timedelta(seconds=5)
    waits = silence(unanswered_since=later, listener_wrote_at=NOON, held_since=NOON, limits=limits)
    assert waits == (AlarmKind.LISTENER_SILENT, later + limits[0])
    fresh = silence(unanswered_since=None, listener_wrote_at=None, held_since=later, limits=limits)
    assert fresh == (AlarmKind.LISTENER_SILENT, later + limits[0])
    answered = silence(unanswered_since=None, listener_wrote_at=later, held_since=NOON, limits=limits)
    assert answered == (AlarmKind.SEEKER_SILENT, later + limits[1])


def house(**given: float) -> House:
    return House(**{"seats": 2, "free": 0, "work_seconds": 3000, "answer_seconds": 40} | given)  # type: ignore[arg-type]


def test_a_wait_is_unknown_when_nobody_is_on_duty_and_grows_with_the_position() -> None:
    assert expected_wait_seconds(house(seats=0), position=1) is None
    assert expected_wait_seconds(house(free=1), position=1) == 60
    assert expected_wait_seconds(house(free_later=1, opens_seconds=120), position=1) == 180
    bounds = [expected_wait_seconds(house(), position=p) or 0 for p in range(1, 6)]
    assert bounds == sorted(bounds)
    assert bounds[0] == pytest.approx(3000 / 2 * 2.3026 + 40, rel=0.05)


def test_a_wait_is_longer_when_others_will_go_before() -> None:
    calm, busy = house(), house(ahead_per_second=0.0003)
    assert (expected_wait_seconds(busy, position=3) or 0) > (expected_wait_seconds(calm, position=3) or 0)
