"""Erases, once a day and a little at a time, what is not kept any more; a contact that fails stops no other.

Each contact is an act of its own, so that a kill leaves nothing half erased and the next sweep goes on where it was.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from hotline.contacts import erasures
from hotline.flow import erase
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage import leases
from hotline.storage.engine import forget_old_pages
from hotline.telemetry import get_logger

EVERY = timedelta(hours=24)
BUDGET_SECONDS = 1.0
"""The other sweeps wait meanwhile."""
AT_ONCE = 50
"""So many ids are read in one statement."""
BEAT = "retention.done"

_log = get_logger(__name__)


def erase_all_due(helpline: Helpline, *, budget_seconds: float = BUDGET_SECONDS) -> int:
    """Erase contacts whose period is over, as many as the time allows, until a day is done; gives how many."""
    now = helpline.clock.now()
    with helpline.database.read() as conn:
        done = leases.last_beats(conn).get(BEAT)
    if done is not None and done <= now < done + EVERY:
        return 0
    helpline.policies.look()
    deadline, erased = time.monotonic() + budget_seconds, 0
    for work, contact_id in _due(helpline):
        if time.monotonic() > deadline:
            return erased
        erased += _try(work, helpline, contact_id)
    erase.forget_in_passing(helpline)
    if forget_old_pages(helpline.database):
        with UnitOfWork(helpline) as unit:
            leases.beat(unit.conn, BEAT, unit.now)
            unit.commit()
    return erased


def _due(helpline: Helpline) -> Iterator[tuple[Callable[[Helpline, str], bool], str]]:
    """Every contact to look at with what is to be done there, the longest closed first."""
    now, place = helpline.clock.now(), None
    while True:
        with helpline.database.read() as conn:
            found = erasures.due(conn, helpline.retention.transcripts_end(now), after=place, limit=AT_ONCE)
        yield from ((erase.erase_due, contact_id) for _, contact_id in found)
        if len(found) < AT_ONCE:
            break
        place = found[-1]
    with helpline.database.read() as conn:
        over = erasures.to_unlink(conn, helpline.retention.record_end(now), limit=1000)
    yield from ((erase.unlink_due, contact_id) for contact_id in over)


def _try(work: Callable[[Helpline, str], bool], helpline: Helpline, contact_id: str) -> bool:
    try:
        return work(helpline, contact_id)
    except Exception:  # noqa: BLE001  one faulty contact keeps no other
        _log.exception("a contact could not be erased and stays due", contact_id=contact_id, act=work.__name__)
        return False
