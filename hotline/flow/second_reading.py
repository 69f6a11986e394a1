"""Reads every judged message a second time, more slowly and better; it may only raise, and nobody waits for it."""

from datetime import datetime, timedelta

from hotline.contacts import store as contacts
from hotline.domain.contact import Level, State
from hotline.domain.errors import SealBroken
from hotline.domain.ports import Assessor
from hotline.domain.records import Contact
from hotline.domain.risk import Judgement
from hotline.flow import assess, escalate, judged_again, owed
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions.rubric import Why
from hotline.routing.ladder import AlarmKind
from hotline.telemetry import get_logger
from hotline.triage import readings
from hotline.triage import store as triage
from hotline.triage.readings import Judged, SecondReading

AT_ONCE = 50
"""Judgements read in one round; more wait for the next."""

AGAIN_AFTER = timedelta(minutes=10)
"""A judgement whose reading failed is read again so much later: the reader may have been mended."""

_log = get_logger(__name__)


def is_waiting(helpline: Helpline, *, since: datetime) -> bool:
    """Whether the machine judged anything from ``since`` on that was not read again."""
    return bool(_waiting(helpline, since, 1))


def read_new(helpline: Helpline, second: Assessor, *, since: datetime) -> int:
    """Read up to :data:`AT_ONCE` of the machine's judgements from ``since`` on, newest first; gives how many.

    None keeps another waiting: one that fails is told, and tried again later.
    """
    waiting = _waiting(helpline, since, AT_ONCE)
    for about in waiting:
        try:
            texts = judged_again.words(helpline, about)
        except (SealBroken, LookupError) as trouble:
            _log.warning("not read again", assessment_id=about.assessment_id, trouble=type(trouble).__name__)
            _fail(helpline, about, "none", f"not read: {type(trouble).__name__}", told=False)
            continue
        try:
            _read(helpline, second, about, texts)
        except Exception as trouble:  # noqa: BLE001  the next judgement must not wait for this one's fault
            _log.exception("a second reading failed", assessment_id=about.assessment_id)
            _fail(helpline, about, "none", f"raised {type(trouble).__name__}")
    return len(waiting)


def _waiting(helpline: Helpline, since: datetime, limit: int) -> list[Judged]:
    failed_before = helpline.clock.now() - AGAIN_AFTER
    with helpline.database.read() as conn:
        return readings.unread(conn, since=since, failed_before=failed_before, limit=limit)


def _read(helpline: Helpline, second: Assessor, about: Judged, texts: list[str]) -> None:
    judgement = judged_again.ask(second, texts, "second")
    if judgement.failure is not None:
        _fail(helpline, about, judgement.model, judgement.failure)
        return
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, about.contact_id, lock=True)
        raised_by = None
        if _is_news(unit, contact, judgement, about):
            raised_by = assess.raise_by_machine(unit, contact, judgement, about.message_number)
            _after_the_end(unit, contact, judgement.level)
        reading = SecondReading(judgement.level, judgement.model, raised_by=raised_by)
        if readings.keep(unit.conn, about, reading, unit.now):
            unit.commit()


def _is_news(unit: UnitOfWork, contact: Contact, judgement: Judgement, about: Judged) -> bool:
    """Whether it asks for more than the contact stands at, in words that no person has judged since.

    A closed contact stands where it stood; there the highest level that anybody ever gave counts.
    """
    if contact.erased_at is not None or about.message_number <= contact.settled_number:
        return False
    stands = contact.level
    if contact.state is State.CLOSED:
        stands = triage.highest_level(unit.conn, contact.id) or stands
    return judgement.level.rank > stands.rank


def _after_the_end(unit: UnitOfWork, contact: Contact, level: Level) -> None:
    """Danger seen only when nobody waited any more: a human must still hear of it."""
    if not level.urgent:
        return
    if contact.state is State.CLOSED:
        owed.ask_for(unit, contact.id, Why.IMMINENT if level is Level.IMMINENT else Why.URGENT)
    elif contact.state is State.ABANDONED:
        escalate.alarm(unit, AlarmKind.URGENT_ABANDONED, contact, token=f"abandoned:{contact.token}")


def _fail(helpline: Helpline, about: Judged, model: str, failure: str, *, told: bool = True) -> None:
    """The first judgement stands; written, so that it is not tried again at once."""
    with UnitOfWork(helpline) as unit:
        readings.keep(unit.conn, about, SecondReading(None, model, failure), unit.now)
        if told:
            token = f"second:{unit.now:%Y%m%d%H}"
            escalate.alarm(unit, AlarmKind.SECOND_READING_FAILING, None, token=token)
        unit.commit()
