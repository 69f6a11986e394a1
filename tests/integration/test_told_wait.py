"""What somebody is told while exactly one listener is here and is being asked about them."""

from support.fakes import FakeClock
from support.people import now_is, on_duty, seeker

from hotline.domain.contact import Role
from hotline.flow import offer, standing
from hotline.flow.helpline import Helpline

SOON_SECONDS = 120


def test_whoever_the_only_listener_is_being_asked_about_is_told_a_short_wait(helpline_on_both: Helpline) -> None:
    house = helpline_on_both
    on_duty(house, "Lin", Role.CLINICIAN)
    opened = seeker(house, "imminent danger")
    assert offer.match(house) == 1
    with house.database.read() as conn:
        now = standing.standing(house, conn, now_is(house, opened))
    assert now is not None
    assert (now.position, now.wait_seconds is not None and now.wait_seconds <= SOON_SECONDS) == (1, True)


def test_an_asked_listener_is_no_seat_for_whoever_stands_behind_and_hours_are_told_nobody(
    helpline_on_both: Helpline, clock: FakeClock
) -> None:
    house = helpline_on_both
    on_duty(house, "Lin", Role.VOLUNTEER)
    opened = []
    for _ in range(4):
        opened.append(seeker(house, "a hard day"))
        clock.advance(seconds=1)
    assert offer.match(house) == 1
    with house.database.read() as conn:
        told = [standing.standing(house, conn, now_is(house, one)) for one in opened]
    second, last = told[1], told[3]
    assert second is not None
    assert second.wait_seconds is None or second.wait_seconds > SOON_SECONDS
    assert last is not None
    assert (last.position, last.wait_seconds) == (4, None)
