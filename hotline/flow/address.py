"""The sealed network address, opened for an emergency call only, by two people, and shown to each of them once.

One asks for it with the call, a second person signs; that it was asked, signed and seen is in the log. What it was is
nowhere but in the vault, and 24 h after the end it is destroyed there.
"""

from hotline.contacts import store as contacts
from hotline.domain.contact import Role, State
from hotline.domain.errors import Conflict, NotAllowed, NotFound
from hotline.domain.records import Person
from hotline.flow import intervene
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import addresses
from hotline.interventions import store as interventions
from hotline.interventions.addresses import Opening
from hotline.interventions.store import Dispatch

OVER = frozenset({"refused", "cancelled"})
"""Emergency calls that will not be made, or no more: nothing is opened for them."""
UNSIGNED = "asked"
"""An emergency call that two people have not signed yet."""


class AddressSeen(Conflict):
    """This person has seen it once already, or nobody has signed yet."""

    code = "address_seen"


class AddressGone(NotFound):
    """Nothing was kept, or it has been destroyed."""

    code = "address_gone"


def sign(helpline: Helpline, person: Person, dispatch_id: str, *, agree: bool) -> str:
    """The second person's word on opening the address; gives the contact's id.

    Raises ``NotAllowed`` for whoever asked and for anybody but a supervisor, ``Conflict`` when it is answered already
    or the emergency call is over.
    """
    with UnitOfWork(helpline) as unit:
        found, opening = _both(unit, dispatch_id)
        if Role.SUPERVISOR not in person.roles or opening.asked_by == person.id:
            raise NotAllowed("a supervisor other than who asked signs")
        if opening.agreed is not None:
            raise Conflict("this is answered already")
        _still_needed(unit, found)
        addresses.change(unit.conn, dispatch_id, signed_by=person.id, signed_at=unit.now, agreed=agree)
        unit.log(found.contact_id, "address_signed", person.id, dispatch_id=dispatch_id, agreed=agree)
        unit.tell_all(found.contact_id, "state")
        unit.commit()
    return found.contact_id


def see(helpline: Helpline, person: Person, dispatch_id: str) -> tuple[str, str]:
    """The address in clear, once for each of the two, with the contact's id; that it was seen is logged first.

    Raises ``NotAllowed`` for anybody else and for who has given the contact away, ``AddressSeen``, ``AddressGone``, and
    ``Conflict`` once the call is over.
    """
    with UnitOfWork(helpline) as unit:
        found, opening = _both(unit, dispatch_id)
        column = opening.seen_field(person.id)
        if column is None:
            raise NotAllowed("only who asked and who signed see it")
        intervene.held(unit, person, found.contact_id)
        _still_needed(unit, found)
        if not opening.agreed or found.state == UNSIGNED or getattr(opening, column) is not None:
            raise AddressSeen("not signed, or seen already")
        address = contacts.open_identity(unit.conn, unit.keys, found.contact_id, "address")
        if address is None:
            raise AddressGone("no address is kept")
        addresses.change(unit.conn, dispatch_id, **{column: unit.now})
        unit.log(found.contact_id, "address_seen", person.id, dispatch_id=dispatch_id)
        unit.tell_all(found.contact_id, "state")
        unit.commit()
    return address, found.contact_id


def _both(unit: UnitOfWork, dispatch_id: str) -> tuple[Dispatch, Opening]:
    found = interventions.get_dispatch(unit.conn, unit.keys, dispatch_id)
    opening = addresses.of_dispatches(unit.conn, [dispatch_id]).get(dispatch_id)
    if opening is None:
        raise NotFound("nobody asked for the address with this call")
    return found, opening


def _still_needed(unit: UnitOfWork, found: Dispatch) -> None:
    contact = contacts.get_contact(unit.conn, found.contact_id, lock=True)
    if found.state in OVER or contact.state is State.CLOSED:
        raise Conflict("this emergency call is over")
