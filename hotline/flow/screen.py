"""What was asked of a person and what they answered; an answer may raise the level, it never lowers one."""

from collections.abc import Mapping
from datetime import datetime

from hotline.contacts import store as contacts
from hotline.domain.contact import AskedDirectly, State
from hotline.domain.errors import Conflict
from hotline.domain.records import Contact, Person
from hotline.flow import assess, review
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import held
from hotline.flow.unit import UnitOfWork
from hotline.triage import answers
from hotline.triage import store as triage
from hotline.triage.answers import Asked
from hotline.triage.screening import ABOUT_SUICIDE, Answer, Answers, Question, asked_directly, least_level


def note_answer(helpline: Helpline, person: Person, contact_id: str, question: Question, answer: Answer) -> None:
    """Write what a listener asked and what was answered; whatever it asks for is raised in the same act.

    The answers about suicide also say whether it was asked about in plain words, for the closing form.
    """
    with UnitOfWork(helpline) as unit:
        contact = held(unit, person, contact_id)
        if contact.state is State.CLOSED:
            raise Conflict("the contact is closed")
        before = answers.newest(unit.conn, contact.id)
        now = Asked(question, answer, person.id, unit.now)
        answers.add(unit.conn, contact.id, now)
        unit.log(contact.id, "screened", person.id, question=question, said=answer)
        so_far = {**before, question: now}
        directly = _directly(unit, contact, _said(before), _said(so_far))
        if directly != contact.asked_directly:
            contact = contacts.update_contact(unit.conn, contact.id, asked_directly=directly)
        settled_at = triage.last_judged_by_a_person(unit.conn, contact.id)
        level = least_level(helpline.quality.screening, _unsettled(so_far, now, settled_at))
        if level is not None:
            assess.raise_at_least(unit, contact, level, by=person.id)
        unit.tell_all(contact.id, "state")
        unit.commit()


def _said(asked: Mapping[Question, Asked]) -> Answers:
    return {question: one.answer for question, one in asked.items()}


def _directly(unit: UnitOfWork, contact: Contact, before: Answers, after: Answers) -> str | None:
    """What the field says from now on; a yes that a person wrote there themselves outlives every other answer.

    Answers that no longer say anything take back only what answers had said, down to what a person wrote.
    """
    was, says = asked_directly(before), asked_directly(after)
    if says is was or (says is None and contact.asked_directly != was):
        return contact.asked_directly
    written = review.wrote_about_asking(unit, contact)
    return written if says is None or written == AskedDirectly.YES else says


def _unsettled(asked: Mapping[Question, Asked], now: Asked, settled_at: datetime | None) -> Answers:
    """The answers that may still raise: this one, those since a person last set the level, and every denial.

    Older ones were known to whoever set it; weighing them again would undo a lowering that two people signed.
    """
    return {
        question: one.answer
        for question, one in asked.items()
        if one is now
        or settled_at is None
        or one.at > settled_at
        or (one.answer is Answer.NO and question in ABOUT_SUICIDE)
    }
