"""Every rule that is looked at when a story is over sees what it is there for."""

from collections.abc import Callable

import pytest
from support.people import on_duty
from support.phone_invariants import check
from support.phone_stories import LIN, connected, in_line
from support.phones import CALLER, LINE, PhoneHouse

from hotline.contacts import legs
from hotline.domain.contact import Role
from hotline.domain.phone import Ended
from hotline.flow import offer, respond
from hotline.flow.unit import UnitOfWork
from hotline.interventions.tables import log_entries
from hotline.lab.telephone.faults import PlannedFaults


def nobody_makes_offers(house: PhoneHouse) -> None:
    in_line(house)
    house.listener("lin", LIN)


def nobody_rings(house: PhoneHouse) -> None:
    nobody_makes_offers(house)
    offer.match(house.helpline)


def nobody_looks_at_the_time(house: PhoneHouse) -> None:
    nobody_rings(house)
    house.works()
    house.clock.advance(minutes=1)


def nobody_comes_to_the_line(house: PhoneHouse) -> None:
    house.world.text(CALLER, LINE, "can I talk to somebody")
    respond.claim_next(house.helpline, on_duty(house.helpline, "wu", Role.VOLUNTEER))
    house.world.dial(CALLER, LINE)


def an_end_is_lost(house: PhoneHouse) -> None:
    caller, _, _ = connected(house)
    house.world.faults(PlannedFaults([()] * 9))
    caller.hang_up()


def a_line_ends_and_nothing_follows(house: PhoneHouse) -> None:
    leg = house.leg_of(in_line(house))
    with UnitOfWork(house.helpline) as unit:
        legs.end(unit.conn, leg.id, unit.now, Ended.COMPLETED)
        unit.commit()


def a_line_of_the_log_is_gone(house: PhoneHouse) -> None:
    in_line(house)
    with UnitOfWork(house.helpline) as unit:
        unit.conn.execute(log_entries.delete().where(log_entries.c.number == 2))
        unit.commit()


@pytest.mark.parametrize(
    ("broken", "seen"),
    [
        (nobody_makes_offers, "waits unasked"),
        (nobody_rings, "is not rung"),
        (nobody_looks_at_the_time, "was due at"),
        (nobody_comes_to_the_line, "nobody is asked to talk with them"),
        (an_end_is_lost, "is over at the provider"),
        (a_line_ends_and_nothing_follows, "without a line, a wish and words"),
        (a_line_of_the_log_is_gone, "the log of"),
    ],
)
def test_what_does_not_hold_is_seen(
    fresh: Callable[[], PhoneHouse], broken: Callable[[PhoneHouse], None], seen: str
) -> None:
    house = fresh()
    broken(house)
    with pytest.raises(AssertionError, match=seen):
        check(house)
