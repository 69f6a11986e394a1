"""Every state can be reached, is watched, and can end."""

import pytest

from hotline.domain.contact import State
from hotline.domain.errors import IllegalStep
from hotline.domain.lifecycle import FINAL_STATES, FIRST_STATE, STEPS, WATCHED_BY, Step, advance
from hotline.jobs.sweep import SWEEPS


def reachable(start: State) -> set[State]:
    found, edge = {start}, {start}
    while edge:
        edge = {after for (before, _), after in STEPS.items() if before in edge} - found
        found |= edge
    return found


def test_every_state_can_be_reached() -> None:
    assert reachable(FIRST_STATE) == set(State)


@pytest.mark.parametrize("state", list(State))
def test_every_state_can_end(state: State) -> None:
    assert reachable(state) & FINAL_STATES


def test_every_open_state_has_a_watcher_that_exists() -> None:
    assert set(WATCHED_BY) == set(State) - FINAL_STATES
    for watcher in WATCHED_BY.values():
        room, _, name = watcher.partition(".")
        assert room == "escalate" or name in SWEEPS


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(IllegalStep):
        advance(State.CLOSED, Step.CLAIM)
