"""Hand a conversation to a colleague: the next one is in before the old one leaves, and nobody tells it twice."""

from sqlalchemy.engine import Connection

from hotline.contacts import store as contacts
from hotline.domain.contact import Level, Role, State
from hotline.domain.errors import AtCapacity, Conflict, InvalidInput, NotAllowed, OffDuty
from hotline.domain.records import Contact, Person
from hotline.flow import offer
from hotline.flow.helpline import Helpline
from hotline.flow.scene import candidates
from hotline.flow.unit import UnitOfWork
from hotline.interventions import drafts
from hotline.interventions.drafts import Form
from hotline.routing import company, offers
from hotline.routing.policy import Lane
from hotline.routing.ranking import Ranked, Reason, Wanted, has_room, rank
from hotline.routing.replies import OfferState

SUMMARY_LIMIT_CHARACTERS = 4000


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
    if chosen is None or not chosen.fit or to_id == contact.owner_id:
        raise OffDuty("this person is not here or rests")
    if lane_of(contact) not in chosen.lanes:
        raise NotAllowed("this contact needs somebody with other training")
    asked = offers.open_of(unit.conn, to_id)
    busy = asked is not None and asked.contact_id != contact.id
    policy = unit.helpline.routing
    if busy or not has_room(policy, chosen, contact.level):
        raise AtCapacity("this person has no room for another conversation")


def lane_of(contact: Contact) -> Lane:
    """The least training that may hold this contact: the crisis-trained from elevated on."""
    return Lane.OPEN if contact.level.rank < Level.ELEVATED.rank else Lane.CRISIS


def relieve(helpline: Helpline) -> int:
    """Ask others to take over what a listener holds beside an urgent contact, which has its listener alone.

    Gives how many were asked. Who holds it goes on until somebody says yes.
    """
    with helpline.database.read() as conn:
        held = contacts.get_contacts(conn, company.to_relieve(conn))
        found = [one.id for one in held.values() if _reliever(helpline, conn, one) is not None]
    return sum(_relieve(helpline, contact_id) for contact_id in found)


def _relieve(helpline: Helpline, contact_id: str) -> int:
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        chosen = _reliever(helpline, unit.conn, contact)
        if chosen is None:
            return 0
        _, asked = offer.make(unit, contact, chosen.person_id, [Reason.RELIEF, *chosen.reasons])
        unit.commit()
    return int(asked)


def _reliever(helpline: Helpline, conn: Connection, contact: Contact) -> Ranked | None:
    """Who fits best to take this conversation over; ``None`` while somebody is being asked, or nobody can."""
    made = offers.of_contacts(conn, [contact.id]).get(contact.id, [])
    if contact.state is not State.IN_CONVERSATION or any(one.state is OfferState.OPEN for one in made):
        return None
    no = {one.person_id for one in made if one.state is OfferState.DECLINED} | {contact.owner_id or ""}
    wanted = Wanted(
        contact_id=contact.id,
        level=contact.level,
        language=contact.language,
        lane=lane_of(contact),
        since=contact.waiting_since or contact.arrived_at,
        channel=contact.channel,
        declined=frozenset(no),
        missed={one.person_id: one.ended_at for one in made if one.state is OfferState.MISSED and one.ended_at},
    )
    now = helpline.clock.now()
    return next(iter(rank(helpline.routing, wanted, candidates(helpline, conn, now), now)), None)
