"""Carries out one promise outside any transaction; done inside, a slow carrier would hold everybody's locks.

A promise is taken with a lease in the database, so that a killed worker's promise is done again within seconds and two
workers never do it together. If it is unknown whether the effect happened, the promise itself says: repeat or drop.
"""

from datetime import timedelta

from hotline.carriers.paging import Carrier, Carriers, PageOrder, Receipt
from hotline.domain.errors import CarrierError, ConfigurationError
from hotline.flow import escalate, look_ahead
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage import outbox
from hotline.storage.outbox import OnDoubt, Promise, PromiseState
from hotline.telemetry import PROMISES, get_logger

LEASE = timedelta(seconds=10)
"""Longer than a carrier may take; a killed worker's promise is free again after this."""

FIRST_RETRY = timedelta(seconds=3)
MOST_ATTEMPTS = 6
KINDS = ("page", "reminder")

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
    if promise.kind not in KINDS:
        _settle(helpline, promise, PromiseState.FAILED, "nobody knows this kind")
        return
    order = _order(helpline, promise)
    if order is None:
        _settle(helpline, promise, PromiseState.DROPPED, "no longer needed")
        return
    carrier = carriers.for_order(order)
    try:
        receipt = _page(carrier, order)
    except CarrierError as trouble:
        _log.warning("carrier failed", promise_id=promise.id, carrier=carrier.name, theirs=trouble.theirs)
        _after_trouble(helpline, promise, trouble, carrier=carrier.name)
        return
    silent = carrier is carriers.silent
    _outcome(helpline, promise, carrier=receipt.carrier, state="silent" if silent else "sent")
    _settle(helpline, promise, PromiseState.DONE, receipt.carrier)


def _order(helpline: Helpline, promise: Promise) -> PageOrder | None:
    """What to say to whom; ``None`` when it is no longer needed."""
    given = promise.payload
    if promise.kind == "page":
        return escalate.page_details(helpline, str(given["page_id"]))
    return look_ahead.reminder_details(helpline, str(given["shift_id"]), str(given["person_id"]))


def _outcome(helpline: Helpline, promise: Promise, *, carrier: str, state: str) -> None:
    """Show on the board what became of a page; a reminder stands at the desk anyway."""
    if promise.kind == "page":
        escalate.page_outcome(helpline, str(promise.payload["page_id"]), carrier=carrier, state=state)


def _page(carrier: Carrier, order: PageOrder) -> Receipt:
    """Ask the carrier; one that breaks in an unforeseen way counts as one that may have done it."""
    try:
        return carrier.page(order)
    except CarrierError:
        raise
    except Exception as error:
        raise CarrierError(type(error).__name__, theirs=True, may_have_happened=True) from error


def _after_trouble(helpline: Helpline, promise: Promise, trouble: CarrierError, *, carrier: str) -> None:
    """Repeat what may be repeated, and call the others at once; the rest fails, visibly on the board."""
    if promise.kind == "page":
        escalate.page_unreached(helpline, str(promise.payload["page_id"]))
    in_doubt = trouble.may_have_happened and promise.on_doubt is OnDoubt.DROP
    if trouble.theirs and not in_doubt and promise.attempts < MOST_ATTEMPTS:
        with UnitOfWork(helpline) as unit:
            pause = FIRST_RETRY * 2 ** (promise.attempts - 1)
            outbox.retry(unit.conn, promise.id, unit.now + pause, outcome=f"{carrier}: {trouble}")
            unit.commit()
        PROMISES.labels(promise.kind, "retried").inc()
        return
    _outcome(helpline, promise, carrier=carrier, state="failed")
    _settle(helpline, promise, PromiseState.DROPPED if in_doubt else PromiseState.FAILED, f"{carrier}: {trouble}")


def _settle(helpline: Helpline, promise: Promise, state: PromiseState, outcome: str) -> None:
    with UnitOfWork(helpline) as unit:
        outbox.settle(unit.conn, promise.id, state, unit.now, outcome=outcome)
        unit.commit()
    PROMISES.labels(promise.kind, state).inc()
