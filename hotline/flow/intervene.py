"""What was done for a person: actions with their states and the closing form; planned is never done."""

from dataclasses import dataclass, field

from hotline.contacts import callbacks, guardians
from hotline.contacts import store as contacts
from hotline.domain.contact import (
    ActionKind,
    ActionState,
    AskedDirectly,
    Level,
    Outcome,
    ReferralTag,
    Role,
    State,
    highest,
)
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed
from hotline.domain.ids import new_id
from hotline.domain.lifecycle import Step
from hotline.domain.records import Contact, Person
from hotline.flow import assess, escalate, offer, owed, reading_along, receive, rest
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import drafts
from hotline.interventions import store as interventions
from hotline.interventions.drafts import Form
from hotline.interventions.store import Action
from hotline.routing import company, shadowings
from hotline.routing import store as routing
from hotline.routing.replies import Withdrawal
from hotline.triage import store as triage
from hotline.volunteers.wellbeing import Heavy

NOTE_LIMIT_CHARACTERS = 4000
CALLING = frozenset({ActionState.AGREED, ActionState.STARTED, ActionState.DONE})
"""States of a call to a guardian that must not be, where that person is the danger."""


@dataclass(frozen=True, slots=True)
class Done:
    """One line of a form: what, how far it came, and a note; of a referral where to, or which one came further."""

    kind: ActionKind
    state: ActionState
    note: str = ""
    tag: ReferralTag | None = None
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class ClosingForm:
    """How a contact ends. ``outcome`` is required; ``next_step`` is one thing in real life.

    ``level`` is how urgent it was in this person's judgement; it is kept beside the machine's and lowers nothing.
    ``heavy`` says why a talk about it is owed to the listener.
    """

    outcome: Outcome
    summary: str = ""
    next_step: str = ""
    asked: AskedDirectly | None = None
    level: Level | None = None
    heavy: tuple[Heavy, ...] = ()
    actions: tuple[Done, ...] = field(default_factory=tuple)


def held(unit: UnitOfWork, person: Person, contact_id: str) -> Contact:
    """The contact, its row held; only its listener, who is beside them, or a supervisor may write what was done."""
    contact = contacts.get_contact(unit.conn, contact_id, lock=True)
    if contact.owner_id == person.id or Role.SUPERVISOR in person.roles:
        return contact
    if person.id not in company.beside(unit.conn, contact.id):
        raise NotAllowed("only who is in a conversation, or a supervisor, writes what was done")
    return contact


def _held_to_end(unit: UnitOfWork, person: Person, contact_id: str) -> Contact:
    """The contact, its row held; whoever is only beside its listener does not end it."""
    contact = held(unit, person, contact_id)
    if contact.owner_id != person.id and Role.SUPERVISOR not in person.roles:
        raise NotAllowed("only its listener, or a supervisor, ends a conversation")
    return contact


def short_note(text: str, *, name: str = "note") -> str:
    """A note without its edges; raises ``InvalidInput`` when it is too long."""
    if len(text) > NOTE_LIMIT_CHARACTERS:
        raise InvalidInput(f"a note holds at most {NOTE_LIMIT_CHARACTERS} characters", field=name)
    return text.strip()


class GuardianIsDanger(Conflict):
    """The person named is the danger; nobody calls them."""

    code = "guardian_danger"


def refuse_danger(unit: UnitOfWork, contact_id: str) -> None:
    """Raise ``GuardianIsDanger`` where whoever could be called is the danger."""
    named = guardians.of_contact(unit.conn, contact_id)
    if named is not None and named.danger:
        raise GuardianIsDanger("this person is the danger")


def record_action(helpline: Helpline, person: Person, contact_id: str, done: Done) -> None:
    """Write one action and how far it came; raises ``NotFound`` for the further course of what is no referral here."""
    with UnitOfWork(helpline) as unit:
        contact = held(unit, person, contact_id)
        if contact.state is State.CLOSED:
            raise Conflict("the contact is closed")
        _write_action(unit, contact, person, done)
        drafts.sent(unit.conn, contact.id, person.id, Form.REFERRAL if done.tag else Form.ACTION)
        unit.tell_all(contact.id, "state")
        unit.commit()


