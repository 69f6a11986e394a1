"""Whatever people do in whatever order, on both databases: the promises of the house hold after every step."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from support.fakes import FakeClock
from support.life import Life
from support.people import person

from hotline.domain.contact import Role
from hotline.flow.helpline import Helpline
from hotline.routing.policy import Stage

SHORT = settings(max_examples=12, stateful_step_count=30, deadline=None, derandomize=True, database=None,
                 suppress_health_check=list(HealthCheck), print_blob=True)  # fmt: skip
LONG = settings(SHORT, max_examples=500, stateful_step_count=50, derandomize=False)


def live(house: Helpline, clock: FakeClock, how: settings) -> None:
    people = [
        person(house, "Wong", Role.SUPERVISOR),
        person(house, "Chen", Role.CLINICIAN),
        person(house, "Lin", Role.VOLUNTEER),
        person(house, "Mei", Role.VOLUNTEER),
        person(house, "Solo", Role.VOLUNTEER, stage=Stage.SOLO),
    ]
    run_state_machine_as_test(lambda: Life(house, clock, people), settings=how)  # type: ignore[no-untyped-call]


@pytest.mark.timeout(400)
def test_the_promises_hold_after_every_step(helpline_on_both: Helpline, clock: FakeClock) -> None:
    live(helpline_on_both, clock, SHORT)


@pytest.mark.campaign
@pytest.mark.timeout(7200)
def test_the_promises_hold_in_long_lives(helpline_on_both: Helpline, clock: FakeClock) -> None:
    live(helpline_on_both, clock, LONG)
