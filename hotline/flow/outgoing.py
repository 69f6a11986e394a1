"""Promises that what is said to somebody who texts also goes out; written apart from the message, a kill would lose it.

What is said is chosen by the channel too: a text cannot speak of "this page", and a call cannot be read.
"""

from hotline.contacts import texts
from hotline.domain.contact import Channel
from hotline.domain.records import Contact, Message
from hotline.domain.texting import LONGEST_TEXT, TEXT_CHANNELS, cut, utf16
from hotline.flow.unit import OnDoubt, UnitOfWork

KIND = "text"
"""The kind of promise."""


def parts_of(text: str) -> list[str]:
    """A message as the texts that carry it."""
    return cut(text, LONGEST_TEXT, utf16)


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

    ``text_…`` and ``call_…`` stand for the chat's own sentence. A text without one of its own is the chat's; in a call
    only what was written to be heard is said.
    """
    words, kind = unit.helpline.words.now, contact.reply_by
    prefix = "text" if kind in TEXT_CHANNELS else "call" if kind is Channel.VOICE else ""
    own = f"{prefix}_{key}"
    if prefix and words.has(own):
        emergency = unit.helpline.emergency.texted(contact.region, contact.language)
        return words.sentence(own, contact.language, emergency=emergency, **values)
    return None if prefix == "call" else words.sentence(key, contact.language, **values)
