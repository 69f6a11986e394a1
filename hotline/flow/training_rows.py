"""Whose words the machine may learn from, and as what they leave: masked, unnamed, without a time finer than a month.

A contact counts when its review is signed with a level, its person said yes to exactly this, and its words can still be
read. Asked anew at every look, so that a no of a minute ago counts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.engine import Connection

from hotline.contacts import consents
from hotline.contacts import store as contacts
from hotline.contacts.masking import Masker
from hotline.domain.contact import ConsentKind, Level
from hotline.domain.ids import new_id
from hotline.domain.records import Contact
from hotline.interventions import reviews
from hotline.storage.sealed import Keyring, erased
from hotline.triage import training_sets
from hotline.triage.training_sets import TrainingSet
from hotline.volunteers.rota import moment

SOURCE = "reviewed"
_AT_ONCE = 500


class LeftOut(StrEnum):
    """Why a contact that was to be read again is not learnt from; the first that holds."""

    ERASED = "erased"
    NO_CONSENT = "no_consent"
    NOT_SIGNED = "not_signed"
    NO_LEVEL = "no_level"
    DISAGREED = "disagreed"
    NO_WORDS = "no_words"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The contacts of a set with the level that their review was signed with, and how many are left out and why."""

    contacts: Mapping[str, tuple[Contact, Level]]
    left_out: Mapping[LeftOut, int]

    def numbers(self) -> dict[str, Any]:
        """Counts by language and level and by reason, for pages and for the log."""
        by = Counter((contact.language, level) for contact, level in self.contacts.values())
        return {
            "contacts": len(self.contacts),
            "by": [
                {"language": language.value, "level": level.value, "number": number}
                for (language, level), number in sorted(by.items(), key=lambda one: (one[0][0], -one[0][1].rank))
            ],
            "left_out": {why.value: self.left_out.get(why, 0) for why in LeftOut},
        }


def choose(conn: Connection, wanted: TrainingSet) -> Chosen:
    """Whose words this set holds at this moment."""
    start = moment(date.fromisoformat(wanted.first_day), 0, wanted.zone)
    end = moment(date.fromisoformat(wanted.last_day) + timedelta(days=1), 0, wanted.zone)
    chosen: dict[str, tuple[Contact, Level]] = {}
    left_out: Counter[LeftOut] = Counter()
    for some in _batches(contacts.closed_between(conn, start, end)):
        for contact, verdict in _judged(conn, some):
            if isinstance(verdict, LeftOut):
                left_out[verdict] += 1
            else:
                chosen[contact.id] = (contact, verdict)
    return Chosen(chosen, left_out)


def _batches(found: Sequence[Contact]) -> Iterator[dict[str, Contact]]:
    for place in range(0, len(found), _AT_ONCE):
        yield {one.id: one for one in found[place : place + _AT_ONCE]}


def _judged(conn: Connection, some: Mapping[str, Contact]) -> Iterator[tuple[Contact, Level | LeftOut]]:
    """Every one of these contacts that was to be read again, with its level or why it is left out."""
    asked = reviews.of_contacts(conn, list(some))
    ids = sorted({one.contact_id for one in asked})
    raters = reviews.ratings_of(conn, [one.id for one in asked if one.signed_at is not None])
    signed: dict[str, set[str]] = {one.contact_id: set() for one in asked if one.signed_at is not None}
    for one in asked:
        signed.get(one.contact_id, set()).update(rating.by for rating in raters.get(one.id, []))
    gone = erased(conn, ids)
    agreed = consents.word_on(conn, ConsentKind.LEARNING, ids)
    no = consents.taken_back_later(conn, ConsentKind.LEARNING, ids)
    levels = training_sets.review_levels(conn, ids)
    for contact_id in ids:
        contact = some[contact_id]
        if contact_id in gone:
            yield contact, LeftOut.ERASED
        elif not agreed.get(contact_id) or contact_id in no:
            yield contact, LeftOut.NO_CONSENT
        elif contact_id not in signed:
            yield contact, LeftOut.NOT_SIGNED
        else:
            given = {level for by, level in levels.get(contact_id, {}).items() if by in signed[contact_id]}
            yield contact, _level(contact, given)


def _level(contact: Contact, given: set[Level]) -> Level | LeftOut:
    if not given:
        return LeftOut.NO_LEVEL
    if len(given) > 1:
        return LeftOut.DISAGREED
    return given.pop() if contact.seeker_number else LeftOut.NO_WORDS


def rows(conn: Connection, keys: Keyring, masker: Masker, chosen: Chosen) -> dict[str, dict[str, str]]:
    """By contact the row it leaves as: the person's own words, masked, under an id that leads back to nobody."""
    found: dict[str, dict[str, str]] = {}
    for some in _batches([contact for contact, _ in chosen.contacts.values()]):
        keys.warm(conn, list(some))
        found |= {one.id: _row(conn, keys, masker, one, chosen.contacts[one.id][1]) for one in some.values()}
    return found


def _row(conn: Connection, keys: Keyring, masker: Masker, contact: Contact, level: Level) -> dict[str, str]:
    said = [message.text for message in contacts.seeker_texts(conn, keys, contact.id)]
    return {
        "id": new_id(),
        "text": "\n".join(masker.mask(text) for text in said),
        "level": level.value,
        "lang": contact.language.value,
        "script": _script(said),
        "channel": contact.channel.value,
        "month": f"{contact.arrived_at:%Y-%m}",
        "source": SOURCE,
    }


def _script(said: Iterable[str]) -> str:
    """Whether there are Chinese characters (``han``), Latin letters (``latin``) or both in it (``mixed``)."""
    text = "".join(said)
    han = any("\u3400" <= one <= "\u9fff" for one in text)
    latin = any(one.isascii() and one.isalpha() for one in text)
    return "mixed" if han and latin else "han" if han else "latin"
