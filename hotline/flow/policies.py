"""People set a number from a moment on, with a reason; what waits for its moment may be taken back until then."""

from datetime import datetime, timedelta

from hotline.domain.contact import Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.ids import new_id
from hotline.domain.numbers import Number, check_together
from hotline.domain.records import Person
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage import leases, policy_values
from hotline.storage.policy_values import Setting
from hotline.volunteers import store as volunteers

DECIDING = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
KEEPING = "retention_policy."
REASON_LIMIT_CHARACTERS = 500
LONGEST_AHEAD = timedelta(days=366)
BARELY_PAST = timedelta(minutes=2)
"""A form that was filled in slowly still means now."""


class NoReason(InvalidInput):
    """A number is not changed without saying why."""

    code = "policy_no_reason"


class WrongMoment(InvalidInput):
    """In the past, or more than a year ahead."""

    code = "policy_wrong_moment"


class ShorterTooSoon(InvalidInput):
    """One person alone would have erased, with the next run, what others thought was kept."""

    code = "policy_notice"


class BegunAlready(Conflict):
    """It is in force and can only be followed by another value."""

    code = "policy_begun"


def number(helpline: Helpline, name: str) -> Number:
    """One number as its file has it; raises ``NotFound``."""
    found = helpline.policies.numbers.get(name)
    if found is None:
        raise NotFound("no such number")
    return found


def set_value(
    helpline: Helpline, person: Person, name: str, given: str | float, *, from_at: datetime | None, reason: str
) -> str:
    """Set a number from a moment on (now without one); gives the setting's id.

    Raises ``NoNumber``, ``OutOfRange``, ``OutOfOrder`` (with any other number, now or at any moment planned so far),
    ``NoReason``, ``WrongMoment`` or ``ShorterTooSoon``.
    """
    _check_may(person)
    value, why = number(helpline, name).checked(given), reason.strip()
    if not why or len(why) > REASON_LIMIT_CHARACTERS:
        raise NoReason("say why, in at most 500 characters", field="reason")
    with UnitOfWork(helpline) as unit:
        begins = unit.now if from_at is None else from_at
        if not unit.now - BARELY_PAST <= begins <= unit.now + LONGEST_AHEAD:
            raise WrongMoment("from now on, or within a year", field="from_at")
        begins = max(begins, unit.now)
        leases.acquire(unit.conn, "policies", new_id(), timedelta(0))  # holds the row: two who set at once wait in turn
        before = policy_values.settings(unit.conn)
        made = policy_values.add(
            unit.conn, name=name, value=value, from_at=begins, set_at=unit.now, by=person.id, reason=why
        )
        _check_all(unit, since=begins)
        _check_notice(unit, before)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="policy_set", name=name, setting_id=made)
        unit.commit()
    helpline.policies.look_again()
    return made


def revoke(helpline: Helpline, person: Person, setting_id: str) -> None:
    """Take back a value that has not begun.

    Raises ``BegunAlready``, ``OutOfOrder`` when others rest on it, or ``ShorterTooSoon``.
    """
    _check_may(person)
    with UnitOfWork(helpline) as unit:
        before = policy_values.settings(unit.conn)
        found = next((one for one in before if one.id == setting_id), None)
        if found is None or found.revoked_by is not None:
            raise NotFound("nothing is planned so")
        if found.from_at <= unit.now:
            raise BegunAlready("it is in force: set another value")
        policy_values.revoke(unit.conn, found, set_at=unit.now, by=person.id)
        _check_all(unit, since=unit.now)
        _check_notice(unit, before)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="policy_revoked", setting_id=setting_id)
        unit.commit()
    helpline.policies.look_again()


def _check_may(person: Person) -> None:
    if not DECIDING & person.roles:
        raise NotAllowed("a supervisor or an administrator sets numbers")


def _check_all(unit: UnitOfWork, *, since: datetime) -> None:
    """All numbers together must make sense from then on, at every moment at which one of them changes."""
    found = policy_values.settings(unit.conn)
    filed = {one.name: one.value for one in unit.helpline.policies.numbers.values()}
    for moment in {since, *(one.from_at for one in found if one.from_at > since)}:
        check_together(filed | policy_values.in_force(found, moment))


def _check_notice(unit: UnitOfWork, before: list[Setting]) -> None:
    """No number of keeping is less than it would have been until its notice is over, whatever was set or taken back."""
    after, house = policy_values.settings(unit.conn), unit.helpline
    kept = [one for name, one in house.policies.numbers.items() if name.startswith(KEEPING)]
    end = unit.now + house.retention.notice - BARELY_PAST
    for moment in {unit.now, *(one.from_at for one in (*before, *after) if unit.now < one.from_at < end)}:
        would_be, is_now = policy_values.in_force(before, moment), policy_values.in_force(after, moment)
        if any(is_now.get(one.name, one.value) < would_be.get(one.name, one.value) for one in kept):
            raise ShorterTooSoon("a shorter period begins when its notice is over", field="from_at")
