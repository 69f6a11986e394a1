"""A safety plan in six steps, written with the person and theirs to read; planned at three, it must be there at four.

Every version stands in the log in the same act. What the person reads is always the newest version, as long as it is
shared with them.
"""

from collections.abc import Mapping

from hotline.contacts import store as contacts
from hotline.domain.contact import State
from hotline.domain.errors import Conflict, InvalidInput
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Person
from hotline.flow import intervene, receive
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.interventions import drafts, plans
from hotline.interventions.drafts import Draft, Form
from hotline.interventions.plans import Plan
from hotline.interventions.safety_plan import written

EARLIER_CONTACTS = 5
"""How many earlier contacts of the same person a plan is looked for in."""


class PlanUnreadable(InvalidInput):
    """No step holds a word, or one holds too many."""

    code = "plan_steps"


class PlanChanged(Conflict):
    """Somebody saved another version since this form was opened; what was typed is kept as a draft."""

    code = "plan_changed"


def save(helpline: Helpline, person: Person, contact_id: str, given: Mapping[str, str], *, base: int) -> int:
    """Save the plan as its next version; gives its number. ``base`` is the version the form was opened on, 0 for none.

    Saying the same again changes nothing. Raises ``PlanUnreadable``, ``PlanChanged``, and ``Conflict`` once closed.
    """
    try:
        steps = written(given)
    except InvalidInput as error:
        raise PlanUnreadable(str(error), field=error.field) from error
    with UnitOfWork(helpline) as unit:
        contact = _open(unit, person, contact_id)
        before = plans.read(unit.conn, unit.keys, [contact_id]).get(contact_id)
        version = 0 if before is None else before.version
        if before is None or before.steps != steps:
            if base != version:
                raise PlanChanged("somebody saved another version meanwhile")
            version += 1
            shared_at = None if before is None else before.shared_at
            plans.write(unit.conn, unit.keys, Plan(contact_id, version, unit.now, person.id, steps, shared_at))
            unit.log(contact_id, "plan_written", person.id, version=version, steps=steps)
            unit.tell_all(contact.id, "state")
        _put_draft_away(unit, person, contact_id, steps)
        unit.commit()
    return version


def _put_draft_away(unit: UnitOfWork, person: Person, contact_id: str, steps: Mapping[str, str]) -> None:
    """What was saved is a draft no more; what somebody else is writing meanwhile stays theirs."""
    owner = Form.PLAN.owner(person.id)
    draft = drafts.read(unit.conn, unit.keys, contact_id, [owner]).get(Form.PLAN)
    drafts.sent(unit.conn, contact_id, person.id, Form.PLAN)
    if draft is None:
        return
    left = {
        name: text
        for name, text in draft.fields.items()
        if draft.authors[name] != person.id and text.strip() != steps.get(name, "")
    }
    if left:
        authors = {name: draft.authors[name] for name in left}
        drafts.write(unit.conn, unit.keys, Draft(contact_id, Form.PLAN, owner, draft.by, draft.at, left, authors))


def share(helpline: Helpline, person: Person, contact_id: str) -> None:
    """Let the person read the plan, and tell them so in the conversation; sharing it again says nothing twice."""
    with UnitOfWork(helpline) as unit:
        contact = _open(unit, person, contact_id)
        plan = plans.read(unit.conn, unit.keys, [contact_id]).get(contact_id)
        if plan is None:
            raise Conflict("there is no plan to share")
        if plan.shared_at is None:
            plans.share(unit.conn, contact_id, unit.now)
            unit.log(contact_id, "plan_shared", person.id, version=plan.version)
            receive.say(unit, contact, "plan_shared", client_id=f"plan-{new_id()}")
            unit.tell_all(contact_id, "state")
        unit.commit()


def withdraw(helpline: Helpline, person: Person, contact_id: str) -> None:
    """Take the plan, and those of earlier contacts, back from the person's page; saying it again is harmless."""
    with UnitOfWork(helpline) as unit:
        contact = _open(unit, person, contact_id)
        chain = contacts.chain_of(unit.conn, contact, EARLIER_CONTACTS)
        for plan in plans.read(unit.conn, unit.keys, [one.id for one in chain]).values():
            if plan.shared_at is not None:
                plans.share(unit.conn, plan.contact_id, None)
                unit.log(plan.contact_id, "plan_withdrawn", person.id, version=plan.version)
                unit.tell_all(plan.contact_id, "state")
        unit.commit()


def _open(unit: UnitOfWork, person: Person, contact_id: str) -> Contact:
    contact = intervene.held(unit, person, contact_id)
    if contact.state is State.CLOSED:
        raise Conflict("the contact is closed")
    return contact


def of_seeker(helpline: Helpline, contact: Contact) -> Plan | None:
    """The newest plan that is shared with this person, of this contact or of one it follows."""
    with helpline.database.read() as conn:
        chain = contacts.chain_of(conn, contact, EARLIER_CONTACTS)
        found = plans.read(conn, helpline.keys, [one.id for one in chain])
    return next((plan for one in chain if (plan := found.get(one.id)) is not None and plan.shared_at is not None), None)
