"""Reviewed levels feed the triage: one person asks for an export, a second approves it, an operator makes it once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from hotline.contacts.masking import Masker
from hotline.domain.contact import Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed
from hotline.domain.records import Person
from hotline.flow import training_rows
from hotline.flow.helpline import Helpline
from hotline.flow.training_rows import Chosen
from hotline.flow.unit import UnitOfWork
from hotline.triage import training_sets
from hotline.triage.training_sets import SetState, TrainingSet
from hotline.volunteers import store as volunteers

DECIDING = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
REASON_LIMIT_CHARACTERS = 500
MOST_DAYS = 366
OPERATOR = "operator"
"""Who acts on the command line; whoever may use it holds the keys of this machine."""


class NoReason(InvalidInput):
    """Nobody's words leave without saying what for."""

    code = "training_no_reason"


class WrongDays(InvalidInput):
    """Not two days in their order, at most a year apart."""

    code = "training_wrong_days"


class OwnWish(NotAllowed):
    """The second person is another one."""

    code = "training_own_wish"


@dataclass(frozen=True, slots=True)
class Export:
    """What leaves: JSON lines, their hash, and the numbers of what they hold."""

    lines: str
    sha256: str
    held: dict[str, Any]


def ask(helpline: Helpline, person: Person, *, first: str, last: str, reason: str) -> str:
    """Ask for the contacts closed on these local days; gives the set's id. Raises ``WrongDays`` or ``NoReason``."""
    _check_may(person)
    why = reason.strip()
    if not why or len(why) > REASON_LIMIT_CHARACTERS:
        raise NoReason("say what for, in at most 500 characters", field="reason")
    first_day, last_day = _days(first, last)
    with UnitOfWork(helpline) as unit:
        wish = {"first_day": first_day.isoformat(), "last_day": last_day.isoformat(), "zone": helpline.rota.zone}
        made = training_sets.ask(unit.conn, **wish, reason=why, asked_by=person.id, asked_at=unit.now)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind="training_set_asked", set_id=made)
        unit.commit()
    return made


def _days(first: str, last: str) -> tuple[date, date]:
    try:
        found = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise WrongDays("a day is written as 2026-11-23", field="first") from None
    if not timedelta(0) <= found[1] - found[0] < timedelta(days=MOST_DAYS):
        raise WrongDays("the last day comes after the first, within a year", field="last")
    return found


def answer(helpline: Helpline, person: Person, set_id: str, *, approve: bool) -> None:
    """The second person's word; raises ``OwnWish`` for the first, ``Conflict`` once it was given."""
    _check_may(person)
    with UnitOfWork(helpline) as unit:
        found = training_sets.get(unit.conn, set_id, lock=True)
        if found.state is not SetState.ASKED:
            raise Conflict("somebody has answered")
        if found.asked_by == person.id:
            raise OwnWish("a second person answers")
        state = SetState.APPROVED if approve else SetState.REFUSED
        training_sets.change(unit.conn, set_id, state=state, answered_by=person.id, answered_at=unit.now)
        volunteers.note(unit.conn, unit.now, actor_id=person.id, kind=f"training_set_{state}", set_id=set_id)
        unit.commit()


def export(helpline: Helpline, set_id: str, masker: Masker) -> Export:
    """Make an approved set into lines and write in every contact's log that its words left.

    Words are read outside the transaction, so that nobody at a desk waits; who may be in it is asked again inside.
    Raises ``NotFound``, or ``Conflict`` when it is not approved, was exported, or the approval has lapsed.
    """
    with helpline.database.read() as conn:
        wanted = training_sets.get(conn, set_id)
        _check_approved(helpline, wanted, helpline.clock.now())
        read = training_rows.rows(conn, helpline.keys, masker, training_rows.choose(conn, wanted))
    with UnitOfWork(helpline) as unit:
        wanted = training_sets.get(unit.conn, set_id, lock=True)
        _check_approved(helpline, wanted, unit.now)
        chosen = training_rows.choose(unit.conn, wanted)
        still = Chosen({one: found for one, found in chosen.contacts.items() if one in read}, chosen.left_out)
        made = _made([read[one] for one in still.contacts], still)
        for contact_id in still.contacts:
            unit.log(contact_id, "learnt_from", OPERATOR, set_id=set_id, sha256=made.sha256)
        left = {"exported_at": unit.now, "held": made.held, "sha256": made.sha256}
        training_sets.change(unit.conn, set_id, state=SetState.EXPORTED, **left)
        said: dict[str, Any] = {"set_id": set_id, "contacts": len(still.contacts), "sha256": made.sha256}
        volunteers.note(unit.conn, unit.now, actor_id=OPERATOR, kind="training_set_exported", **said)
        unit.commit()
    return made


def _made(found: list[dict[str, str]], chosen: Chosen) -> Export:
    """The lines in the order of their random ids, which says nothing of who came when."""
    ordered = sorted(found, key=lambda row: row["id"])
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ordered)
    return Export(lines, hashlib.sha256(lines.encode()).hexdigest(), chosen.numbers())


def lapses_at(helpline: Helpline, wanted: TrainingSet) -> datetime | None:
    """Until when the approval of an approved set counts, ``None`` for any other."""
    if wanted.state is not SetState.APPROVED or wanted.answered_at is None:
        return None
    return wanted.answered_at + helpline.review.approval_lasts


def _check_approved(helpline: Helpline, wanted: TrainingSet, now: datetime) -> None:
    until = lapses_at(helpline, wanted)
    if until is None:
        raise Conflict(f"two people approve before anything is exported; this set is {wanted.state.value}")
    if now > until:
        raise Conflict("the approval has lapsed: ask again")


def listed(helpline: Helpline) -> list[tuple[TrainingSet, dict[str, Any] | None]]:
    """The newest sets; those still to be answered or exported with what they hold now, others as they left."""
    with helpline.database.read() as conn:
        open_ones = (SetState.ASKED, SetState.APPROVED)
        return [
            (one, training_rows.choose(conn, one).numbers() if one.state in open_ones else _kept(one))
            for one in training_sets.newest(conn)
        ]


def _kept(one: TrainingSet) -> dict[str, Any] | None:
    return None if one.held is None else dict(one.held)


def _check_may(person: Person) -> None:
    if not DECIDING & person.roles:
        raise NotAllowed("a supervisor or an administrator decides about training sets")
