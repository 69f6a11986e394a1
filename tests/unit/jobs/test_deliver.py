"""Delivering: a promise is carried out, repeated or given up as it declares, and the board sees which."""

import pytest
import sqlalchemy as sa
from support.fakes import FakeCarrier, FakeClock

from hotline.carriers.paging import Carriers
from hotline.carriers.silent import SilentCarrier
from hotline.domain.errors import CarrierError, ConfigurationError
from hotline.flow import escalate
from hotline.flow.enrol import ensure_demo_people
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.jobs import deliver, effects
from hotline.routing.ladder import AlarmKind
from hotline.storage import outbox
from hotline.storage.outbox import PromiseState


def promised(helpline: Helpline) -> str:
    """An alarm without a contact pages the one supervisor; gives the promise's id."""
    ensure_demo_people(helpline)
    with UnitOfWork(helpline) as unit:
        escalate.alarm(unit, AlarmKind.SWEEP_STALE, None, token="once")
        unit.commit()
    with helpline.database.read() as conn:
        ((promise_id, attempts),) = outbox.due(conn, helpline.clock.now())
    assert attempts == 0
    return promise_id


def state_of(helpline: Helpline, promise_id: str) -> tuple[str, str | None]:
    with helpline.database.read() as conn:
        row = conn.execute(sa.select(outbox.outbox).where(outbox.outbox.c.id == promise_id)).one()
    return row.state, row.outcome


def refusal(*, theirs: bool, may_have_happened: bool = False) -> CarrierError:
    return CarrierError("no", theirs=theirs, may_have_happened=may_have_happened)


def silent_first(telephone: FakeCarrier) -> Carriers:
    """Demo people left no number, so the carrier under test stands in the silent one's place."""
    return Carriers(silent=telephone)


def test_a_page_without_a_telephone_is_remembered_and_done(helpline_on_both: Helpline) -> None:
    promise_id = promised(helpline_on_both)
    deliver.deliver(helpline_on_both, Carriers(silent=SilentCarrier()), promise_id)
    assert state_of(helpline_on_both, promise_id) == (PromiseState.DONE, "silent")


def test_a_promise_is_carried_out_once_however_often_it_is_handed_over(helpline: Helpline) -> None:
    promise_id, carrier = promised(helpline), FakeCarrier()
    for _ in range(5):
        deliver.deliver(helpline, silent_first(carrier), promise_id)
    assert len(carrier.pages) == 1


def test_their_trouble_is_tried_again_later_and_not_before(helpline: Helpline, clock: FakeClock) -> None:
    promise_id = promised(helpline)
    carrier = FakeCarrier(troubles=[refusal(theirs=True)])
    deliver.deliver(helpline, silent_first(carrier), promise_id)
    deliver.deliver(helpline, silent_first(carrier), promise_id)
    assert len(carrier.pages) == 1
    clock.advance(seconds=3)
    deliver.deliver(helpline, silent_first(carrier), promise_id)
    assert state_of(helpline, promise_id)[0] == PromiseState.DONE


def test_our_own_mistake_fails_at_once_and_is_seen(helpline: Helpline) -> None:
    promise_id = promised(helpline)
    deliver.deliver(helpline, silent_first(FakeCarrier(troubles=[refusal(theirs=False)])), promise_id)
    assert state_of(helpline, promise_id) == (PromiseState.FAILED, "no")


def test_trouble_without_end_is_given_up(helpline: Helpline, clock: FakeClock) -> None:
    promise_id = promised(helpline)
    carrier = FakeCarrier(troubles=[refusal(theirs=True)] * 20)
    for _ in range(20):
        deliver.deliver(helpline, silent_first(carrier), promise_id)
        clock.advance(minutes=10)
    assert len(carrier.pages) == effects.MOST_ATTEMPTS
    assert state_of(helpline, promise_id)[0] == PromiseState.FAILED


def test_a_page_in_doubt_is_repeated_because_waking_twice_is_better_than_never(
    helpline: Helpline, clock: FakeClock
) -> None:
    promise_id = promised(helpline)
    carrier = FakeCarrier(troubles=[refusal(theirs=True, may_have_happened=True)])
    deliver.deliver(helpline, silent_first(carrier), promise_id)
    clock.advance(seconds=10)
    deliver.deliver(helpline, silent_first(carrier), promise_id)
    assert len(carrier.pages) == 2


def test_a_killed_workers_promise_is_free_again_after_its_lease(helpline: Helpline, clock: FakeClock) -> None:
    promise_id, carrier = promised(helpline), FakeCarrier()
    deliver._take(helpline, promise_id)
    deliver.deliver(helpline, silent_first(carrier), promise_id)
    assert not carrier.pages
    clock.advance(seconds=deliver.LEASE.total_seconds())
    deliver.deliver(helpline, silent_first(carrier), promise_id)
    assert len(carrier.pages) == 1


def test_a_carrier_that_breaks_is_asked_again(helpline: Helpline, clock: FakeClock) -> None:
    promise_id = promised(helpline)
    carrier = FakeCarrier(troubles=[ZeroDivisionError()])
    deliver.deliver(helpline, silent_first(carrier), promise_id)
    clock.advance(seconds=3)
    deliver.deliver(helpline, silent_first(carrier), promise_id)
    assert state_of(helpline, promise_id)[0] == PromiseState.DONE


def test_a_process_without_hands_refuses() -> None:
    deliver._hands.clear()
    with pytest.raises(ConfigurationError):
        deliver.run_promise("p")
