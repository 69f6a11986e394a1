"""Whom a contact is about: who speaks, or somebody they worry about, whose the risk is then."""

from hotline.contacts import store as contacts
from hotline.domain.contact import State
from hotline.domain.errors import Conflict
from hotline.domain.records import Contact, Person
from hotline.flow.helpline import Helpline
from hotline.flow.intervene import held
from hotline.flow.unit import UnitOfWork


def note(helpline: Helpline, person: Person, contact_id: str, *, other: bool) -> None:
    """A listener writes down whom it is about; raises ``NotAllowed``, ``Conflict`` when the contact is closed."""
    with UnitOfWork(helpline) as unit:
        contact = held(unit, person, contact_id)
        if contact.state is State.CLOSED:
            raise Conflict("the contact is closed")
        keep(unit, contact, other=other, by=person.id)
        unit.commit()


def keep(unit: UnitOfWork, contact: Contact, *, other: bool, by: str) -> None:
    """Keep whom a contact is about; said again it changes nothing."""
    if contact.third_party is other:
        return
    contacts.update_contact(unit.conn, contact.id, third_party=other)
    unit.log(contact.id, "about_somebody_else" if other else "about_themselves", by)
    unit.tell_all(contact.id, "state")
