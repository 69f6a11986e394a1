"""Write down that somebody is here, before anything judges it; what is not committed here is a person lost."""

from dataclasses import dataclass

from hotline.contacts import policy
from hotline.contacts import store as contacts
from hotline.domain.contact import Author, Channel, Language, Level, Region, State
from hotline.domain.ids import new_id, new_token
from hotline.domain.records import Contact, Message
from hotline.flow import outgoing
from hotline.flow.helpline import Helpline
from hotline.flow.unit import UnitOfWork
from hotline.storage.feed import contact_topic, person_topic


@dataclass(frozen=True, slots=True)
class Opening:
    """How somebody opens a contact. ``text`` and ``client_message_id`` are ``None`` when nothing was written yet.

    ``quiet``: nothing is answered until the words are judged, because the number is blocked.
    """

    language: Language
    region: Region = Region.OTHER
    channel: Channel = Channel.WEB
    third_party: bool = False
    text: str | None = None
    client_message_id: str | None = None
    network_address: str | None = None
    follows: Contact | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """A committed contact, and the secret by which the seeker's page speaks for it."""

    contact: Contact
    token: str


def open_contact(helpline: Helpline, opening: Opening) -> Opened:
    """Commit a contact, its first words if there are any, and the acknowledgement. Raises ``InvalidInput``."""
    with UnitOfWork(helpline) as unit:
        token = new_token()
        contact = begin(unit, opening)
        contacts.give_key(unit.conn, unit.keys, contact.id, "session", token, unit.now)
        unit.commit()
    return Opened(contact, token)


def begin(unit: UnitOfWork, opening: Opening) -> Contact:
    """Write a new contact within the act of ``unit``; gives it as it stands then."""
    text = None if opening.text is None else policy.clean_text(opening.text)
    contact = _insert(unit, opening)
    if opening.follows is not None:
        contacts.move_codename(unit.conn, opening.follows.id, contact.id)
    unit.log(contact.id, "arrived", "seeker", channel=opening.channel, language=opening.language)
    if text is not None:
        client_id = opening.client_message_id or new_id()
        write_message(unit, contact, Author.SEEKER, text=text, client_id=client_id)
    if not opening.quiet:
        acknowledge(unit, contact)
    unit.tell_all(contact.id, "state")
    return contacts.get_contact(unit.conn, contact.id)


def _insert(unit: UnitOfWork, opening: Opening) -> Contact:
    contact_id = new_id()
    unit.keys.new_scope(unit.conn, contact_id, unit.now)
    contact = contacts.add_contact(
        unit.conn,
        {
            "id": contact_id,
            "pseudonym": policy.new_pseudonym(),
            "state": State.RECEIVED,
            "token": new_id(),
            "channel": opening.channel,
            "reply_by": opening.channel,
            "language": opening.language,
            "region": opening.region,
            "third_party": opening.third_party,
            "follows_contact_id": None if opening.follows is None else opening.follows.id,
            "first_visible_number": 1,
            "level": Level.ELEVATED,
            "promise": unit.helpline.routing.promise(),
            "last_number": 0 if opening.follows is None else opening.follows.last_number,
            "seeker_number": 0,
            "judged_number": 0,
            "settled_number": 0,
            "arrived_at": unit.now,
            "seeker_seen_at": unit.now,
        },
    )
    if opening.network_address:
        contacts.keep_identity(unit.conn, unit.keys, contact_id, "address", opening.network_address, unit.now)
    return contact


def acknowledge(unit: UnitOfWork, contact: Contact) -> None:
    """Say at once that the words arrived; the page adds position, wait and emergency numbers."""
    say(unit, contact, "acknowledgement", client_id="acknowledgement")
    contacts.update_contact(unit.conn, contact.id, acknowledged_at=unit.now)


def say(unit: UnitOfWork, contact: Contact, key: str, *, client_id: str | None = None, **values: str) -> None:
    """Let the service say a reviewed sentence in the conversation, as it is worded on the channel it goes by."""
    text = outgoing.worded(unit, contact, key, **values)
    if text is not None:
        write_message(unit, contact, Author.SYSTEM, text=text, client_id=client_id or new_id())


def write_message(
    unit: UnitOfWork,
    contact: Contact,
    author: Author,
    *,
    text: str,
    client_id: str,
    author_id: str | None = None,
    channel: Channel | None = None,
) -> Message:
    """Write one message within the act of ``unit`` and tell both sides its number; by ``channel`` if not as usual."""
    draft = Message(0, author, author_id, client_id, unit.now, text, channel or contact.reply_by)
    message = contacts.add_message(unit.conn, unit.keys, contact.id, draft)
    if author is Author.SEEKER:
        unanswered = {} if contact.unanswered_since else {"unanswered_since": unit.now}
        contacts.update_contact(
            unit.conn,
            contact.id,
            seeker_number=message.number,
            seeker_wrote_at=unit.now,
            seeker_seen_at=unit.now,
            **unanswered,
        )
    else:
        outgoing.send(unit, contact, message)
    unit.tell(contact_topic(contact.id), "message", contact_id=contact.id, number=message.number, author=author)
    if contact.owner_id is not None:
        unit.tell(person_topic(contact.owner_id), "message", contact_id=contact.id)
    return message
