"""What the helpline says changes only with two people: one proposes a text, another reads old and new and signs.

A slip in a sentence that thousands read at their worst moment is not caught by the person who made it.
"""

from datetime import datetime, timedelta

from hotline.domain.contact import Language, Role
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Person
from hotline.domain.words import checked
from hotline.flow.helpline import Helpline
from hotline.flow.policies import BARELY_PAST, LONGEST_AHEAD
from hotline.flow.unit import UnitOfWork
from hotline.storage import leases, word_revisions
from hotline.storage.word_revisions import Revision
from hotline.volunteers import store as volunteers

WORDING = frozenset({Role.CLINICIAN, Role.SUPERVISOR, Role.ADMINISTRATOR})
REASON_LIMIT_CHARACTERS = 500


class NoReason(InvalidInput):
    """A text is not changed, refused or withdrawn without saying why."""

    code = "word_no_reason"


class WrongMoment(InvalidInput):
    """In the past, or more than a year ahead."""

    code = "word_wrong_moment"


class SecondReaderNeeded(Conflict):
    """Whoever proposed a text does not sign or refuse it."""

    code = "word_second_reader"


class Settled(Conflict):
    """It was signed, refused or withdrawn already, or another text stands in its place."""

    code = "word_settled"


def propose(
    helpline: Helpline,
    person: Person,
    name: str,
    language: Language,
    text: str,
    *,
    from_at: datetime | None,
    reason: str,
) -> Revision:
    """Propose a text, to be said from a moment on (without one from the signature on).

    Raises ``NotFound``, ``WrongMoment``, ``NoReason``, or what :func:`hotline.domain.words.checked` raises.
    """
    _check_may(person)
    found, why = _checked(helpline, name, language, text), _reason(reason)
    with UnitOfWork(helpline) as unit:
        if from_at is not None and not unit.now - BARELY_PAST <= from_at <= unit.now + LONGEST_AHEAD:
            raise WrongMoment("from now on, or within a year", field="from_at")
        _in_turn(unit)
        made = word_revisions.propose(
            unit.conn,
            name=name,
            language=language,
            text=found,
            from_at=from_at,
            proposed_at=unit.now,
            proposed_by=person.id,
            reason=why,
        )
        _noted(unit, person, "word_proposed", made)
        unit.commit()
    return made


def sign(helpline: Helpline, person: Person, revision_id: str) -> Revision:
    """The second person stands for a text; it is said from its moment on, in every process within ten seconds."""
    _check_may(person)
    with UnitOfWork(helpline) as unit:
        found = _undecided(unit, person, revision_id)
        _checked(helpline, found.name, Language(found.language), found.text)
        begins = max(found.from_at or unit.now, unit.now)
        _settle(unit, found, decided_at=unit.now, decided_by=person.id, signed=True, begins_at=begins)
        _noted(unit, person, "word_signed", found)
        unit.commit()
    helpline.words.look_again()
    return found


def refuse(helpline: Helpline, person: Person, revision_id: str, reason: str) -> Revision:
    """The second person does not stand for it and says why."""
    _check_may(person)
    why = _reason(reason)
    with UnitOfWork(helpline) as unit:
        found = _undecided(unit, person, revision_id)
        _settle(unit, found, decided_at=unit.now, decided_by=person.id, signed=False, refusal=why)
        _noted(unit, person, "word_refused", found)
        unit.commit()
    return found


def withdraw(helpline: Helpline, person: Person, revision_id: str, reason: str) -> Revision:
    """Take a signed text back: the file's is said again at once. One's own proposal may be taken back too."""
    _check_may(person)
    why = _reason(reason)
    with UnitOfWork(helpline) as unit:
        found = _found(unit, revision_id)
        if not may_withdraw(found, word_revisions.of_name(unit.conn, found.name), person.id, unit.now):
            raise Settled("there is nothing here to withdraw")
        _settle(unit, found, withdrawn_at=unit.now, withdrawn_by=person.id, withdrawal=why)
        _noted(unit, person, "word_withdrawn", found)
        unit.commit()
    helpline.words.look_again()
    return found


def may_withdraw(one: Revision, others: list[Revision], person_id: str, now: datetime) -> bool:
    """Whether this person may take it back: an own proposal, or a signed text that is or will be said."""
    if one.open:
        return one.proposed_by == person_id
    if not one.signed or one.withdrawn_at is not None or one.begins_at is None:
        return False
    standing = word_revisions.in_force(others, now).get((one.name, one.language))
    return one.begins_at > now or (standing is not None and standing.id == one.id)


def _found(unit: UnitOfWork, revision_id: str) -> Revision:
    _in_turn(unit)
    found = word_revisions.get(unit.conn, revision_id)
    if found is None:
        raise NotFound("nobody proposed this")
    return found


def _undecided(unit: UnitOfWork, person: Person, revision_id: str) -> Revision:
    found = _found(unit, revision_id)
    if not found.open:
        raise Settled("this was decided already")
    if found.proposed_by == person.id:
        raise SecondReaderNeeded("somebody else reads it and signs")
    return found


def _settle(unit: UnitOfWork, found: Revision, **values: object) -> None:
    word_revisions.change(unit.conn, found.id, **values)


def _in_turn(unit: UnitOfWork) -> None:
    leases.acquire(unit.conn, "words", new_id(), timedelta(0))  # holds the row: two who decide at once wait in turn


def _checked(helpline: Helpline, name: str, language: Language, text: str) -> str:
    try:
        return checked(helpline.words.filed, name, language, text)
    except KeyError:
        raise NotFound("no such text") from None


def _reason(given: str) -> str:
    why = given.strip()
    if not why or len(why) > REASON_LIMIT_CHARACTERS:
        raise NoReason("say why, in at most 500 characters", field="reason")
    return why


def _noted(unit: UnitOfWork, person: Person, kind: str, about: Revision) -> None:
    volunteers.note(
        unit.conn,
        unit.now,
        actor_id=person.id,
        kind=kind,
        name=about.name,
        language=about.language,
        number=about.number,
        revision_id=about.id,
    )


def _check_may(person: Person) -> None:
    if not WORDING & person.roles:
        raise NotAllowed("a clinician, a supervisor or an administrator decides what is said")
