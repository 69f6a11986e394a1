"""Who is asked, in which order and why; the same facts always give the same answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.contact import Channel, Language, Level
from hotline.routing.policy import Lane, RoutingPolicy
from hotline.routing.ranking import Candidate, Reason, Refusal, Wanted, plan, rank, refusal, seats_of
from hotline.routing.seats import Seats, keeps_reserve, may_take_reserve, seats_to_leave
from hotline.settings import Settings

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POLICY = RoutingPolicy.from_numbers(Settings.load({}).policy_values("routing_policy"))
ALL = frozenset(language.value for language in Language)
CLINICIAN = Candidate("chen", frozenset(Lane), ALL)
CRISIS = Candidate("mei", frozenset({Lane.OPEN, Lane.CRISIS}), ALL)
SOLO = Candidate("lin", frozenset({Lane.OPEN}), ALL)
ROUTINE = Wanted("kmt", Level.ROUTINE, Language.EN, Lane.OPEN, NOON)
RED = Wanted("red", Level.IMMINENT, Language.EN, Lane.CLINICAL, NOON)


def order(wanted: Wanted, *people: Candidate, at: datetime = NOON) -> list[str]:
    return [one.person_id for one in rank(POLICY, wanted, people, at)]


def test_a_routine_contact_goes_to_whom_nobody_more_urgent_needs() -> None:
    assert order(ROUTINE, CLINICIAN, CRISIS, SOLO) == ["lin", "mei", "chen"]
    assert order(replace(ROUTINE, level=Level.ELEVATED, lane=Lane.CRISIS), CLINICIAN, CRISIS, SOLO) == ["mei", "chen"]


def test_danger_starts_at_a_clinician_and_reaches_further_after_the_head_start() -> None:
    later = NOON + timedelta(seconds=POLICY.head_start_seconds)
    assert order(RED, CLINICIAN, CRISIS, SOLO) == ["chen"]
    assert order(RED, CLINICIAN, CRISIS, SOLO, at=later) == ["chen", "mei"]
    assert order(RED, replace(CLINICIAN, held=1), CRISIS, SOLO) == ["mei"]
    reasons = rank(POLICY, RED, [CRISIS], NOON)[0].reasons
    assert Reason.NOBODY_CLOSER in reasons


def test_who_only_owes_a_form_is_asked_about_imminent_danger_when_nobody_else_is_there() -> None:
    writes = replace(CRISIS, held=1, closing=1)
    later = NOON + timedelta(seconds=POLICY.head_start_seconds)
    assert order(RED, CLINICIAN, writes) == ["chen"]
    assert order(RED, CLINICIAN, writes, at=later) == ["chen", "mei"]
    assert order(RED, writes) == ["mei"]
    assert order(RED, replace(writes, held=2)) == []
    assert order(replace(RED, level=Level.HIGH), writes, at=later) == []


def test_the_listener_both_agreed_on_comes_first_and_the_rested_before_the_tired() -> None:
    known = replace(ROUTINE, listener_id="mei")
    assert order(known, SOLO, CRISIS)[0] == "mei"
    assert Reason.SAME_LISTENER in rank(POLICY, known, [SOLO, CRISIS], NOON)[0].reasons
    assert order(ROUTINE, replace(SOLO, recent=2), replace(SOLO, person_id="zoe"))[0] == "zoe"


def test_wishes_hold_until_a_target_was_missed_and_count_as_better_afterwards() -> None:
    wished = replace(ROUTINE, gender="woman", language=Language.ZH_HANT)
    man = replace(SOLO, gender="man")
    other = replace(SOLO, person_id="ann", gender="woman", languages=frozenset({"en"}))
    assert order(wished, man, other) == []
    assert order(replace(wished, targets_missed=1), man, other) == ["lin", "ann"]


@pytest.mark.parametrize(
    ("wanted", "one", "why"),
    [
        (ROUTINE, replace(SOLO, fit=False), Refusal.UNFIT),
        (replace(ROUTINE, declined=frozenset({"lin"})), SOLO, Refusal.DECLINED),
        (ROUTINE, replace(SOLO, offered=Level.ROUTINE), Refusal.ASKED),
        (replace(ROUTINE, missed={"lin": NOON}), SOLO, Refusal.MISSED),
        (ROUTINE, replace(SOLO, held=2), Refusal.CAPACITY),
        (replace(ROUTINE, lane=Lane.CRISIS), SOLO, Refusal.TRAINING),
        (ROUTINE, replace(SOLO, channels=frozenset({Channel.VOICE})), Refusal.CHANNEL),
        (ROUTINE, replace(SOLO, languages=frozenset({"zh-Hans"})), Refusal.LANGUAGE),
        (replace(ROUTINE, gender="woman"), SOLO, Refusal.GENDER),
        (ROUTINE, SOLO, None),
    ],
)
def test_every_no_has_a_name(wanted: Wanted, one: Candidate, why: Refusal | None) -> None:
    assert refusal(POLICY, wanted, one, Seats(1, 0), lane=wanted.lane, now=NOON) == why


def test_with_four_on_duty_the_last_free_clinician_waits_for_danger() -> None:
    team = [CLINICIAN, CRISIS, SOLO, replace(SOLO, person_id="zoe")]
    seats = seats_of(team)
    assert (seats.on_duty, seats.spare) == (4, 1)
    assert "chen" not in order(ROUTINE, *team)
    assert order(RED, *team) == ["chen"]
    orange = replace(RED, level=Level.HIGH)
    assert order(orange, *team) == ["mei"]
    assert "chen" in order(orange, *team, at=NOON + timedelta(seconds=POLICY.reserve_high_after_seconds))
    assert "chen" in order(ROUTINE, *team[:3])


def test_the_reserve_is_a_matter_of_numbers() -> None:
    chen, mei = CLINICIAN.lanes, CRISIS.lanes
    assert keeps_reserve(POLICY, Seats(4, 1), lanes=chen, free=True)
    assert not keeps_reserve(POLICY, Seats(4, 2), lanes=chen, free=True)
    assert not keeps_reserve(POLICY, Seats(3, 1), lanes=chen, free=True)
    assert not keeps_reserve(POLICY, Seats(4, 1), lanes=chen, free=False)
    assert keeps_reserve(POLICY, Seats(4, 0, 1), lanes=mei, free=True)
    assert not keeps_reserve(POLICY, Seats(4, 1, 1), lanes=mei, free=True)
    assert not keeps_reserve(POLICY, Seats(4, 0, 0), lanes=SOLO.lanes, free=True)
    assert may_take_reserve(POLICY, Level.IMMINENT, NOON, NOON)
    later = NOON + timedelta(seconds=POLICY.reserve_routine_seconds)
    assert [seats_to_leave(POLICY, Level.ROUTINE, NOON, at) for at in (NOON, later)] == [2, 1]
    assert seats_to_leave(POLICY, Level.ELEVATED, NOON, NOON) == 1
    assert not may_take_reserve(POLICY, Level.ELEVATED, NOON, NOON + timedelta(hours=1))


PEOPLE = st.builds(
    Candidate,
    person_id=st.sampled_from("abcdefgh"),
    lanes=st.sampled_from([frozenset(Lane), CRISIS.lanes, SOLO.lanes]),
    languages=st.just(ALL),
    fit=st.booleans(),
    held=st.integers(0, 2),
    offered=st.sampled_from([None, *Level]),
    recent=st.integers(0, 5),
)
CONTACTS = st.builds(
    Wanted,
    contact_id=st.uuids().map(str),
    level=st.sampled_from(list(Level)),
    language=st.sampled_from(list(Language)),
    lane=st.sampled_from(list(Lane)),
    since=st.integers(0, 600).map(lambda seconds: NOON - timedelta(seconds=seconds)),
    targets_missed=st.integers(0, 3),
)


@given(st.lists(CONTACTS, max_size=8), st.lists(PEOPLE, max_size=8, unique_by=lambda one: one.person_id))
def test_nobody_is_asked_about_two_at_once_nor_beyond_what_they_can_carry(
    waiting: list[Wanted], people: list[Candidate]
) -> None:
    found = plan(POLICY, waiting, people, NOON)
    assert found == plan(POLICY, waiting, list(reversed(people)), NOON)
    by_id, levels = {one.person_id: one for one in people}, {one.contact_id: one.level for one in waiting}
    asked: dict[str, Level | None] = {one.person_id: one.offered for one in people}
    for proposal in found:
        one, before = by_id[proposal.person_id], asked[proposal.person_id]
        assert one.fit
        assert one.held < (1 if levels[proposal.contact_id].urgent else 2)
        assert before is None or before.rank < levels[proposal.contact_id].rank
        asked[proposal.person_id] = levels[proposal.contact_id]
