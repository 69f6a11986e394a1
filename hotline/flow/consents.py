"""What the person agrees to, as they said it to their listener; silence is no, and a no later counts from then on."""

from hotline.contacts import consents
from hotline.contacts.consents import Consent
from hotline.domain.contact import ConsentKind, State
from hotline.domain.errors import Conflict
from hotline.domain.records import Person
from hotline.flow import follow_up, intervene, recordings
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork


def note(helpline: Helpline, person: Person, contact_id: str, kind: ConsentKind, *, given: bool, version: str) -> None:
    """Write the person's answer; ``version`` is that of the sentences it was asked with. The same again is harmless.

    Raises ``Conflict`` for a yes once the contact is closed; a no is taken at any time.
    """
    with UnitOfWork(helpline) as unit:
        contact = intervene.held(unit, person, contact_id)
        if contact.state is State.CLOSED and given:
            raise Conflict("the contact is closed")
        before = consents.newest(unit.conn, contact_id).get(kind)
        if before is None or before.given != given or before.version != version:
            consents.add(unit.conn, contact_id, Consent(kind, given, version, person.id, unit.now))
            unit.log(contact_id, "consent_noted", person.id, consent=kind, given=given, version=version)
            if kind is ConsentKind.FOLLOW_UP and not given:
                follow_up.cancel_chain(unit, contact)
            if kind is ConsentKind.RECORDING and not given:
                recordings.taken_back(unit, contact)
            unit.tell_all(contact_id, "state")
        unit.commit()
