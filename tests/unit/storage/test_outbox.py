"""What was promised once is carried out once; what is wanted still is promised again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from support.fakes import FakeClock

from hotline.flow.helpline import Helpline
from hotline.flow.unit import OnDoubt, UnitOfWork
from hotline.storage import outbox
from hotline.storage.outbox import PromiseState

AGAIN = timedelta(seconds=10)


def promised(helpline: Helpline, again_after: timedelta | None) -> list[str]:
    """Ids of what is due after it was promised."""
    with UnitOfWork(helpline) as unit:
        unit.promise("move", {}, dedupe_key="move:1", on_doubt=OnDoubt.REPEAT, again_after=again_after)
        unit.commit()
    with helpline.database.read() as conn:
        return [promise_id for promise_id, _ in outbox.due(conn, helpline.clock.now())]


@pytest.mark.parametrize("state", [PromiseState.FAILED, PromiseState.DROPPED, PromiseState.DONE])
def test_what_is_settled_and_wanted_still_is_promised_again_after_a_while(
    helpline_on_both: Helpline, clock: FakeClock, state: PromiseState
) -> None:
    house = helpline_on_both
    (first,) = promised(house, AGAIN)
    with UnitOfWork(house) as unit:
        assert outbox.claim(unit.conn, first, unit.now, AGAIN) is not None
        outbox.settle(unit.conn, first, state, unit.now, outcome="no")
        unit.commit()
    assert promised(house, AGAIN) == []
    clock.advance(seconds=10)
    assert promised(house, None) == []
    assert promised(house, AGAIN) == [first]


def test_what_was_settled_long_ago_is_not_read_to_find_what_is_due(helpline: Helpline) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        helpline.database.engine,
        "before_cursor_execute",
        lambda _conn, _cursor, statement, given, _context, _many: asked.append((statement, given)),
    )
    with helpline.database.read() as conn:
        outbox.due(conn, helpline.clock.now())
        outbox.next_due(conn)
        looked = [each for each in asked if "FROM outbox" in each[0]]
        assert len(looked) == 2
        for statement, given in looked:
            plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
            assert all("ix_outbox_open" in step.detail for step in plan), plan


def test_what_is_under_way_is_not_begun_again(helpline_on_both: Helpline, clock: FakeClock) -> None:
    (first,) = promised(helpline_on_both, AGAIN)
    with UnitOfWork(helpline_on_both) as unit:
        assert outbox.claim(unit.conn, first, unit.now, timedelta(minutes=2)) is not None
        unit.commit()
    clock.advance(seconds=60)
    assert promised(helpline_on_both, AGAIN) == []


def test_a_ring_whose_worker_died_is_in_doubt_also_at_a_later_try(helpline_on_both: Helpline, clock: FakeClock) -> None:
    with UnitOfWork(helpline_on_both) as unit:
        unit.promise("ring", {}, dedupe_key="ring:1", on_doubt=OnDoubt.DROP)
        ((ring, _),) = outbox.due(unit.conn, unit.now)
        unit.commit()
    doubts = []
    for refused in (True, False, False):
        with UnitOfWork(helpline_on_both) as unit:
            taken = outbox.claim(unit.conn, ring, unit.now, AGAIN)
            doubts.append(taken is not None and taken.in_doubt)
            if refused:
                outbox.retry(unit.conn, ring, unit.now, "busy")
            unit.commit()
        clock.advance(seconds=10)
    assert doubts == [False, False, True]
