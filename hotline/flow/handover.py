"""Hand a conversation to a colleague: the next one is in before the old one leaves, and nobody tells it twice."""

from sqlalchemy.engine import Connection

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.domain.contact import Level, Role, State
from hotline.domain.errors import AtCapacity, Conflict, HotlineError, InvalidInput, NotAllowed, OffDuty
from hotline.domain.records import Contact, Person
from hotline.flow import escalate, offer
from hotline.flow.helpline import Helpline
from hotline.flow.scene import by_which, candidates, room_of, takers
from hotline.flow.unit import UnitOfWork
from hotline.interventions import drafts
from hotline.interventions.drafts import Form
from hotline.routing import company, offers
from hotline.routing.ladder import AlarmKind
from hotline.routing.policy import Lane
from hotline.routing.ranking import Candidate, Ranked, Reason, Wanted, has_room, rank
from hotline.routing.replies import OfferState
from hotline.volunteers import store as volunteers

SUMMARY_LIMIT_CHARACTERS = 4000
PASSED_ON = frozenset({Reason.HANDED_OVER, Reason.RELIEF, Reason.ON_THE_LINE})
"""Why somebody is asked about a conversation that goes on: whoever says yes answers for it."""


def write_summary(unit: UnitOfWork, contact: Contact, person: Person, summary: str) -> None:
    """Keep what the next listener should know, if anything; raises ``InvalidInput`` when it is too long."""
    said = summary.strip()
    if len(said) > SUMMARY_LIMIT_CHARACTERS:
        raise InvalidInput("a summary holds at most 4000 characters", field="summary")
    if said:
        company.write_handover(unit.conn, unit.keys, company.Handover(contact.id, person.id, unit.now, said))
    for form in (Form.HAND_OVER, Form.RELEASE):
        drafts.sent(unit.conn, contact.id, person.id, form)


def ask_colleague(helpline: Helpline, person: Person, contact_id: str, to_id: str, summary: str) -> None:
    """Ask one colleague to take over, with a summary; the conversation stays here until they say yes.

    Raises ``InvalidInput`` without a summary, ``OffDuty`` or ``AtCapacity`` for a colleague who cannot, ``NotAllowed``
    for one without the training, ``Conflict`` when the conversation is over.
    """
    if not summary.strip():
        raise InvalidInput("the next listener needs a summary", field="summary")
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.owner_id != person.id and Role.SUPERVISOR not in person.roles:
            raise NotAllowed("only who holds a conversation hands it over")
        if contact.state is not State.IN_CONVERSATION:
            raise Conflict("the conversation is over")
        _check(unit, contact, to_id)
        write_summary(unit, contact, person, summary)
        seconds = helpline.routing.handover_answer_seconds
        _, asked = offer.make(unit, contact, to_id, [Reason.HANDED_OVER], by=person.id, answer_seconds=seconds)
        if not asked:
            raise Conflict("they are being asked already")
        unit.tell_all(contact.id, "state")
        unit.commit()


def _check(unit: UnitOfWork, contact: Contact, to_id: str) -> None:
    """Whether a colleague is here, has room and is trained for this contact."""
    here = {one.person_id: one for one in candidates(unit.helpline, unit.conn, unit.now)}
    chosen = here.get(to_id)
    if chosen is None or to_id == contact.owner_id:
        raise OffDuty("this person is not here or rests")
    refusal = _refusal(unit.helpline, unit.conn, contact, chosen)
    if refusal is not None:
        raise refusal


def whom_to_ask(helpline: Helpline, conn: Connection, contact: Contact) -> list[Person]:
    """Who may be asked by hand about this contact now: everybody who could say yes, whatever they answered before."""
    made = offers.of_contacts(conn, [contact.id]).get(contact.id, [])
    no = {one.person_id for one in made if one.state is OfferState.OPEN} | {contact.owner_id}
    here = [one for one in candidates(helpline, conn, helpline.clock.now()) if one.person_id not in no]
    able = [one.person_id for one in here if _refusal(helpline, conn, contact, one) is None]
    return list(volunteers.get_people(conn, able).values()) if able else []


