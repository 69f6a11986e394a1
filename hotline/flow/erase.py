"""A contact's words are destroyed with its key; what happened, when and how it ended stays, without a person in it.

Nothing is erased that is open, held, or still owed something. One act, one contact: a kill in between leaves either all
of it or nothing of it done.
"""

from datetime import datetime, timedelta

from sqlalchemy.engine import Connection

from hotline.contacts import erasures, holds
from hotline.contacts import store as contacts
from hotline.contacts.erasures import Erasure, Keeping
from hotline.contacts.keeping import Obstacle, WhyErased
from hotline.domain.errors import SealBroken
from hotline.domain.records import Contact
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import erasing as written
from hotline.routing import erasing as said_among_us
from hotline.routing import subjects
from hotline.storage import leases
from hotline.triage import erasing as judged
from hotline.triage import store as triage
from hotline.volunteers import care
from hotline.volunteers import store as volunteers

MACHINE = "machine"
DONE = "retention.done"
"""The beat of a day's erasing that came to its end."""
FIRST = "retention.first"
"""The beat of the clock's first look, which erases nothing."""
LATE_AFTER = timedelta(hours=36)


def keeping() -> Keeping:
    """What keeps a contact from being erased, whatever its age: the one list that every question goes by."""
    owed, calls, asked = written.unfinished(erasures.WHOSE)
    return {
        **erasures.keeping(),
        Obstacle.REVIEW: owed,
        Obstacle.DISPATCH: calls,
        Obstacle.ADDRESS: asked,
        Obstacle.DEBRIEF: care.debrief_owed_for(erasures.WHOSE),
    }


def obstacles(conn: Connection, contact: Contact) -> list[Obstacle]:
    """What keeps this contact from being erased; empty when nothing does."""
    return erasures.which(conn, contact.id, keeping())


def erase(unit: UnitOfWork, contact: Contact, *, why: WhyErased, by: str, second: str | None = None) -> None:
    """Erase within the act of ``unit``; the caller holds the contact's row and has found no obstacle."""
    made = Erasure(contact.id, unit.now, why, by, second, _topics(unit, contact))
    for room in (written, said_among_us, judged):
        room.erase(unit.conn, contact.id)
    care.forget_talk(unit.conn, contact.id)
    erasures.erase(unit.conn, made)
    if unit.seal_log_off(contact.id):
        unit.log(contact.id, "erased", by, why=why, second=second)
    unit.keys.destroy_scope(unit.conn, contact.id, unit.now)
    volunteers.note(
        unit.conn, unit.now, actor_id=by, kind="contact_erased", contact_id=contact.id, why=why, second=second
    )
    unit.tell_all(contact.id, "state")


def _topics(unit: UnitOfWork, contact: Contact) -> list[str]:
    """The subjects of the machine's newest answer, as the reports count them; nothing where they do not open."""
    try:
        line = triage.timeline(unit.conn, unit.keys, contact.id, limit=1000)
    except SealBroken:
        return []
    answered = [one for one in line if one.made_by == MACHINE and one.risk is not None]
    return subjects.seen(answered[-1].heads) if answered else []


def erase_due(helpline: Helpline, contact_id: str) -> bool:
    """Erase one contact whose period is over, unless something came in between; gives whether it was done."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        over = contact.closed_at is not None and contact.closed_at <= helpline.retention.transcripts_end(unit.now)
        if not over or obstacles(unit.conn, contact):
            return False
        erase(unit, contact, why=WhyErased.RETENTION, by=MACHINE)
        unit.commit()
    return True


def unlink_due(helpline: Helpline, contact_id: str) -> bool:
    """Give up what still leads from a person to the record of an erased contact whose period is over too."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.closed_at is None or contact.closed_at > helpline.retention.record_end(unit.now):
            return False
        if contact.erased_at is None or {Obstacle.HOLD, Obstacle.PERSON} & set(obstacles(unit.conn, contact)):
            return False
        erasures.unlink(unit.conn, contact_id, unit.now)
        volunteers.note(unit.conn, unit.now, actor_id=MACHINE, kind="contact_unlinked", contact_id=contact_id)
        unit.commit()
    return True


def forget_in_passing(helpline: Helpline) -> int:
    """Put old whispers and drafts away that belong to no record; gives how many."""
    kept = helpline.retention
    with UnitOfWork(helpline) as unit:
        gone = said_among_us.forget_whispers(unit.conn, unit.now - kept.whispers)
        gone += written.forget_drafts(unit.conn, unit.now - kept.drafts)
        if gone:
            volunteers.note(unit.conn, unit.now, actor_id=MACHINE, kind="whispers_forgotten", number=gone)
        unit.commit()
    return gone


def begins_at(helpline: Helpline) -> datetime | None:
    """When the clock begins to erase here; ``None`` once it did. What people ask for is erased before that as well."""
    with helpline.database.read() as conn:
        beats = leases.last_beats(conn)
    return None if DONE in beats else beats.get(FIRST, helpline.clock.now()) + helpline.retention.notice


def past_their_period(helpline: Helpline, limit: int = 50) -> list[tuple[Contact, list[Obstacle]]]:
    """Contacts that should be gone by now and are not, with what keeps them; those without an obstacle were missed.

    A day and a night after the end of the period they count, because the clock erases once a day. Before the clock
    begins to erase nothing was missed.
    """
    begins = begins_at(helpline)
    waits = begins is not None and helpline.clock.now() < begins + LATE_AFTER
    end = helpline.retention.transcripts_end(helpline.clock.now() - LATE_AFTER)
    with helpline.database.read() as conn:
        ids = [contact_id for _, contact_id in erasures.due(conn, end, after=None, limit=limit)]
        return [(one, keeps) for one, keeps in _with_obstacles(conn, ids) if keeps or not waits]


def named(helpline: Helpline, pseudonym: str) -> list[tuple[Contact, list[Obstacle], list[str]]]:
    """The contacts that staff call so, the newest first: what keeps each, and what else its person has here."""
    with helpline.database.read() as conn:
        found = _with_obstacles(conn, holds.named(conn, pseudonym))
        return [(one, keeps, erasures.same_person(conn, one.id)) for one, keeps in found]


def _with_obstacles(conn: Connection, ids: list[str]) -> list[tuple[Contact, list[Obstacle]]]:
    found = contacts.get_contacts(conn, ids)
    return [(found[one], obstacles(conn, found[one])) for one in ids]
