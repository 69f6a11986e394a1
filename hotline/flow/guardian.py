"""A guardian or emergency contact: whom to call when a life is in danger, unless that person is the danger.

Name and number lie in the vault until 24 h after the end; each opening is logged first. Of somebody who is the danger
no number is kept, and nothing here lets anybody call them.
"""

import json
from dataclasses import dataclass

from hotline.contacts import guardians, policy
from hotline.contacts import store as contacts
from hotline.contacts.guardians import Guardian
from hotline.domain.contact import Relation, State
from hotline.domain.errors import Conflict, InvalidInput, NotFound
from hotline.domain.records import Person
from hotline.flow import intervene
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import drafts
from hotline.interventions.drafts import Form

NAME_LIMIT_CHARACTERS = 80
KIND = "guardian"
"""Under which the vault keeps name and number."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom the person named: a name, a number as typed, who it is, and whether this person is the danger."""

    name: str
    phone: str
    relation: Relation
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """Name and number in clear, for one call."""

    name: str
    number: str


def keep(helpline: Helpline, person: Person, contact_id: str, named: Named) -> None:
    """Keep whom the person named; a newer one replaces an older one.

    Raises ``InvalidInput`` (field ``name`` or ``phone``), and ``Conflict`` once the contact is closed.
    """
    name = named.name.strip()
    if not name or len(name) > NAME_LIMIT_CHARACTERS:
        raise InvalidInput(f"a name holds 1 to {NAME_LIMIT_CHARACTERS} characters", field="name")
    with UnitOfWork(helpline) as unit:
        contact = intervene.held(unit, person, contact_id)
        if contact.state is State.CLOSED:
            raise Conflict("the contact is closed")
        number = "" if named.danger else policy.clean_phone(named.phone, contact.region)
        told = json.dumps({"name": name, "number": number}, ensure_ascii=False)
        contacts.keep_identity(unit.conn, unit.keys, contact_id, KIND, told, unit.now)
        guardians.keep(unit.conn, Guardian(contact_id, named.relation, named.danger, person.id, unit.now))
        unit.log(contact_id, "guardian_kept", person.id, relation=named.relation, danger=named.danger)
        drafts.sent(unit.conn, contact_id, person.id, Form.GUARDIAN)
        unit.tell_all(contact_id, "state")
        unit.commit()


def open_number(helpline: Helpline, person: Person, contact_id: str) -> Reached:
    """Whom to call, in clear; that it was opened is logged first.

    Raises ``GuardianIsDanger``, and ``NotFound`` when nobody was named or it has been destroyed.
    """
    with UnitOfWork(helpline) as unit:
        intervene.held(unit, person, contact_id)
        intervene.refuse_danger(unit, contact_id)
        told = contacts.open_identity(unit.conn, unit.keys, contact_id, KIND)
        if told is None:
            raise NotFound("nobody is named")
        unit.log(contact_id, "guardian_opened", person.id)
        unit.commit()
    found = json.loads(told)
    return Reached(found["name"], found["number"])
