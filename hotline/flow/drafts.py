"""What is half written in a form at the desk is kept within seconds; a tab, a network or a server may die meanwhile.

A draft is no act: it leaves no line in the log, and it goes when its form is sent or the contact is closed. Fields are
merged one by one, so that two people who write in different fields of one plan take nothing from each other.
"""

import re
from collections.abc import Mapping

from hotline.domain.contact import State
from hotline.domain.errors import Conflict, InvalidInput
from hotline.domain.records import Person
from hotline.flow import intervene
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import drafts
from hotline.interventions.drafts import Draft, Form
from hotline.storage.feed import staff_topic

FIELD_LIMIT = 60
FIELD_LIMIT_CHARACTERS = 8000
"""More than any form takes, so that what is too long to be sent is still not lost."""
_NAME = re.compile(r"[a-z][a-z_]{0,39}")


def keep(helpline: Helpline, person: Person, contact_id: str, form: Form, fields: Mapping[str, str]) -> None:
    """Keep what stands in these fields of a form now; fields not named stay as they were kept. None changes nothing.

    Raises ``InvalidInput``, and ``Conflict`` once the contact is closed.
    """
    _check(fields)
    with UnitOfWork(helpline) as unit:
        contact = intervene.held(unit, person, contact_id)
        if contact.state is State.CLOSED:
            raise Conflict("the contact is closed")
        owner = form.owner(person.id)
        before = drafts.read(unit.conn, unit.keys, contact_id, [owner]).get(form)
        merged = {**(before.fields if before else {}), **fields}
        authors = {**(before.authors if before else {}), **dict.fromkeys(fields, person.id)}
        if len(merged) > FIELD_LIMIT:
            raise InvalidInput("too many fields", field="fields")
        if not fields:
            return
        drafts.write(unit.conn, unit.keys, Draft(contact_id, form, owner, person.id, unit.now, merged, authors))
        if before is not None and before.by != person.id:
            unit.tell(staff_topic(contact_id), "state", contact_id=contact_id)
        unit.commit()


def browser_key(helpline: Helpline, person: Person, contact_id: str) -> str:
    """The key (32 bytes as 64 hex characters) under which this person's browser seals what the server lacks yet.

    It leaves this house only with the contact's page, so that what stays in a browser is unreadable without signing in.
    """
    return helpline.keys.blind("draft", f"{person.id}:{contact_id}")


def _check(fields: Mapping[str, str]) -> None:
    for name, value in fields.items():
        if not _NAME.fullmatch(name):
            raise InvalidInput("no such field", field="fields")
        if len(value) > FIELD_LIMIT_CHARACTERS:
            raise InvalidInput(f"a field holds at most {FIELD_LIMIT_CHARACTERS} characters", field=name)