def _write_action(unit: UnitOfWork, contact: Contact, person: Person, done: Done) -> None:
    if done.kind is ActionKind.GUARDIAN_CONTACT and done.state in CALLING:
        refuse_danger(unit, contact.id)
    tag = done.tag if done.follows is None else interventions.referral_tag(unit.conn, contact.id, done.follows)
    action = Action(new_id(), unit.now, person.id, done.kind, done.state, short_note(done.note), tag, done.follows)
    interventions.add_action(unit.conn, unit.keys, contact.id, action)
    where = {} if tag is None else {"referral": tag}
    unit.log(contact.id, "action_recorded", person.id, action=done.kind, state=done.state, note=action.note, **where)


def record_asked(helpline: Helpline, person: Person, contact_id: str, asked: AskedDirectly, reason: str) -> None:
    """Write whether the person was asked about suicide in plain words; 'not asked' takes a reason."""
    if asked is AskedDirectly.NOT_ASKED and not reason.strip():
        raise InvalidInput("say why it was not asked", field="reason")
    with UnitOfWork(helpline) as unit:
        contact = held(unit, person, contact_id)
        if contact.state is State.CLOSED:
            raise Conflict("the contact is closed")
        contacts.update_contact(unit.conn, contact.id, asked_directly=asked)
        unit.log(contact.id, "asked_directly", person.id, answer=asked, reason=short_note(reason, name="reason"))
        drafts.sent(unit.conn, contact.id, person.id, Form.ASKED)
        unit.tell_all(contact.id, "state")
        unit.commit()


def wrap_up(helpline: Helpline, person: Person, contact_id: str) -> None:
    """End the conversation and open the closing form; saying it again is harmless."""
    with UnitOfWork(helpline) as unit:
        contact = _held_to_end(unit, person, contact_id)
        if contact.state is State.IN_CONVERSATION:
            reading_along.end_by_itself(unit, contact, shadowings.Why.OVER)
            receive.say(unit, contact, "conversation_ended")
            offer.withdraw(unit, contact, Withdrawal.CHANGED)
        unit.advance(contact, Step.WRAP_UP, actor=person.id, ended_at=contact.ended_at or unit.now)
        unit.commit()


def close(helpline: Helpline, person: Person, contact_id: str, form: ClosingForm) -> None:
    """Close with outcome and actions. An urgent contact that was abandoned takes a supervisor."""
    with UnitOfWork(helpline) as unit:
        contact = _held_to_end(unit, person, contact_id)
        if contact.state is State.IN_CONVERSATION:
            reading_along.end_by_itself(unit, contact, shadowings.Why.OVER)
            receive.say(unit, contact, "conversation_ended")
        for done in form.actions:
            _write_action(unit, contact, person, done)
        words = {
            "summary": short_note(form.summary, name="summary"),
            "next_step": short_note(form.next_step, name="next_step"),
        }
        interventions.write_closing(unit.conn, unit.keys, contact.id, by=person.id, at=unit.now, form=words)
        drafts.forget(unit.conn, contact.id)
        if form.level is not None:
            assess.note_judgement(unit, contact, form.level, by=person.id, how="closing")
        unit.log(contact.id, "closed", person.id, outcome=form.outcome, asked=form.asked, level=form.level)
        rest.after_closing(unit, contact, level=highest(contact.level, form.level or contact.level), heavy=form.heavy)
        routing.leave(unit.conn, contact.id)
        company.leave(unit.conn, unit.now, contact_id=contact.id)
        callbacks.change(unit.conn, contact.id, ended_at=unit.now)
        offer.withdraw(unit, contact, Withdrawal.CHANGED)
        owed.after_closing(unit, contact, highest(contact.level, form.level or contact.level))
        triage.void_requests(unit.conn, contact.id, unit.now)
        escalate.settle(unit, contact, escalate.CONTACT_ALARMS)
        asked = {} if form.asked is None else {"asked_directly": form.asked}
        unit.advance(
            contact,
            Step.CLOSE,
            actor=person.id,
            outcome=form.outcome,
            level=highest(contact.level, form.level or contact.level),
            closed_at=unit.now,
            ended_at=contact.ended_at or unit.now,
            token=new_id(),
            **asked,
        )
        unit.commit()


def close_forgotten(helpline: Helpline, contact_id: str) -> None:
    """Close a contact that was left before anybody met it and is owed nothing more."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state is State.ABANDONED and not contact.level.urgent:
            drafts.forget(unit.conn, contact.id)
            unit.log(contact.id, "closed", "machine", outcome=Outcome.LEFT_EARLY)
            unit.advance(contact, Step.CLOSE, actor="machine", outcome=Outcome.LEFT_EARLY, closed_at=unit.now)
            unit.commit()
