"""What the switchboard plans for one contact: who is tried again, who is given back, whose telephone stops ringing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hotline.domain.contact import State
from hotline.domain.phone import Mode, Stage
from hotline.routing.switchboard import Board, Caller, Order, Rings, Rung, plan

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
RINGS = Rings(timedelta(seconds=5), 3)
ON_THE_LINE = Caller("caller", Stage.WAITING, planned=False, live=True, at=NOW)
IN_CONVERSATION = Board("c", State.IN_CONVERSATION, "lin", NOW - timedelta(hours=1), frozenset(), (), ON_THE_LINE, [])


def ended(number: int, *, met: bool) -> Rung:
    """An earlier leg of the listener."""
    at = NOW - timedelta(minutes=10 - number)
    return Rung(f"leg{number}", "lin", None, Mode.TALK, open=False, joined=False, at=at, ended_at=at, met=met)


def orders(board: Board) -> list[Order]:
    return [task.order for task in plan(board, frozenset({"lin"}), RINGS, NOW)]


@pytest.mark.parametrize(("met", "order"), [(True, Order.RING_HELPER), (False, Order.GIVE_BACK)])
def test_whose_line_breaks_again_and_again_keeps_the_caller_and_who_is_never_reached_does_not(
    order: Order, *, met: bool
) -> None:
    helpers = [ended(number, met=met) for number in range(4)]
    assert orders(replace(IN_CONVERSATION, helpers=helpers)) == [order]


def test_whose_listener_takes_no_calls_stays_with_them() -> None:
    assert plan(IN_CONVERSATION, frozenset({"chen"}), RINGS, NOW) == []


@pytest.mark.parametrize("planned", [True, False])
def test_a_caller_who_is_rung_and_does_not_wish_it_any_more_is_rung_no_longer(*, planned: bool) -> None:
    talks = Rung("leg", "lin", None, Mode.TALK, open=True, joined=True, at=NOW, ended_at=None)
    ringing = replace(ON_THE_LINE, stage=Stage.EXPECTED, live=False, planned=planned)
    board = replace(IN_CONVERSATION, caller=ringing, helpers=[talks])
    assert Order.HANG_UP not in orders(board)
    assert orders(replace(board, caller=replace(ringing, unasked=True))) == [Order.HANG_UP]
    over = orders(replace(board, state=State.WRAPPING_UP, helpers=[]))
    assert over == [Order.HANG_UP]
