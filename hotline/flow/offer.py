"""Ask the person who fits best, and the next one when they do not answer; a queue nobody is asked about waits in vain.

The clock matches whenever something changed at a desk, and once a second. An offer ends exactly once: accepted
(:mod:`hotline.flow.respond`), declined, missed, lost to somebody faster, or taken back; the person who was asked is
told which.
"""

from collections.abc import Sequence
from datetime import timedelta

from hotline.contacts import legs
from hotline.contacts import store as contacts
from hotline.domain.contact import Role, State
from hotline.domain.errors import AlreadyClaimed, AtCapacity, Conflict, NotAllowed, NotFound, OffDuty
from hotline.domain.lifecycle import Step
from hotline.domain.records import Contact, Person
from hotline.flow.helpline import Helpline
from hotline.flow.scene import AWAITING, candidates, is_stale, look
from hotline.flow.unit import UnitOfWork
from hotline.routing import offers
from hotline.routing.ladder import TimerKind
from hotline.routing.offers import Offer
from hotline.routing.ranking import Proposal, Reason, has_room, plan
from hotline.routing.replies import Decline, Missed, OfferState, Withdrawal
from hotline.storage import feed
from hotline.volunteers import store as volunteers


class OfferOver(Conflict):
    """The offer ended before it was answered."""

    code = "offer_over"


def match(helpline: Helpline) -> int:
    """Make every offer that can be made now; gives how many. Doing it again changes nothing."""
    now = helpline.clock.now()
    with helpline.database.read() as conn:
        scene = look(helpline, conn, now)
    proposals = plan(helpline.routing, scene.waiting, scene.candidates, now)
    by_contact: dict[str, list[Proposal]] = {}
    for proposal in proposals:
        by_contact.setdefault(proposal.contact_id, []).append(proposal)
    for contact_id in set(scene.stale) - by_contact.keys():
        with UnitOfWork(helpline) as unit:
            _nobody_asked(unit, contacts.get_contact(unit.conn, contact_id, lock=True))
            unit.commit()
    return sum(_ask(helpline, contact_id, chosen) for contact_id, chosen in by_contact.items())


def _ask(helpline: Helpline, contact_id: str, chosen: Sequence[Proposal]) -> int:
    """Write the offers of one contact, if it still waits; gives how many."""
    made = 0
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state not in AWAITING:
            return 0
        for proposal in chosen:
            contact, done = make(unit, contact, proposal.person_id, proposal.reasons)
            made += done
        if made:
            unit.commit()
    return made


def make(
    unit: UnitOfWork,
    contact: Contact,
    person_id: str,
    reasons: Sequence[Reason],
    *,
    by: str | None = None,
    answer_seconds: int | None = None,
) -> tuple[Contact, bool]:
    """Ask one person about a contact whose row is held; a less urgent offer they have gives way.

    Who is being asked about this very contact keeps that question: a yes that is on its way must not meet a dead offer.
    """
    policy = unit.helpline.routing
    before = offers.open_of(unit.conn, person_id)
    if before is not None and before.contact_id == contact.id:
        return contact, False
    if before is not None and (by is not None or before.level.rank < contact.level.rank):
        offers.end(unit.conn, before.id, OfferState.WITHDRAWN, unit.now, why=Withdrawal.MORE_URGENT)
    usual = policy.offer_urgent_seconds if contact.level.urgent else policy.offer_seconds
    until = unit.now + timedelta(seconds=answer_seconds or usual)
    made = offers.make(
        unit.conn,
        contact_id=contact.id,
        person_id=person_id,
        level=contact.level,
        reasons=reasons,
        at=(unit.now, until),
        by=by,
    )
    if made is None:
        return contact, False
    unit.timer(TimerKind.OFFER, contact=contact, due_at=until, token=made.id)
    asked = volunteers.get_person(unit.conn, person_id)
    unit.log(contact.id, "offer_made", by or "machine", to=asked.alias)
    if contact.state is State.WAITING:
        contact = unit.advance(contact, Step.OFFER, actor=by or "machine")
    unit.tell(feed.person_topic(person_id), "state", contact_id=contact.id)
    return contact, True


def _nobody_asked(unit: UnitOfWork, contact: Contact) -> None:
    """Let a contact stand as waiting again once nobody is being asked about it."""
    if is_stale(contact, offers.of_contacts(unit.conn, [contact.id]).get(contact.id, [])):
        unit.advance(contact, Step.DECLINE, actor="machine")


def decline(helpline: Helpline, person: Person, offer_id: str, reason: Decline) -> None:
    """Say no to an offer; nobody is asked about the same contact twice after that. Raises ``OfferOver``."""
    with UnitOfWork(helpline) as unit:
        found = mine(unit, person, offer_id)
        contact = contacts.get_contact(unit.conn, found.contact_id, lock=True)
        if not offers.end(unit.conn, found.id, OfferState.DECLINED, unit.now, why=reason):
            raise OfferOver("this offer has ended")
        unit.log(contact.id, "offer_declined", person.id, reason=reason)
        _nobody_asked(unit, contact)
        unit.tell(feed.DESK, "state", contact_id=contact.id)
        unit.commit()


