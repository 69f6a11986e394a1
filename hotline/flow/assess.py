"""How worried are we? The machine may only raise a level; a person lowers an urgent one only together with a second.

The texts are judged between two units, never inside a transaction. When the model does not answer, the level is at
least ``elevated`` and a human is told.
"""

from datetime import timedelta

from hotline.contacts import store as contacts
from hotline.domain.contact import Level, Role, State, highest
from hotline.domain.errors import Conflict, InvalidInput, NotAllowed, SecondPersonNeeded
from hotline.domain.ids import new_id
from hotline.domain.lifecycle import Step
from hotline.domain.records import Contact, Message, Person
from hotline.domain.risk import Judgement
from hotline.flow import escalate, offer, owed, reading_along, receive, route
from hotline.flow.helpline import Helpline
from hotline.flow.scene import AWAITING
from hotline.flow.unit import UnitOfWork
from hotline.interventions.rubric import Why as ReviewWhy
from hotline.routing import company
from hotline.routing.ladder import AlarmKind
from hotline.routing.replies import Withdrawal
from hotline.routing.shadowings import Why
from hotline.storage import feed
from hotline.triage import store as triage
from hotline.triage.store import LevelRequest

EXPIRES_AFTER = timedelta(hours=24)
MACHINE = "machine"
GONE = frozenset({State.ABANDONED, State.CLOSED})
"""Nobody reads what is said there."""

MOST_AT_ONCE = 10
"""Messages that came together and are judged one by one; of more, only the newest keep their own evidence."""
BROKEN = Judgement(level=Level.ELEVATED, risk=None, urgency=None, failure="judging raised an error")


def assess(helpline: Helpline, contact_id: str, *, broken: bool = False) -> Level:
    """Judge the whole conversation and write the result; gives the level the contact stands at now.

    ``broken`` says that judging itself just failed: then nobody is asked, and the level is at least ``elevated``.
    """
    with helpline.database.read() as conn:
        known = contacts.get_contact(conn, contact_id)
        texts = contacts.seeker_texts(conn, helpline.keys, contact_id)
    said = [one for one in texts if one.number > known.settled_number]
    earlier = [] if broken else _missed(helpline, said, known.judged_number)
    judgement = BROKEN if broken else _judge(helpline, [message.text for message in said])
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state is State.CLOSED:
            return contact.level
        for number, missed in earlier:
            _keep(unit, contact, missed, number=number, made_by=MACHINE)
        level = _write(unit, contact, judgement, said[-1].number if said else 0)
        if judgement.failure is not None:
            escalate.alarm(unit, AlarmKind.MODEL_FAILING, None, token=f"{judgement.model}:{unit.now:%Y%m%d%H}")
        unit.commit()
    return level


def raise_by_machine(unit: UnitOfWork, contact: Contact, judgement: Judgement, number: int) -> str:
    """Let a contact stand at a higher level that a later reading found; gives the id of the assessment written.

    A closed contact keeps its level; what was found is written all the same.
    """
    written = _keep(unit, contact, judgement, number=number, made_by=MACHINE)
    unit.log(contact.id, "level_raised", MACHINE, before=contact.level, after=judgement.level, model=judgement.model)
    if contact.state is not State.CLOSED:
        change_level(unit, contact, judgement.level)
    return written


def at_least(helpline: Helpline, contact_id: str, level: Level, *, by: str, reason: str) -> Level:
    """Let a contact stand at least at ``level`` because somebody said so without words, or was not understood.

    It raises only; gives the level the contact stands at now.
    """
    judgement = Judgement(level=level, risk=None, urgency=None, model="none", policy=reason)
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state is State.CLOSED or (contact.state is not State.RECEIVED and contact.level.rank >= level.rank):
            return contact.level
        level = _write(unit, contact, judgement, 0, by=by)
        unit.commit()
    return level


