"""What holds of every house with telephones once things have settled, whatever its story; broken, somebody waits."""

from collections.abc import Callable, Iterator

from sqlalchemy.engine import Connection
from support.phones import PhoneHouse

from hotline.contacts import callbacks, legs
from hotline.contacts import store as contacts
from hotline.contacts.call_steps import Act
from hotline.contacts.legs import Leg
from hotline.domain.contact import Channel, State
from hotline.domain.phone import Party, Stage
from hotline.domain.records import Contact
from hotline.flow import handover, scene
from hotline.interventions import log
from hotline.routing import offers
from hotline.routing import store as routing
from hotline.routing.ladder import AlarmKind
from hotline.routing.offers import Offer
from hotline.routing.ranking import rank
from hotline.routing.replies import OfferState
from hotline.volunteers import store as volunteers

SETTLES_SECONDS = 35
"""So long a ring, an offer, a goodbye and a comparison with the provider take at most."""
HELD = frozenset({State.IN_CONVERSATION, State.WRAPPING_UP})
OVER = frozenset({State.CLOSED, State.ABANDONED, State.CALLBACK_DUE, State.REFERRED})
Broken = Iterator[str]


def settles(house: PhoneHouse) -> None:
    """The provider works, time passes, and everything that must hold holds."""
    house.world.provider.recover()
    house.passes(SETTLES_SECONDS)
    check(house)


def check(house: PhoneHouse) -> None:
    """Everything that must hold now. Raises ``AssertionError`` with what does not."""
    with house.helpline.database.read() as conn:
        found = [each for rule in RULES for each in rule(house, conn)]
    assert not found, found


def who_may_be_asked_is_asked(house: PhoneHouse, conn: Connection) -> Broken:
    """Nobody waits unasked while somebody may take them."""
    now = house.clock.now()
    seen = scene.look(house.helpline, conn, now)
    for wanted in seen.waiting:
        free = rank(house.helpline.routing, wanted, seen.candidates, now)
        if free and not wanted.asked:
            yield f"{wanted.contact_id} waits unasked, and {free[0].person_id} is free"


def who_is_asked_about_a_caller_is_rung(house: PhoneHouse, conn: Connection) -> Broken:
    """An offer of somebody on the line to somebody with a telephone has a leg, and ends with it."""
    able, on_calls = scene.takers(house.helpline, conn), legs.on_calls(conn)
    for offer in offers.open_offers(conn):
        if offer.person_id not in able or offer.contact_id not in on_calls:
            continue
        rings = [leg for leg in house.legs_of(offer.contact_id) if leg.offer_id == offer.id]
        if not any(leg.open for leg in rings):
            yield f"offer {offer.id} stands and {offer.person_id} is not rung ({len(rings)} legs are over)"


def who_is_held_on_the_line_is_met(house: PhoneHouse, conn: Connection) -> Broken:
    """Whose listener takes no calls talks with somebody else, or somebody is asked, or supervisors are called."""
    for contact_id in handover.only_written_to(house.helpline, conn):
        asked = any(one.contact_id == contact_id for one in offers.open_offers(conn))
        if not asked and not routing.has_open_alarm(conn, AlarmKind.CALL_ALONE, contact_id):
            yield f"{contact_id} is on the line, and nobody is asked to talk with them"


def no_offer_outlives_its_time_or_its_contact(house: PhoneHouse, conn: Connection) -> Broken:
    """An open offer is of somebody who may be taken, of a person who is asked in time."""
    for offer in offers.open_offers(conn):
        state = contacts.get_contact(conn, offer.contact_id).state
        if state not in {State.OFFERED, State.IN_CONVERSATION}:
            yield f"offer {offer.id} stands in {state}"
        if offer.due_at < house.clock.now():
            yield f"offer {offer.id} was due at {offer.due_at}"


def every_leg_has_an_open_contact(house: PhoneHouse, conn: Connection) -> Broken:
    """Nobody is on a line that leads nowhere, and the provider knows every line that we think is there."""
    theirs = {one.sid for one in house.world.calls() if not one.call.is_over}
    ours = legs.open_legs(conn)
    for leg in ours:
        contact = contacts.get_contact(conn, leg.contact_id)
        if not _has_reason(leg, contact, offers.of_contacts(conn, [contact.id]).get(contact.id, [])):
            yield f"a leg of {leg.party} in {leg.stage} stands in {contact.state}"
        if leg.sid is not None and leg.sid not in theirs:
            yield f"a leg of {leg.party} is over at the provider"
    for sid in theirs - {leg.sid for leg in ours}:
        yield f"the call {sid} is none of ours"


def _has_reason(leg: Leg, contact: Contact, made: list[Offer]) -> bool:
    if leg.party is Party.SEEKER:
        return contact.state not in OVER and (contact.state is not State.WRAPPING_UP or leg.stage is Stage.GOODBYE)
    asked = any(one.id == leg.offer_id and one.state is OfferState.OPEN for one in made)
    return asked or contact.state is State.IN_CONVERSATION


def who_called_is_on_the_line_or_has_a_promise(house: PhoneHouse, conn: Connection) -> Broken:
    """Who called last is on the line, held by somebody who is here, to be called back, or left words; else it is over.

    In a conversation somebody sees that the line is gone; who waits in line is met there or by their wish, and a human
    looks at who is in danger in any case.
    """
    for contact in house.all_contacts():
        if contact.reply_by is not Channel.VOICE or contact.state in {State.CLOSED, State.ABANDONED, State.REFERRED}:
            continue
        if legs.on_calls(conn, [contact.id]) or contact.state is State.WRAPPING_UP:
            continue
        if contact.state is State.IN_CONVERSATION:
            if not _is_here(conn, contact.owner_id):
                yield f"{contact.id} is held by {contact.owner_id}, who is not here"
            continue
        wish = callbacks.of_contacts(conn, [contact.id]).get(contact.id)
        last = legs.last_caller(conn, contact.id)
        words = last is not None and last.memory.get(Act.MESSAGE) and contact.seeker_number
        if wish is None and not words and not contact.level.urgent:
            yield f"{contact.id} stands in {contact.state} without a line, a wish and words"
        if contact.state is State.CALLBACK_DUE and (wish is None or wish.next_at is None):
            yield f"{contact.id} is to be called back, nobody knows when"


def _is_here(conn: Connection, person_id: str | None) -> bool:
    duty = None if person_id is None else volunteers.duty_of(conn, person_id)
    return duty is not None and duty.on_duty


def every_log_is_whole_and_in_order(house: PhoneHouse, conn: Connection) -> Broken:
    """No log has a fault, and its lines stand in the order of their moments."""
    for contact in house.all_contacts():
        fault = log.verify_contact(conn, house.helpline.keys, contact.id)
        if fault is not None:
            yield f"the log of {contact.id}: {fault.what}"
        moments = [line.at for line in log.read(conn, house.helpline.keys, contact.id)]
        if moments != sorted(moments):
            yield f"the log of {contact.id} is not in order"


RULES: tuple[Callable[[PhoneHouse, Connection], Broken], ...] = (
    who_may_be_asked_is_asked,
    who_is_asked_about_a_caller_is_rung,
    who_is_held_on_the_line_is_met,
    no_offer_outlives_its_time_or_its_contact,
    every_leg_has_an_open_contact,
    who_called_is_on_the_line_or_has_a_promise,
    every_log_is_whole_and_in_order,
)
