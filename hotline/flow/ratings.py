"""What somebody says of their distress, intent and hope, asked by the listener at the start and at the end."""

from collections.abc import Mapping

from hotline.domain.contact import State
from hotline.domain.errors import Conflict, InvalidInput
from hotline.domain.records import Person
from hotline.flow import intervene
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import drafts, ratings
from hotline.interventions.drafts import Form
from hotline.interventions.scales import name_of, rated


class NoRating(InvalidInput):
    """A rating that is no whole number of its scale, or none at all."""

    code = "rating"


def note(helpline: Helpline, person: Person, contact_id: str, given: Mapping[str, str]) -> None:
    """Write what was answered; ``given`` maps ``start_hope`` and the like to what was typed, empty means not asked.

    Only what differs from before is written. Raises ``NoRating``, and ``Conflict`` once the contact is closed.
    """
    try:
        said = rated(given)
    except InvalidInput as error:
        raise NoRating(str(error), field=error.field) from error
    if not said:
        raise NoRating("nothing was rated", field="start_distress")
    with UnitOfWork(helpline) as unit:
        contact = intervene.held(unit, person, contact_id)
        if contact.state is State.CLOSED:
            raise Conflict("the contact is closed")
        before = ratings.newest(unit.conn, [contact_id]).get(contact_id, {})
        fresh = {key: value for key, value in said.items() if before.get(key) != value}
        if fresh:
            ratings.add(unit.conn, contact_id, fresh, by=person.id, at=unit.now)
            unit.log(contact_id, "rated", person.id, ratings={name_of(*key): value for key, value in fresh.items()})
            unit.tell_all(contact_id, "state")
        drafts.sent(unit.conn, contact_id, person.id, Form.RATINGS)
        unit.commit()