def _missed(helpline: Helpline, said: list[Message], judged: int) -> list[tuple[int, Judgement]]:
    """Judgements of messages that several at once pushed past; evidence belongs to a message and none loses its own."""
    places = [place for place, message in enumerate(said[:-1]) if message.number > judged][-MOST_AT_ONCE:]
    return [(said[place].number, _judge(helpline, [message.text for message in said[: place + 1]])) for place in places]


def _judge(helpline: Helpline, texts: list[str]) -> Judgement:
    """A silent opening is judged as unknown: elevated, and a human looks."""
    if not texts:
        return Judgement(level=Level.ELEVATED, risk=None, urgency=None, model="none", policy="silent opening")
    return helpline.assessor.judge(texts)


def _write(unit: UnitOfWork, contact: Contact, judgement: Judgement, number: int, *, by: str = MACHINE) -> Level:
    first = contact.state is State.RECEIVED
    level = judgement.level if first else highest(contact.level, judgement.level)
    if judgement.failure is not None:
        level = highest(level, Level.ELEVATED)
    _keep(unit, contact, judgement, number=number, made_by=by)
    judged = max(number, contact.judged_number)
    if first:
        contact = unit.advance(contact, Step.ASSESS, actor=by, level=level, judged_number=judged)
        unit.log(contact.id, "assessed", by, level=level, model=judgement.model, failure=judgement.failure)
        _speak_to_danger(unit, contact, before=Level.INFORMATION)
        return level
    contact = contacts.update_contact(unit.conn, contact.id, judged_number=judged)
    if level != contact.level:
        unit.log(contact.id, "level_raised", by, before=contact.level, after=level, model=judgement.model)
        change_level(unit, contact, level)
    return level


def _keep(
    unit: UnitOfWork, contact: Contact, judgement: Judgement, *, number: int, made_by: str, reason: str = ""
) -> str:
    """Write one assessment, give its id; the desks that show this contact hear of it when there is something to see."""
    about = {
        "message_number": number,
        "made_by": made_by,
        "reason": reason,
        "at": unit.now,
        "expires_at": unit.now + EXPIRES_AFTER,
    }
    written = triage.add_assessment(unit.conn, unit.keys, contact.id, judgement, about=about)
    if judgement.evidence or made_by != MACHINE:
        unit.tell(feed.staff_topic(contact.id), "judged", contact_id=contact.id)
    return written


def change_level(unit: UnitOfWork, contact: Contact, level: Level) -> Contact:
    """Let a contact stand at ``level`` from now on, with everything that follows for queue, ladder and alarms."""
    before = contact.level
    contact = contacts.update_contact(unit.conn, contact.id, level=level)
    unit.tell_all(contact.id, "state")
    if level.rank > before.rank:
        triage.void_requests(unit.conn, contact.id, unit.now)
    _speak_to_danger(unit, contact, before=before)
    if level.urgent:
        reading_along.end_by_itself(unit, contact, Why.URGENT)
    if contact.state in AWAITING:
        if level.rank > before.rank:
            offer.withdraw(unit, contact, Withdrawal.CHANGED)
        contact = route.place(unit, contact, since=contact.waiting_since or unit.now)
    elif contact.state in {State.IN_CONVERSATION, State.WRAPPING_UP}:
        route.weigh(unit, contact)
        if level.urgent and level.rank > before.rank:
            escalate.alarm(unit, AlarmKind.RISK_RISING, contact, token=f"rising:{new_id()}")
        if level.urgent and not before.urgent:
            escalate.watch_silence(unit, contact)
    return contact


def _speak_to_danger(unit: UnitOfWork, contact: Contact, *, before: Level) -> None:
    """Once a contact is urgent and nobody is there yet: safety first, and where the person is, never as a condition."""
    if contact.level.urgent and not before.urgent and contact.owner_id is None and contact.state not in GONE:
        receive.say(unit, contact, "acknowledgement_urgent")
        receive.say(unit, contact, "asked_place")


