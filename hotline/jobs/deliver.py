"""Carries out one promise outside any transaction; done inside, a slow carrier would hold everybody's locks.

A promise is taken with a lease in the database, so that a killed worker's promise is done again within seconds and two
workers never do it together. If it is unknown whether the effect happened, the promise itself says: repeat or drop.
"""

from datetime import timedelta

from hotline.carriers.paging import Carrier, Carriers, PageOrder, Receipt
from hotline.domain.errors import CarrierError, ConfigurationError
from hotline.flow import escalate
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage import outbox
from hotline.storage.outbox import OnDoubt, Promise, PromiseState
from hotline.telemetry import PROMISES, get_logger

LEASE = timedelta(seconds=10)
"""Longer than a carrier may take; a killed worker's promise is free again after this."""

FIRST_RETRY = timedelta(seconds=3)
MOST_ATTEMPTS = 6

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
    if promise.kind != "page":
        _settle(helpline, promise, PromiseState.FAILED, "nobody knows this kind")
        return
    page_id = str(promise.payload["page_id"])
    order = escalate.page_details(helpline, page_id)
    if order is None:
        _settle(helpline, promise, PromiseState.DROPPED, "no longer needed")
        return
    carrier = carriers.for_order(order)
    try:
        receipt = _page(carrier, order)
    except CarrierError as trouble:
        _log.warning("carrier failed", promise_id=promise.id, carrier=carrier.name, theirs=trouble.theirs)
        _after_trouble(helpline, promise, trouble, page_id=page_id, carrier=carrier.name)
        return
    silent = carrier is carriers.silent
    escalate.page_outcome(helpline, page_id, carrier=receipt.carrier, state="silent" if silent else "sent")
    _settle(helpline, promise, PromiseState.DONE, receipt.carrier)


def _page(carrier: Carrier, order: PageOrder) -> Receipt:
    """Ask the carrier; one that breaks in an unforeseen way counts as one that may have done it."""
    try:
        return carrier.page(order)
    except CarrierError:
        raise
    except Exception as error:
        raise CarrierError(type(error).__name__, theirs=True, may_have_happened=True) from error


def _after_trouble(helpline: Helpline, promise: Promise, trouble: CarrierError, *, page_id: str, carrier: str) -> None:
    """Repeat what may be repeated; the rest fails, visibly on the board."""
    in_doubt = trouble.may_have_happened and promise.on_doubt is OnDoubt.DROP
    if trouble.theirs and not in_doubt and promise.attempts < MOST_ATTEMPTS:
        with UnitOfWork(helpline) as unit:
            pause = FIRST_RETRY * 2 ** (promise.attempts - 1)
            outbox.retry(unit.conn, promise.id, unit.now + pause, outcome=f"{carrier}: {trouble}")
            unit.commit()
        PROMISES.labels(promise.kind, "retried").inc()
        return
    escalate.page_outcome(helpline, page_id, carrier=carrier, state="failed")
    _settle(helpline, promise, PromiseState.DROPPED if in_doubt else PromiseState.FAILED, f"{carrier}: {trouble}")


def _settle(helpline: Helpline, promise: Promise, state: PromiseState, outcome: str) -> None:
    with UnitOfWork(helpline) as unit:
        outbox.settle(unit.conn, promise.id, state, unit.now, outcome=outcome)
        unit.commit()
    PROMISES.labels(promise.kind, state).inc()