def mine(unit: UnitOfWork, person: Person, offer_id: str) -> Offer:
    """An open offer of this person. Raises ``NotFound``, ``AlreadyClaimed`` with who was first, or ``OfferOver``."""
    found = offers.get(unit.conn, offer_id)
    if found is None or found.person_id != person.id:
        raise NotFound("no such offer")
    if found.state is OfferState.LOST and found.by is not None:
        raise AlreadyClaimed("somebody else was first", by=volunteers.get_person(unit.conn, found.by).alias)
    if found.state is not OfferState.OPEN:
        raise OfferOver("this offer has ended")
    return found


def time_is_up(unit: UnitOfWork, contact: Contact, offer_id: str) -> None:
    """The time to answer is over; whoever has picked up their telephone may still press 1, for a while."""
    asked = (leg for leg in legs.of_contacts(unit.conn, [contact.id]).get(contact.id, []) if leg.offer_id == offer_id)
    picked_up_at = next((leg.answered_at for leg in asked if leg.live), None)
    if picked_up_at is not None:
        until = picked_up_at + timedelta(seconds=unit.helpline.calls.take_seconds)
        if until > unit.now and offers.prolong(unit.conn, offer_id, until):
            unit.timer(TimerKind.OFFER, contact=contact, due_at=until, token=offer_id)
            unit.tell(feed.DESK, "state", contact_id=contact.id)
            return
    miss(unit, contact, offer_id)


def miss(unit: UnitOfWork, contact: Contact, offer_id: str, why: Missed | None = None) -> None:
    """The time to answer is over, or ``why``: the next person is asked, and this one not again for a while."""
    found = offers.get(unit.conn, offer_id)
    if found is None or not offers.end(unit.conn, offer_id, OfferState.MISSED, unit.now, why=why or ""):
        return
    unit.log(contact.id, "offer_missed", found.person_id)
    _nobody_asked(unit, contact)
    unit.tell(feed.person_topic(found.person_id), "state", contact_id=contact.id)
    unit.tell(feed.DESK, "state", contact_id=contact.id)


def won(unit: UnitOfWork, contact: Contact, person: Person) -> None:
    """Somebody took the contact: their offer is accepted, everybody else who was asked is told who has it."""
    for one in offers.end_all(unit.conn, unit.now, OfferState.LOST, contact_id=contact.id, by=person.id):
        if one.person_id == person.id:
            offers.correct(unit.conn, one.id, OfferState.ACCEPTED)
        unit.tell(feed.person_topic(one.person_id), "state", contact_id=contact.id)
    withdraw_from(unit, person.id, Withdrawal.OTHER_TAKEN)


def withdraw(unit: UnitOfWork, contact: Contact, why: Withdrawal) -> None:
    """Take back every open offer of a contact."""
    for one in offers.end_all(unit.conn, unit.now, OfferState.WITHDRAWN, contact_id=contact.id, why=why):
        unit.tell(feed.person_topic(one.person_id), "state", contact_id=contact.id)


def no_room(helpline: Helpline, offer_id: str) -> None:
    """Whoever said yes cannot hold it: nobody missed anything, and somebody else is asked."""
    with UnitOfWork(helpline) as unit:
        found = offers.get(unit.conn, offer_id)
        if found is None:
            return
        contact = contacts.get_contact(unit.conn, found.contact_id, lock=True)
        if not offers.end(unit.conn, found.id, OfferState.WITHDRAWN, unit.now, why=Withdrawal.NO_ROOM):
            return
        unit.log(contact.id, "offer_not_possible", found.person_id)
        _nobody_asked(unit, contact)
        unit.tell(feed.person_topic(found.person_id), "state", contact_id=contact.id)
        unit.tell_all(contact.id, "state")
        unit.commit()


def withdraw_from(unit: UnitOfWork, person_id: str, why: Withdrawal) -> None:
    """Take back what a person is being asked; the contact is offered elsewhere by the next match."""
    for one in offers.end_all(unit.conn, unit.now, OfferState.WITHDRAWN, person_id=person_id, why=why):
        unit.tell(feed.DESK, "state", contact_id=one.contact_id)


def assign(helpline: Helpline, supervisor: Person, contact_id: str, person_id: str) -> None:
    """A supervisor asks one person by hand, whatever the order says; that person still says yes or no."""
    if Role.SUPERVISOR not in supervisor.roles:
        raise NotAllowed("only a supervisor assigns by hand")
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if contact.state not in AWAITING:
            raise Conflict("this contact does not wait any more")
        here = {one.person_id: one for one in candidates(helpline, unit.conn, unit.now)}
        chosen = here.get(person_id)
        if chosen is None or not chosen.fit:
            raise OffDuty("this person is not here or rests")
        if not has_room(helpline.routing, chosen, contact.level):
            raise AtCapacity("this person has no room for another conversation")
        make(unit, contact, person_id, [Reason.ASSIGNED], by=supervisor.id)
        unit.commit()