def set_level(helpline: Helpline, person: Person, contact_id: str, level: Level, reason: str) -> None:
    """A person's own judgement.

    Raising takes one person. Lowering takes a reason, and from an urgent level a second person: the wish is recorded
    and ``SecondPersonNeeded`` is raised.
    """
    reason = reason.strip()[:2000]
    if not reason:
        raise InvalidInput("a reason is needed", field="reason")
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        _check_may_judge(unit, contact, person, raises=level.rank >= contact.level.rank)
        if level.rank >= contact.level.rank or not contact.level.urgent:
            _apply(unit, contact, level, by=person.id, reason=reason)
            unit.commit()
            return
        as_supervisor = contact.owner_id != person.id
        request = LevelRequest(new_id(), level, reason, person.id, as_supervisor, unit.now)
        triage.ask_lowering(unit.conn, unit.keys, contact.id, request)
        unit.log(contact.id, "lowering_asked", person.id, before=contact.level, to=level, reason=reason)
        unit.tell_all(contact.id, "state")
        unit.commit()
    raise SecondPersonNeeded("lowering an urgent level waits for a second person")


def countersign(helpline: Helpline, person: Person, contact_id: str, *, agree: bool) -> None:
    """The second person's word on a wish to lower; listener and supervisor must be two people."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        _check_may_judge(unit, contact, person)
        request = triage.open_request(unit.conn, unit.keys, contact_id)
        if request is None:
            raise Conflict("nobody asks for a lower level")
        if not request.may_be_signed_by(
            person.id, supervises=Role.SUPERVISOR in person.roles, owner_id=contact.owner_id
        ):
            raise NotAllowed("the second person must be the other one of listener and supervisor")
        triage.answer_request(unit.conn, request.id, by=person.id, agreed=agree, now=unit.now)
        unit.log(contact.id, "lowering_answered", person.id, agreed=agree, to=request.to_level)
        if agree:
            _apply(unit, contact, request.to_level, by=person.id, reason=request.reason)
        unit.tell_all(contact.id, "state")
        unit.commit()


def _check_may_judge(unit: UnitOfWork, contact: Contact, person: Person, *, raises: bool = False) -> None:
    """Its listener and a supervisor judge a contact; whoever is beside the listener may raise its level."""
    theirs = contact.owner_id == person.id or Role.SUPERVISOR in person.roles
    if not theirs and not (raises and person.id in company.beside(unit.conn, contact.id)):
        raise NotAllowed("only the listener who holds a contact, or a supervisor, judges its level")
    if contact.state is State.CLOSED:
        raise Conflict("the contact is closed")


def _apply(unit: UnitOfWork, contact: Contact, level: Level, *, by: str, reason: str) -> None:
    note_judgement(unit, contact, level, by=by, reason=reason)
    if level != contact.level:
        owed.ask_for(unit, contact.id, ReviewWhy.OVERRIDE)
    contact = contacts.update_contact(unit.conn, contact.id, settled_number=contact.last_number)
    unit.log(contact.id, "level_set", by, before=contact.level, after=level, reason=reason)
    change_level(unit, contact, level)


def note_judgement(
    unit: UnitOfWork, contact: Contact, level: Level, *, by: str, reason: str = "", how: str = "human"
) -> None:
    """Keep what a person thinks of the level, without changing it; ``how``: human, screener, closing, review."""
    judgement = Judgement(level=level, risk=None, urgency=None, model=how, policy=unit.helpline.routing.version)
    _keep(unit, contact, judgement, number=contact.last_number, made_by=by, reason=reason)


def raise_at_least(unit: UnitOfWork, contact: Contact, level: Level, *, by: str) -> None:
    """Raise to ``level`` because of an answer that ``by`` noted; never lowers, and settles no words."""
    if level.rank <= contact.level.rank:
        return
    note_judgement(unit, contact, level, by=by, how="screener")
    unit.log(contact.id, "level_raised_by_answer", by, before=contact.level, after=level)
    change_level(unit, contact, level)
