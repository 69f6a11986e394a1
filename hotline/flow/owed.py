"""Which reviews an act asks for; written with the act itself, so that no crash forgets to ask."""

from hotline.domain.contact import Level, Role, State, highest
from hotline.domain.records import Contact
from hotline.flow.unit import UnitOfWork
from hotline.interventions import reviews
from hotline.interventions.rubric import Why, drawn
from hotline.storage import feed
from hotline.triage import store as triage
from hotline.volunteers import store as volunteers

RATERS = 2


def ask_for(unit: UnitOfWork, contact_id: str, why: Why) -> bool:
    """Ask for a review of a contact; gives whether it is new or has a new reason."""
    policy = unit.helpline.review
    due_at = unit.now + policy.due[why]
    double = drawn("double", contact_id, policy.double_share) and _two_could_rate(unit)
    asked = reviews.need(unit.conn, contact_id, why, now=unit.now, due_at=due_at, double=double)
    if asked:
        unit.log(contact_id, "review_asked", "machine", reason=why)
        unit.tell(feed.DESK, "state", contact_id=contact_id)
    return asked


def _two_could_rate(unit: UnitOfWork) -> bool:
    """Whether the house has two supervisors; with one a second rating would be owed for ever."""
    everybody = volunteers.get_people(unit.conn).values()
    return sum(Role.SUPERVISOR in one.roles and one.disabled_at is None for one in everybody) >= RATERS


def after_closing(unit: UnitOfWork, contact: Contact, level: Level) -> None:
    """Every urgent contact, those left before the end above all; of the rest what chance draws.

    ``contact`` as it was before it closed, ``level`` that of its closing; the highest anybody ever gave it counts.
    """
    level = highest(level, triage.highest_level(unit.conn, contact.id) or level)
    if contact.state is State.ABANDONED and level.urgent:
        ask_for(unit, contact.id, Why.ABANDONED)
    if level.urgent:
        ask_for(unit, contact.id, Why.IMMINENT if level is Level.IMMINENT else Why.URGENT)
    elif drawn("sample", contact.id, unit.helpline.review.sample_share):
        ask_for(unit, contact.id, Why.SAMPLE)
