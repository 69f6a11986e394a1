"""How long a person will wait, said honestly; an unknown wait makes people leave, a false one breaks trust.

What is told is a bound that holds for nine of ten, not a mean: the time by which as many conversations have ended as
stand before this person, slowed by everybody more urgent who will come meanwhile.
"""

from dataclasses import dataclass

from hotline.routing.erlang import gamma_quantile

HOLDS_FOR = 0.9
"""The share of people for whom the bound must hold."""
SLOWEST = 0.2
"""However many more urgent people come, this share of the seats' work is taken to go on."""


@dataclass(frozen=True, slots=True)
class House:
    """How busy the helpline is for one contact.

    ``seats`` conversations at once could serve it, ``free`` of them are free now, ``free_later`` of those that stand
    idle are in ``opens_seconds``, when it need not leave them for danger any more; ``work_seconds`` is how long a seat
    is bound by one conversation, rest included; ``ahead_per_second`` how often somebody arrives who goes before it;
    ``answer_seconds`` how long it takes from a free seat to a human who said yes.
    """

    seats: float
    free: int
    work_seconds: float
    answer_seconds: float
    free_later: int = 0
    opens_seconds: float = 0.0
    ahead_per_second: float = 0.0


def expected_wait_seconds(house: House, *, position: int) -> int | None:
    """The bound of the wait at ``position`` (1 is next), in whole minutes as seconds; ``None`` when nobody is here.

    With a free seat for everybody up to this position only the time to answer counts, or also the time for which an
    idle seat is still left for danger. Otherwise the missing seats must come free one by one: a sum of exponential
    times, whose 90 % point is a gamma quantile.
    """
    if house.seats <= 0:
        return None
    missing = position - house.free
    if missing <= 0:
        return _minutes(house.answer_seconds)
    ending = house.seats / house.work_seconds
    rate = max(ending * SLOWEST, ending - house.ahead_per_second)
    bound = gamma_quantile(missing, rate, HOLDS_FOR)
    if position <= house.free_later:
        bound = min(bound, house.opens_seconds)
    return _minutes(bound + house.answer_seconds)


def _minutes(seconds: float) -> int:
    return max(60, int(-(-seconds // 60) * 60))
