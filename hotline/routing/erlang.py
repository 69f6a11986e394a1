"""How long one waits when calls come at random; a promise made without it would be a guess.

The models of A. K. Erlang (no patience at all: B; endless patience: C) and C. Palm (patience ends at random: A). Load
is in erlangs: arrivals a second times seconds of work each. Pure arithmetic, checked against published tables.
"""

import math


def erlang_b(load: float, seats: int) -> float:
    """The share (0-1) of arrivals that find every seat busy when nobody waits at all."""
    blocked = 1.0
    for seat in range(1, seats + 1):
        blocked = load * blocked / (seat + load * blocked)
    return blocked


def erlang_c(load: float, seats: int) -> float:
    """The share (0-1) of arrivals that must wait when nobody gives up; 1 when the load cannot be carried."""
    if load >= seats:
        return 1.0
    blocked = erlang_b(load, seats)
    return seats * blocked / (seats - load * (1 - blocked))


def erlang_a(
    *, arrivals_per_second: float, work_seconds: float, patience_seconds: float, seats: int
) -> tuple[float, float, float]:
    """(share that waits 0-1, share that gives up 0-1, mean wait of all arrivals in seconds) with finite patience.

    The queue is cut where further places no longer matter (1e-12 of the weight).
    """
    load, leaving = arrivals_per_second * work_seconds, work_seconds / patience_seconds
    weight = total = 1.0
    for seat in range(1, seats + 1):
        weight *= load / seat
        total += weight
        if total > 1e250:  # noqa: PLR2004 - rescale before a float overflows
            weight, total = weight / 1e250, total / 1e250
    full, queued, place = weight, 0.0, 0
    waiting_weight = 0.0
    while weight > total * 1e-12 and place < 10**6:
        place += 1
        weight *= load / (seats + place * leaving)
        waiting_weight += weight
        total += weight
        queued += place * weight
    mean_queue = queued / total
    gives_up = mean_queue / patience_seconds / arrivals_per_second
    return (full + waiting_weight) / total, gives_up, mean_queue / arrivals_per_second


def answered_within(
    *, arrivals_per_second: float, work_seconds: float, patience_seconds: float, seats: int, within_seconds: float
) -> float:
    """The chance (0-1) that somebody who would not give up meets a human within this time; first come, first served.

    The offered wait of the M/M/n+M queue (Zeltyn and Mandelbaum 2005): its density falls as exp(arrivals x patience x
    (1 - exp(-t/patience)) - seats x t/work). Integrated in steps of a twentieth of the mean time between two ends.
    """
    if seats <= 0:
        return 0.0
    ending, step = seats / work_seconds, work_seconds / seats / 20
    crowded = arrivals_per_second / ending
    turn = patience_seconds * math.log(crowded) if crowded > 1 else 0.0

    def exponent(wait: float) -> float:
        return -arrivals_per_second * patience_seconds * math.expm1(-wait / patience_seconds) - ending * wait

    highest, wait, queued, later, weight = exponent(turn), step / 2, 0.0, 0.0, 1.0
    while wait <= turn or weight > 1e-12:  # noqa: PLR2004 - further waits weigh nothing
        weight = math.exp(exponent(wait) - highest)
        queued += weight
        later += weight if wait > within_seconds else 0.0
        wait += step
    idle = math.exp(-highest) / erlang_b(arrivals_per_second * work_seconds, seats - 1)
    return 1 - later / (idle / (step * arrivals_per_second) + queued)


def seats_for(
    share: float, *, arrivals_per_second: float, work_seconds: float, patience_seconds: float, within_seconds: float
) -> int:
    """The fewest seats that answer this share (0-1, below 1) within this time; 0 when nobody comes."""
    seats = 0 if arrivals_per_second <= 0 else 1
    while seats and share > answered_within(
        arrivals_per_second=arrivals_per_second,
        work_seconds=work_seconds,
        patience_seconds=patience_seconds,
        seats=seats,
        within_seconds=within_seconds,
    ):
        seats += 1
    return seats


def gamma_quantile(shape: float, rate: float, share: float) -> float:
    """The time (in the unit of 1/rate) by which ``shape`` departures at this rate have happened with this probability.

    Wilson and Hilferty's cube-root approximation; within 2 % for a shape of 1 and a share of 0.9, closer above.
    """
    z = _normal_quantile(share)
    ninth = 1 / (9 * shape)
    return float(shape / rate * max(0.0, 1 - ninth + z * math.sqrt(ninth)) ** 3)


def _normal_quantile(share: float) -> float:
    """The standard normal quantile by bisection over the error function."""
    low, high = -8.0, 8.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if 0.5 * (1 + math.erf(middle / math.sqrt(2))) < share else (low, middle)
    return (low + high) / 2
