"""Lets a candidate model score what the real one has judged; it decides nothing, and its trouble stays its own."""

from datetime import datetime

from hotline.domain.errors import SealBroken
from hotline.domain.ports import Assessor
from hotline.flow import judged_again
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.telemetry import get_logger
from hotline.triage import shadows
from hotline.triage.readings import Judged

AT_ONCE = 50
"""Assessments scored in one round; more wait for the next."""

_log = get_logger(__name__)


def is_waiting(helpline: Helpline, *, since: datetime) -> bool:
    """Whether the machine judged anything from ``since`` on that no candidate has scored."""
    with helpline.database.read() as conn:
        return bool(shadows.without_shadow(conn, since=since, limit=1))


def score_new(helpline: Helpline, candidate: Assessor, *, since: datetime) -> int:
    """Score up to :data:`AT_ONCE` of the machine's assessments from ``since`` on; gives how many it dealt with.

    One whose words or key do not open is logged and never tried again: it would keep all later ones waiting.
    """
    with helpline.database.read() as conn:
        waiting = shadows.without_shadow(conn, since=since, limit=AT_ONCE)
    for about in waiting:
        try:
            _score(helpline, candidate, about)
        except (SealBroken, ValueError, LookupError) as trouble:
            _log.warning("not scored in shadow", assessment_id=about.assessment_id, trouble=type(trouble).__name__)
            _give_up(helpline, about, f"not read: {type(trouble).__name__}")
    return len(waiting)


def _score(helpline: Helpline, candidate: Assessor, about: Judged) -> None:
    judgement = judged_again.ask(candidate, judged_again.words(helpline, about), "candidate")
    with UnitOfWork(helpline) as unit:
        shadows.add_shadow(unit.conn, unit.keys, about, judgement, unit.now)
        unit.commit()


def _give_up(helpline: Helpline, about: Judged, failure: str) -> None:
    with UnitOfWork(helpline) as unit:
        shadows.give_up(unit.conn, about, unit.now, failure)
        unit.commit()
