"""Carries out one promise outside any transaction; done inside, a slow carrier would hold everybody's locks.

A promise is taken with a lease in the database, so that a killed worker's promise is done again within seconds and two
workers never do it together. If it is unknown whether the effect happened, the promise itself says: repeat or drop.
What each kind does stands in the rooms of :data:`EFFECTS`.
"""

from datetime import timedelta

from hotline.carriers.paging import Carriers
from hotline.domain.errors import CarrierError, ConfigurationError
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.jobs import calls, pages, recordings, texts
from hotline.jobs.effects import Effect
from hotline.storage import outbox
from hotline.storage.outbox import OnDoubt, Promise, PromiseState
from hotline.telemetry import PROMISES, get_logger

LEASE = timedelta(seconds=10)
"""Longer than a carrier may take; a killed worker's promise is free again after this."""

FIRST_RETRY = timedelta(seconds=3)
EFFECTS: dict[str, Effect] = pages.EFFECTS | calls.EFFECTS | texts.EFFECTS | recordings.EFFECTS
"""What is done for each kind of promise."""

UNKNOWN = "unknown whether it happened"
"""Why a promise is given up whose worker died in the middle, where doing it twice would be worse."""

_log = get_logger(__name__)
_hands: list[tuple[Helpline, Carriers]] = []


def install(helpline: Helpline, carriers: Carriers) -> None:
    """Give this worker process what :func:`run_promise` needs; a job in Redis carries an id only."""
    _hands[:] = [(helpline, carriers)]


def run_promise(promise_id: str) -> None:
    """The job a worker runs; raises ``ConfigurationError`` in a process that was not installed."""
    if not _hands:
        raise ConfigurationError("this process carries out no promises")
    deliver(*_hands[0], promise_id)


def deliver(helpline: Helpline, carriers: Carriers, promise_id: str) -> None:
    """Take, carry out and settle one promise, unless another holds it. Never raises: the outbox remembers."""
    try:
        promise = _take(helpline, promise_id)
        if promise is not None:
            _carry_out(helpline, carriers, promise)
    except Exception:  # noqa: BLE001 - the outbox keeps what failed here
        _log.exception("promise left for later", promise_id=promise_id)


def _take(helpline: Helpline, promise_id: str) -> Promise | None:
    with UnitOfWork(helpline) as unit:
        promise = outbox.claim(unit.conn, promise_id, unit.now, LEASE)
        unit.commit()
    return promise


def _carry_out(helpline: Helpline, carriers: Carriers, promise: Promise) -> None:
    effect = EFFECTS.get(promise.kind)
    if effect is None:
        _settle(helpline, promise, PromiseState.FAILED, "nobody knows this kind")
        return
    if promise.in_doubt:
        _after_trouble(helpline, effect, promise, CarrierError(UNKNOWN, theirs=False, may_have_happened=True))
        return
    try:
        outcome = effect.carry_out(helpline, carriers, promise.payload)
    except CarrierError as trouble:
        _log.warning("carrier failed", promise_id=promise.id, kind=promise.kind, theirs=trouble.theirs)
        _after_trouble(helpline, effect, promise, trouble)
        return
    if outcome is None:
        _settle(helpline, promise, PromiseState.DROPPED, "no longer needed")
    else:
        _settle(helpline, promise, PromiseState.DONE, outcome)


def _after_trouble(helpline: Helpline, effect: Effect, promise: Promise, trouble: CarrierError) -> None:
    """Repeat what may be repeated; the rest fails, and its kind says who hears of it."""
    in_doubt = trouble.may_have_happened and promise.on_doubt is OnDoubt.DROP
    again = trouble.theirs and not in_doubt and promise.attempts < effect.most_attempts
    effect.in_trouble(helpline, promise.payload, trouble, final=not again)
    if again:
        with UnitOfWork(helpline) as unit:
            pause = min(FIRST_RETRY * 2 ** min(promise.attempts - 1, 10), effect.longest_pause)
            outbox.retry(unit.conn, promise.id, unit.now + pause, outcome=str(trouble))
            unit.commit()
        PROMISES.labels(promise.kind, "retried").inc()
        return
    _settle(helpline, promise, PromiseState.DROPPED if in_doubt else PromiseState.FAILED, str(trouble))


def _settle(helpline: Helpline, promise: Promise, state: PromiseState, outcome: str) -> None:
    with UnitOfWork(helpline) as unit:
        outbox.settle(unit.conn, promise.id, state, unit.now, outcome=outcome)
        unit.commit()
    PROMISES.labels(promise.kind, state).inc()
