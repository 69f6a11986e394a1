"""The arithmetic of waiting against published tables and against its own limits."""

import math

import pytest

from hotline.routing.erlang import answered_within, erlang_a, erlang_b, erlang_c, gamma_quantile, seats_for

PUBLISHED_B = [  # seats, load in erlangs, share lost: the classical traffic tables (1 %, 2 %, 5 % grade of service)
    (1, 0.0101, 0.01),
    (5, 1.36, 0.01),
    (10, 4.46, 0.01),
    (20, 12.03, 0.01),
    (50, 37.90, 0.01),
    (100, 84.06, 0.01),
    (10, 5.08, 0.02),
    (30, 21.93, 0.02),
    (10, 6.22, 0.05),
    (20, 15.25, 0.05),
]


@pytest.mark.parametrize(("seats", "load", "lost"), PUBLISHED_B)
def test_lost_calls_are_those_of_the_tables(seats: int, load: float, lost: float) -> None:
    assert erlang_b(load, seats) == pytest.approx(lost, rel=0.01)


@pytest.mark.parametrize(
    ("seats", "load", "waits"), [(1, 0.5, 0.5), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (5, 4.0, 0.5541)]
)
def test_waiting_calls_are_those_of_the_tables(seats: int, load: float, waits: float) -> None:
    assert erlang_c(load, seats) == pytest.approx(waits, abs=0.0001)


def test_patience_without_end_is_erlang_c_and_none_is_erlang_b() -> None:
    waits, gives_up, wait = erlang_a(arrivals_per_second=0.01, work_seconds=500, patience_seconds=1e9, seats=7)
    assert waits == pytest.approx(erlang_c(5.0, 7), rel=1e-3)
    assert gives_up == pytest.approx(0, abs=1e-3)
    assert wait == pytest.approx(erlang_c(5.0, 7) * 500 / (7 - 5.0), rel=1e-3)
    _, lost, _ = erlang_a(arrivals_per_second=0.01, work_seconds=500, patience_seconds=1e-4, seats=7)
    assert lost == pytest.approx(erlang_b(5.0, 7), rel=1e-3)


def test_patience_as_long_as_a_call_makes_the_queue_a_poisson_law() -> None:
    """With patience equal to work, the number in the house is Poisson whatever the seats: a closed form to check by."""
    load, seats = 6.0, 6
    terms = [math.exp(-load) * load**n / math.factorial(n) for n in range(80)]
    waits, gives_up, _ = erlang_a(arrivals_per_second=0.02, work_seconds=300, patience_seconds=300, seats=seats)
    assert waits == pytest.approx(sum(terms[seats:]), rel=1e-6)
    assert gives_up == pytest.approx(sum((n - seats) * p for n, p in enumerate(terms) if n > seats) / load, rel=1e-6)


def test_a_call_centre_of_fifty_loses_and_waits_as_published() -> None:
    """The example of Garnett, Mandelbaum and Reiman (2002).

    48 calls a minute of a minute each, 50 people, patience of 2 minutes: 3.1 % give up, the mean wait is 3.7 s; with
    endless patience it is 20.8 s.
    """
    _, gives_up, wait = erlang_a(arrivals_per_second=0.8, work_seconds=60, patience_seconds=120, seats=50)
    assert gives_up == pytest.approx(0.031, abs=0.0005)
    assert wait == pytest.approx(3.7, abs=0.05)
    assert erlang_c(48, 50) * 60 / (50 - 48) == pytest.approx(20.8, abs=0.05)


def test_a_switchboard_answers_within_fifteen_seconds_as_published() -> None:
    """360 calls in half an hour of 4 minutes each, 55 people: P(wait) 0.239, 84.6 % within 15 s (Erlang C)."""
    busy = {"arrivals_per_second": 0.2, "work_seconds": 240.0, "patience_seconds": 1e6}
    assert erlang_c(48, 55) == pytest.approx(0.239, abs=0.0005)
    assert answered_within(**busy, seats=55, within_seconds=15) == pytest.approx(0.846, abs=0.002)


def test_the_fewest_seats_are_the_first_that_keep_the_share() -> None:
    busy = {"arrivals_per_second": 0.01, "work_seconds": 600.0, "patience_seconds": 1200.0, "within_seconds": 20.0}
    seats = seats_for(0.95, **busy)
    assert answered_within(**busy, seats=seats) >= 0.95 > answered_within(**busy, seats=seats - 1)
    assert seats_for(0.95, **(busy | {"arrivals_per_second": 0.0})) == 0


@pytest.mark.parametrize(("seats", "patience_seconds"), [(4, 300.0), (7, 1200.0), (12, 60.0)])
def test_who_waits_at_all_is_the_same_by_both_ways_of_counting(seats: int, patience_seconds: float) -> None:
    busy = {"arrivals_per_second": 0.01, "work_seconds": 600.0, "patience_seconds": patience_seconds}
    waits, _, _ = erlang_a(**busy, seats=seats)
    assert 1 - answered_within(**busy, seats=seats, within_seconds=0) == pytest.approx(waits, rel=0.002)


@pytest.mark.parametrize(("shape", "published"), [(1, 2.3026), (2, 3.8897), (5, 7.9936), (10, 14.2060), (20, 25.9025)])
def test_nine_of_ten_sums_of_departures_end_by_then(shape: int, published: float) -> None:
    """Half the 90 % points of chi-square with twice the degrees of freedom."""
    assert gamma_quantile(shape, 1.0, 0.9) == pytest.approx(published, rel=0.02)
