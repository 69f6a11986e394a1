"""Promises that what is said to somebody who texts also goes out; written apart from the message, a kill would lose it.

What is said is chosen by the channel too: a text cannot speak of "this page", and who telephones reads nothing.
"""

from sqlalchemy.engine import Connection

from hotline.contacts import callbacks, legs, texts
from hotline.contacts import store as contacts
from hotline.domain.contact import Channel
from hotline.domain.records import Contact, Message
from hotline.domain.texting import LONGEST_TEXT, TEXT_CHANNELS, cut, utf16
from hotline.flow.helpline import Helpline
from hotline.flow.unit import OnDoubt, UnitOfWork

KIND = "text"
"""The kind of promise."""


def parts_of(text: str) -> list[str]:
    """A message as the texts that carry it."""
    return cut(text, LONGEST_TEXT, utf16)


def way_to(helpline: Helpline, conn: Connection, contact: Contact) -> Channel:
    """By which channel words that are written reach this person now; ``VOICE`` where none do.

    Who telephones is reached as they texted before, at a number which they said may be texted, or on their page.
    """
    if contact.reply_by is not Channel.VOICE:
        return contact.reply_by
    texted = texts.last_channel(conn, contact.id)
    if texted is not None:
        return texted
    if _may_be_texted(helpline, conn, contact):
        return Channel.SMS
    return Channel.WEB if contacts.has_key(conn, contact.id, "session") else Channel.VOICE


def _may_be_texted(helpline: Helpline, conn: Connection, contact: Contact) -> bool:
    """Whether a text from the line they called reaches a number which they said is safe for it."""
    number, called = number_to_text(helpline, conn, contact.id), legs.last_caller(conn, contact.id)
    if number is None or called is None or not helpline.lines.now.may_text(called.line):
        return False
    return helpline.texting.reaches(number)


def number_to_text(helpline: Helpline, conn: Connection, contact_id: str) -> str | None:
    """The number they texted from, else the one of their wish to be called, where a text is safe and while it is kept.

    A wish that ended because they talked still says what is safe; who takes it back has their number destroyed.
    """
    texted = contacts.open_identity(conn, helpline.keys, contact_id, "text")
    if texted is not None or not callbacks.text_was_safe(conn, contact_id):
        return texted
    return contacts.open_identity(conn, helpline.keys, contact_id, "callback")


def stopped(helpline: Helpline, conn: Connection, contact: Contact) -> bool:
    """Whether they are written to by text and want no more texts, so that nothing goes out."""
    if way_to(helpline, conn, contact) not in TEXT_CHANNELS:
        return False
    number = number_to_text(helpline, conn, contact.id)
    return number is not None and texts.is_stopped(conn, helpline.keys.blind("phone", number))


def send(unit: UnitOfWork, contact: Contact, message: Message) -> None:
    """Let this message go out as a text, where words reach the person so."""
    if message.channel not in TEXT_CHANNELS:
        return
    parts = len(parts_of(message.text))
    texts.promise(unit.conn, contact.id, message.number, channel=message.channel, parts=parts, now=unit.now)
    promise_next(unit, contact.id, message.number)


def promise_next(unit: UnitOfWork, contact_id: str, number: int, *, again: str = "") -> None:
    """Promise that whatever stands first, from this message on, is handed over; ``again`` names a second try."""
    payload = {"contact_id": contact_id, "number": str(number)}
    key = f"{KIND}:{contact_id}:{number}{again and f':{again}'}"
    unit.promise(KIND, payload, dedupe_key=key, on_doubt=OnDoubt.REPEAT)


def worded(unit: UnitOfWork, contact: Contact, key: str, **values: str) -> str | None:
    """The sentence ``key`` as it is said on the channel that reaches this person; ``None`` where nothing is said.

    ``text_…`` stands for the chat's own sentence; a text without one of its own is the chat's. Who telephones hears
    what ``intake/call_script.py`` speaks: what nobody heard must not stand as said.
    """
    words, kind = unit.helpline.words.now, contact.reply_by
    if kind is Channel.VOICE:
        return None
    own = f"text_{key}"
    if kind in TEXT_CHANNELS and words.has(own):
        emergency = unit.helpline.emergency.texted(contact.region, contact.language)
        return words.sentence(own, contact.language, emergency=emergency, **values)
    return words.sentence(key, contact.language, **values)
