"""What a person who waits would like, and what listeners are glad to meet; asked gently, and never a gate."""

from hotline.contacts import store as contacts
from hotline.domain.errors import Conflict, InvalidInput
from hotline.domain.records import Contact, Person
from hotline.flow.helpline import Helpline
from hotline.flow.standing import BEFORE_A_HUMAN
from hotline.flow.unit import UnitOfWork
from hotline.routing import offers
from hotline.routing.offers import Skills, Wishes
from hotline.routing.ranking import Gender, Topic
from hotline.storage import feed
from hotline.volunteers import store as volunteers


def read_wishes(helpline: Helpline, contact: Contact) -> Wishes:
    """What this contact wishes; nothing where nothing was said."""
    with helpline.database.read() as conn:
        return offers.wishes_of(conn, [contact.id]).get(contact.id, Wishes())


def keep_wishes(helpline: Helpline, contact: Contact, wished: Wishes) -> None:
    """Keep a wish until a human is there; it counts until the first target, so that it never costs a long wait.

    Raises ``InvalidInput`` for an unknown gender and ``Conflict`` once somebody is there.
    """
    _check_gender(wished.gender)
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact.id, lock=True)
        if contact.state not in BEFORE_A_HUMAN:
            raise Conflict("somebody is there already, or it is over")
        offers.keep_wishes(unit.conn, contact.id, wished)
        unit.log(contact.id, "wishes_kept", "seeker", gender=wished.gender, same_listener=wished.same_listener)
        unit.tell_all(contact.id, "state")
        unit.commit()


def earlier_listener(helpline: Helpline, contact: Contact) -> str | None:
    """The alias of whom this person talked with before; ``None`` where nobody, or that person did not agree."""
    if contact.follows_contact_id is None:
        return None
    with helpline.database.read() as conn:
        owner_id = contacts.get_contact(conn, contact.follows_contact_id).owner_id
        if owner_id is None or not offers.skills_of(conn, [owner_id]).get(owner_id, Skills()).again:
            return None
        return volunteers.get_person(conn, owner_id).alias


def read_skills(helpline: Helpline, person: Person) -> Skills:
    """What a listener said about themselves; nothing where nothing was said."""
    with helpline.database.read() as conn:
        return offers.skills_of(conn, [person.id]).get(person.id, Skills())


def keep_skills(helpline: Helpline, person: Person, skills: Skills) -> None:
    """Keep what a listener says about themselves. Raises ``InvalidInput`` for an unknown gender or topic."""
    _check_gender(skills.gender)
    if skills.topics - {topic.value for topic in Topic}:
        raise InvalidInput("unknown topic", field="topics")
    with UnitOfWork(helpline) as unit:
        offers.keep_skills(unit.conn, person.id, skills)
        unit.tell(feed.DESK, "state", person_id=person.id)
        unit.commit()


def _check_gender(given: str | None) -> None:
    if given is not None and given not in {gender.value for gender in Gender}:
        raise InvalidInput("unknown gender", field="gender")
