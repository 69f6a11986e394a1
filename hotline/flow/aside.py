"""A word to the listener that the person never sees; a supervisor who helps only aloud takes the conversation away.

An aside is kept apart from the messages, in a table no page of the seeker reads; only the staff's topics tell of it.
"""

from hotline.contacts import policy
from hotline.contacts import store as contacts
from hotline.domain.contact import Role, State
from hotline.domain.errors import Conflict, NotAllowed
from hotline.domain.records import Person
from hotline.flow import company
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.routing import asides
from hotline.storage import feed


def say(helpline: Helpline, person: Person, contact_id: str, text: str) -> None:
    """Whisper: a supervisor to whoever is in the conversation, or they among themselves.

    Raises ``InvalidInput`` for nothing or too much, ``NotAllowed`` for anybody else, ``Conflict`` once it is over.
    """
    text = policy.clean_text(text)
    with UnitOfWork(helpline) as unit:
        contact = contacts.get_contact(unit.conn, contact_id, lock=True)
        if Role.SUPERVISOR not in person.roles and not company.may_speak(unit, contact, person):
            raise NotAllowed("only who is in a conversation, or a supervisor, whispers in it")
        if contact.state is not State.IN_CONVERSATION:
            raise Conflict("the conversation is over")
        asides.add(unit.conn, unit.keys, contact.id, by=person.id, at=unit.now, text=text)
        unit.log(contact.id, "aside_said", person.id)
        unit.tell(feed.staff_topic(contact.id), "state", contact_id=contact.id)
        unit.tell(feed.DESK, "state", contact_id=contact.id)
        unit.commit()
