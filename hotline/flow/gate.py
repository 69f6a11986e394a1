"""Who calls or texts from a blocked number is asked first: risk goes through as from anybody, the rest is turned away.

Turned away means: the emergency numbers, a kind sentence, and a closed contact whose words anybody may review. Unknown
counts as risk here as everywhere; a crash in between lets the person through.
"""

from datetime import timedelta

from hotline.contacts import blocks, legs
from hotline.contacts import store as contacts
from hotline.contacts.legs import Leg
from hotline.domain.contact import Author, Level, Outcome, State
from hotline.domain.lifecycle import Step
from hotline.domain.phone import Gate, Stage
from hotline.domain.records import Contact
from hotline.flow import arrive, assess, converse, escalate, owed, receive, route
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing.ladder import AlarmKind

TOLD_AGAIN_AFTER = timedelta(hours=24)
"""A text that turns somebody away is sent once in so long; two machines would answer one another for ever."""

KEPT_OUT = "kept_out"
"""The sentence that turns somebody away, and the id of that message."""


def gate_for(unit: UnitOfWork, number: str | None, found: Contact | None) -> Gate | None:
    """Whether a call from this number is asked first; ``found`` is the open contact that keeps the number.

    Nobody is who withheld it, whose contact showed risk, or who is being helped.
    """
    if number is None or (found is not None and (_is_helped(found) or _showed_risk(found))):
        return None
    if blocks.blocked(unit.conn, [unit.keys.blind("phone", number)], unit.now):
        return Gate.BLOCKED
    policy = unit.helpline.calls.gate
    since = unit.now - timedelta(minutes=policy.flood_minutes)
    lately = legs.calls_since(unit.conn, contacts.contacts_of_number(unit.conn, unit.keys, number, ["phone"]), since)
    return Gate.FLOOD if lately >= policy.flood_calls else None


def _is_helped(contact: Contact) -> bool:
    return contact.state not in {State.RECEIVED, State.ASSESSED, State.ABANDONED, State.CLOSED}


def _showed_risk(contact: Contact) -> bool:
    """Whether this contact is urgent, or said something that is not calm; silence alone says nothing here."""
    return contact.level.urgent or (contact.seeker_number > 0 and shows_risk(contact))


def shows_risk(contact: Contact) -> bool:
    """Whether somebody at the gate must go through: judged elevated or more, or said words that nobody judged."""
    if contact.judged_number < contact.seeker_number:
        return True
    return contact.state is not State.RECEIVED and contact.level.rank >= Level.ELEVATED.rank


def hear(helpline: Helpline, contact: Contact, *, text: str, client_id: str, badly: bool = False) -> None:
    """Words of a caller at the gate: judged first; whoever shows risk is queued as anybody. Badly heard is risk."""
    now, _, is_new = converse.post_as_seeker(helpline, contact, text=text, client_id=client_id)
    if is_new:
        arrive.think(helpline, now.id, queue=False)
    if badly:
        reason = "speech was recognised with little confidence"
        assess.at_least(helpline, now.id, Level.ELEVATED, by=assess.MACHINE, reason=reason)
    with helpline.database.read() as conn:
        now = contacts.get_contact(conn, now.id)
    if shows_risk(now):
        route.route(helpline, now.id)
    elif now.id != contact.id:
        _too_late(helpline, contact.id, now.id)


def _too_late(helpline: Helpline, first_id: str, contact_id: str) -> None:
    """Calm words came when the call was over and its contact closed: what follows it closes for the same reason."""
    with UnitOfWork(helpline) as unit:
        leg = legs.last_caller(unit.conn, first_id)
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if leg is not None and contact.state in arrive.BEFORE_THE_QUEUE:
            keep_out(unit, contact, Gate(leg.memory["gate"]))
            unit.commit()


def stand(unit: UnitOfWork, leg: Leg, why: Gate | None) -> Leg:
    """Let a caller stand where they are asked first; the leg as it is where they are not."""
    if why is None:
        return leg
    unit.log(leg.contact_id, "asked_first", "machine", why=why)
    return legs.change(unit.conn, leg.id, stage=Stage.GATE, memory={"gate": why})


def beyond(unit: UnitOfWork, leg: Leg, contact: Contact) -> Stage:
    """Whoever was asked first goes on as everybody, or hears a kind word and the numbers for danger."""
    if contact.state is State.CLOSED:
        return Stage.GOODBYE
    why = Gate(leg.memory["gate"])
    if why is Gate.FLOOD or shows_risk(contact):
        let_through(unit, contact, why)
        return Stage.WAITING
    keep_out(unit, contact, why)
    return Stage.GOODBYE


def turned_away(unit: UnitOfWork, leg: Leg, contact: Contact) -> bool:
    """Whether whoever hung up at the gate is turned away by that: a blocked number, without a word of risk."""
    if leg.stage is not Stage.GATE or leg.memory["gate"] == Gate.FLOOD or shows_risk(contact):
        return False
    keep_out(unit, contact, Gate(leg.memory["gate"]))
    return True


def let_through(unit: UnitOfWork, contact: Contact, why: Gate) -> None:
    """Somebody at the gate goes on as everybody: supervisors see it where one of them had blocked the number."""
    unit.log(contact.id, "let_through", "machine", why=why)
    if why is Gate.BLOCKED:
        escalate.alarm(unit, AlarmKind.BLOCKED_RISK, contact, token=contact.id)


def keep_out(unit: UnitOfWork, contact: Contact, why: Gate) -> None:
    """A blocked number showed no risk: the contact ends here, its words kept and open to review.

    Who said nothing has left; silence is never called a prank.
    """
    contact = converse.give_up(unit, contact, actor="machine")
    outcome = Outcome.PRANK_OR_ABUSE if contact.seeker_number > 0 else Outcome.LEFT_EARLY
    unit.log(contact.id, "closed", "machine", outcome=outcome, why=why)
    owed.after_closing(unit, contact, contact.level)
    unit.advance(contact, Step.CLOSE, actor="machine", outcome=outcome, closed_at=unit.now)


def weigh_text(helpline: Helpline, contact_id: str) -> bool:
    """A text from a blocked number, committed already: judged before anything else; gives whether it went through.

    Where another text came meanwhile, that one's turn decides about both.
    """
    with helpline.database.read() as conn:
        said = contacts.get_contact(conn, contact_id).seeker_number > 0
    if said:
        arrive.think(helpline, contact_id, queue=False)
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        late = said and contact.judged_number < contact.seeker_number
        if late or contact.state not in arrive.BEFORE_THE_QUEUE:
            return False
        through = shows_risk(contact)
        if through:
            let_through(unit, contact, Gate.BLOCKED)
            receive.acknowledge(unit, contact)
        else:
            if not _told_lately(unit, contact):
                receive.say(unit, contact, KEPT_OUT, client_id=KEPT_OUT)
            keep_out(unit, contact, Gate.BLOCKED)
        unit.commit()
    if through:
        route.route(helpline, contact_id)
    return through


def _told_lately(unit: UnitOfWork, contact: Contact) -> bool:
    """Whether this number was turned away by a text not long ago."""
    number = contacts.open_identity(unit.conn, unit.keys, contact.id, "phone")
    found = [] if number is None else contacts.contacts_of_number(unit.conn, unit.keys, number, ["phone"])
    since = unit.now - TOLD_AGAIN_AFTER
    others = contacts.get_contacts(unit.conn, [one for one in found if one != contact.id]).values()
    lately = (one for one in others if one.closed_at is not None and one.closed_at > since)
    return any(contacts.find_message(unit.conn, unit.keys, one.id, Author.SYSTEM, KEPT_OUT) for one in lately)
