"""Erases, once a day and a little at a time, what is not kept any more; a contact that fails stops no other.

Each contact is an act of its own, so that a kill leaves nothing half erased and the next sweep goes on where it was.
"""

import time
from collections.abc import Callable, Iterable, Iterator
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
Act = Callable[[Helpline, str], bool]

_log = get_logger(__name__)


def erase_all_due(helpline: Helpline, *, budget_seconds: float = BUDGET_SECONDS) -> int:
    """Erase contacts whose period is over, as many as the time allows, until a day is done; gives how many.

    What is forgotten in passing goes in every run, however much is left to erase. Where nothing was ever erased, the
    first run only notes that it began: an installation that is brought up to date loses nothing before its notice.
    """
    now = helpline.clock.now()
    with helpline.database.read() as conn:
        beats = leases.last_beats(conn)
    done = beats.get(erase.DONE)
    if done is not None and done <= now < done + EVERY:
        return 0
    helpline.policies.look()
    if not beats.keys() & {erase.FIRST, erase.DONE}:
        _beat(helpline, erase.FIRST)
    begins = erase.begins_at(helpline)
    if begins is not None and now < begins:
        return 0
    erase.forget_in_passing(helpline)
    erased, all_erased = _some(erase.erase_due, helpline, _due(helpline), budget_seconds)
    unlinked, all_unlinked = _some(erase.unlink_due, helpline, _to_unlink(helpline), budget_seconds)
    clean = forget_old_pages(helpline.database)
    if all_erased and all_unlinked and clean:
        _beat(helpline, erase.DONE)
    return erased + unlinked


def _beat(helpline: Helpline, name: str) -> None:
    with UnitOfWork(helpline) as unit:
        leases.beat(unit.conn, name, unit.now)
        unit.commit()


def _due(helpline: Helpline) -> Iterator[str]:
    """Every contact that goes, the longest closed first; those that something keeps are not walked over."""
    now, place = helpline.clock.now(), None
    while True:
        with helpline.database.read() as conn:
            end = helpline.retention.transcripts_end(now)
            found = erasures.due(conn, end, after=place, limit=AT_ONCE, but=erase.keeping())
        yield from (contact_id for _, contact_id in found)
        if len(found) < AT_ONCE:
            return
        place = found[-1]


def _to_unlink(helpline: Helpline) -> list[str]:
    with helpline.database.read() as conn:
        return erasures.to_unlink(conn, helpline.retention.record_end(helpline.clock.now()), limit=1000)


def _some(act: Act, helpline: Helpline, ids: Iterable[str], budget_seconds: float) -> tuple[int, bool]:
    """Do it to as many as the time allows; gives to how many, and whether all were tried.

    Time alone ends a run only after something was done: a few faulty ones would end every run before its rest.
    """
    deadline, did = time.monotonic() + budget_seconds, 0
    for contact_id in ids:
        if did and time.monotonic() > deadline:
            return did, False
        did += _try(act, helpline, contact_id)
    return did, True


def _try(act: Act, helpline: Helpline, contact_id: str) -> bool:
    try:
        return act(helpline, contact_id)
    except Exception:  # noqa: BLE001  one faulty contact keeps no other
        _log.exception("a contact could not be erased and stays due", contact_id=contact_id, act=act.__name__)
        return False
