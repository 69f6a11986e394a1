"""Reads every judged message a second time, more slowly and better; it may only raise, and nobody waits for it."""

from datetime import datetime

from hotline.contacts import store as contacts
from hotline.domain.contact import Level, State
from hotline.domain.errors import NotFound, SealBroken
from hotline.domain.ports import Assessor
from hotline.domain.risk import Judgement
from hotline.flow import assess, escalate, owed
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions.rubric import Why
from hotline.routing.ladder import AlarmKind
from hotline.telemetry import get_logger
from hotline.triage import readings
from hotline.triage.readings import Judged, Reading

AT_ONCE = 50
"""Judgements read in one round; more wait for the next."""

_log = get_logger(__name__)


def is_waiting(helpline: Helpline, *, since: datetime) -> bool:
    """Whether the machine judged anything from ``since`` on that was not read again."""
    with helpline.database.read() as conn:
        return bool(readings.read_once(conn, since=since, limit=1))


def read_new(helpline: Helpline, second: Assessor, *, since: datetime) -> int:
    """Read up to :data:`AT_ONCE` of the machine's judgements from ``since`` on again; gives how many it dealt with.

    One whose words or key do not open is logged and never tried again: it would keep all later ones waiting.
    """
    with helpline.database.read() as conn:
        waiting = readings.read_once(conn, since=since, limit=AT_ONCE)
    for about in waiting:
        try:
            _read(helpline, second, about)
        except (SealBroken, NotFound, ValueError, LookupError) as trouble:
            _log.warning("not read again", assessment_id=about.assessment_id, trouble=type(trouble).__name__)
            with UnitOfWork(helpline) as unit:
                failure = f"not read: {type(trouble).__name__}"
                readings.keep(unit.conn, about, Reading(None, model="none", failure=failure), unit.now)
                unit.commit()
    return len(waiting)


def _read(helpline: Helpline, second: Assessor, about: Judged) -> None:
    with helpline.database.read() as conn:
        said = contacts.seeker_texts(conn, helpline.keys, about.contact_id)
    texts = [one.text for one in said if about.after < one.number <= about.message_number]
    if not texts:
        raise LookupError("the words are gone")
    judgement = _ask(second, texts)
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, about.contact_id, lock=True)
        if judgement.failure is not None:
            reading = Reading(None, judgement.model, judgement.failure)
            escalate.alarm(unit, AlarmKind.SECOND_READING_FAILING, None, token=f"{judgement.model}:{unit.now:%Y%m%d%H}")
        else:
            settled = about.message_number <= contact.settled_number
            higher = judgement.level.rank > contact.level.rank and not settled
            raised_by = assess.raise_by_machine(unit, contact, judgement, about.message_number) if higher else None
            reading = Reading(judgement.level, judgement.model, raised_by=raised_by)
            if higher and contact.state is State.CLOSED and judgement.level.urgent:
                owed.ask_for(unit, contact.id, Why.URGENT)
        if readings.keep(unit.conn, about, reading, unit.now):
            unit.commit()


def _ask(second: Assessor, texts: list[str]) -> Judgement:
    """The second judgement; one that raises is one that did not answer."""
    try:
        return second.judge(texts)
    except Exception as trouble:  # noqa: BLE001  it promised never to; the first judgement stands
        return Judgement(Level.ELEVATED, None, None, model="second", failure=f"raised {type(trouble).__name__}")
