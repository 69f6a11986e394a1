"""One contact's call as the rows show it, for the switchboard's plan."""

from sqlalchemy.engine import Connection

from hotline.contacts import legs
from hotline.contacts.legs import LEAVING, MET, REFUSED, Leg
from hotline.domain.phone import LegState, Party
from hotline.domain.records import Contact
from hotline.routing import company, offers
from hotline.routing import store as routing
from hotline.routing.replies import OfferState
from hotline.routing.switchboard import Board, Caller, Rung


def board(conn: Connection, contact: Contact) -> Board:
    """One contact's call as it stands now."""
    mine = legs.of_contacts(conn, [contact.id], ended=True).get(contact.id, [])
    caller = next((leg for leg in reversed(mine) if leg.party is Party.SEEKER and leg.open), None)
    place = routing.get(conn, contact.id)
    made = offers.of_contacts(conn, [contact.id]).get(contact.id, [])
    return Board(
        contact_id=contact.id,
        state=contact.state,
        owner_id=contact.owner_id,
        held_since=None if place is None else place.since,
        beside=frozenset(company.beside(conn, contact.id)),
        asked=tuple((one.id, one.person_id) for one in made if one.state is OfferState.OPEN),
        caller=None if caller is None else _caller(conn, caller),
        helpers=[_rung(leg) for leg in mine if leg.party is Party.HELPER and leg.person_id is not None],
    )


def _caller(conn: Connection, leg: Leg) -> Caller:
    return Caller(
        leg.id,
        leg.stage,
        planned=leg.state is LegState.PLANNED,
        live=leg.live,
        at=leg.at,
        inside=legs.is_inside(leg),
        leaving=bool(leg.memory.get(LEAVING)),
        unasked=not leg.live and not legs.may_be_rung(conn, leg.contact_id),
    )


def _rung(leg: Leg) -> Rung:
    joined = leg.joined_at is not None
    met, refused = joined or bool(leg.memory.get(MET)), bool(leg.memory.get(REFUSED))
    who = leg.person_id or ""
    return Rung(leg.id, who, leg.offer_id, leg.mode, leg.open, joined, leg.at, leg.ended_at, met, refused)
