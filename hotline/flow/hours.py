"""An administrator says when the helpline is open, from a moment on; nobody is refused outside of it."""

from datetime import datetime, timedelta

from hotline.domain.contact import Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.flow.helpline import Helpline
from hotline.flow.policies import BARELY_PAST, LONGEST_AHEAD
from hotline.flow.unit import UnitOfWork
from hotline.storage import leases, opening_hours
from hotline.volunteers import store as volunteers
from hotline.volunteers.opening import Hours, checked, to_document

REASON_LIMIT_CHARACTERS = 500


class NoReason(InvalidInput):
    """Hours are not changed without saying why."""

    code = "hours_no_reason"


class WrongMoment(InvalidInput):
    """In the past, or more than a year ahead."""

    code = "hours_wrong_moment"


class BegunAlready(Conflict):
    """They count already and can only be followed by others."""

    code = "hours_begun"


def set_hours(helpline: Helpline, person: Person, given: Hours, *, from_at: datetime | None, reason: str) -> str:
    """Set the hours from a moment on (now without one); gives the setting's id.

    Raises ``WrongHours``, ``NoReason`` or ``WrongMoment``.
    """
    _check_may(person)
    hours, why = checked(given, helpline.rota.zone), reason.strip()
    if not why or len(why) > REASON_LIMIT_CHARACTERS:
        raise NoReason("say why, in at most 500 characters", field="reason")
    with UnitOfWork(helpline) as unit:
        begins = unit.now if from_at is None else from_at
        if not unit.now - BARELY_PAST <= begins <= unit.now + LONGEST_AHEAD:
            raise WrongMoment("from now on, or within a year", field="from_at")
        made = opening_hours.add(
            unit.conn,
            hours=to_document(hours),
            from_at=max(begins, unit.now),
            set_at=unit.now,
            by=person.id,
            reason=why,
        )
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="hours_set", setting_id=made)
        unit.commit()
    helpline.hours.look_again()
    return made


def revoke(helpline: Helpline, person: Person, setting_id: str) -> None:
    """Take back hours that have not begun; raises ``BegunAlready``."""
    _check_may(person)
    with UnitOfWork(helpline) as unit:
        leases.acquire(unit.conn, "hours", new_id(), timedelta(0))  # holds the row: two at once wait in turn
        found = next((one for one in opening_hours.settings(unit.conn) if one.id == setting_id), None)
        if found is None or found.revoked_by is not None:
            raise NotFound("nothing is planned so")
        if found.from_at <= unit.now:
            raise BegunAlready("they count already: set others")
        opening_hours.revoke(unit.conn, found, set_at=unit.now, by=person.id)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="hours_revoked", setting_id=setting_id)
        unit.commit()
    helpline.hours.look_again()


def _check_may(person: Person) -> None:
    if Role.ADMINISTRATOR not in person.roles:
        raise NotAllowed("an administrator sets the opening hours")