def _refusal(helpline: Helpline, conn: Connection, contact: Contact, one: Candidate) -> HotlineError | None:
    """Why somebody who is here could not take this contact, by the rule their yes is measured by; ``None``: they can.

    Who is asked about somebody else is not asked to take over; a contact that waits may take that one's place.
    """
    if not one.fit:
        return OffDuty("this person is not here or rests")
    goes_on = contact.state is State.IN_CONVERSATION
    if goes_on and lane_of(contact) not in one.lanes:
        return NotAllowed("this contact needs somebody with other training")
    asked = offers.open_of(conn, one.person_id) if goes_on else None
    busy = asked is not None and asked.contact_id != contact.id
    if busy or not has_room(helpline.routing, one, room_of(conn, contact.level, contact.id)):
        return AtCapacity("this person has no room for another conversation")
    return None


def lane_of(contact: Contact) -> Lane:
    """The least training that may hold this contact: the crisis-trained from elevated on."""
    return Lane.OPEN if contact.level.rank < Level.ELEVATED.rank else Lane.CRISIS


def relieve(helpline: Helpline) -> int:
    """Ask others to take over what a listener cannot give their all: beside somebody in danger, or on the line.

    Somebody in danger has their listener alone. Who telephones while their listener takes no calls is asked about among
    those who do; where nobody can be asked, supervisors are called. Who holds it goes on until somebody says yes. Gives
    how many were asked.
    """
    with helpline.database.read() as conn:
        wanted = dict.fromkeys(company.to_relieve(conn), Reason.RELIEF)
        wanted |= dict.fromkeys(only_written_to(helpline, conn), Reason.ON_THE_LINE)
        held = contacts.get_contacts(conn, list(wanted)).values()
        missing = [one for one in held if not _is_asked(conn, one)]
        able = {one.id for one in missing if _reliever(helpline, conn, one) is not None}
    for one in missing:
        if one.id not in able and wanted[one.id] is Reason.ON_THE_LINE:
            _nobody_talks(helpline, one.id)
    return sum(_relieve(helpline, contact_id, wanted[contact_id]) for contact_id in sorted(able))


def only_written_to(helpline: Helpline, conn: Connection, *among: str) -> list[str]:
    """Contacts on the line (of all, or ``among`` these) with whom nobody talks: their listener takes no calls."""
    on_calls = legs.on_calls(conn, among or None)
    if not on_calls:
        return []
    able, found = takers(helpline, conn), contacts.get_contacts(conn, sorted(on_calls)).values()
    held = [one.id for one in found if one.state is State.IN_CONVERSATION and one.owner_id not in able]
    return [contact_id for contact_id in held if not legs.helped(conn, contact_id)]


def _nobody_talks(helpline: Helpline, contact_id: str) -> None:
    """Nobody who takes calls can be asked: supervisors hear it, once for each listener of each call."""
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        caller = legs.caller(unit.conn, contact_id)
        if caller is None or contact.state is not State.IN_CONVERSATION:
            return
        if escalate.alarm(unit, AlarmKind.CALL_ALONE, contact, token=f"{caller.id[:16]}:{contact.token}") is not None:
            unit.commit()


def _relieve(helpline: Helpline, contact_id: str, why: Reason) -> int:
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        chosen = None if _is_asked(unit.conn, contact) else _reliever(helpline, unit.conn, contact)
        if chosen is None:
            return 0
        _, asked = offer.make(unit, contact, chosen.person_id, [why, *chosen.reasons])
        unit.commit()
    return int(asked)


def _is_asked(conn: Connection, contact: Contact) -> bool:
    """Whether somebody is being asked about this contact."""
    made = offers.of_contacts(conn, [contact.id]).get(contact.id, [])
    return any(one.state is OfferState.OPEN for one in made)


def _reliever(helpline: Helpline, conn: Connection, contact: Contact) -> Ranked | None:
    """Who fits best to take this conversation over, ``None`` where nobody can."""
    if contact.state is not State.IN_CONVERSATION:
        return None
    made = offers.of_contacts(conn, [contact.id]).get(contact.id, [])
    no = {one.person_id for one in made if one.state is OfferState.DECLINED} | {contact.owner_id or ""}
    wanted = Wanted(
        contact_id=contact.id,
        level=contact.level,
        language=contact.language,
        lane=lane_of(contact),
        since=contact.waiting_since or contact.arrived_at,
        channel=by_which(contact, legs.on_calls(conn, [contact.id])),
        declined=frozenset(no),
        missed={one.person_id: one.ended_at for one in made if one.state is OfferState.MISSED and one.ended_at},
    )
    now = helpline.clock.now()
    return next(iter(rank(helpline.routing, wanted, candidates(helpline, conn, now), now)), None)
