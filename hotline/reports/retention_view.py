"""What is kept for how long, what goes soon, what went, and who holds what back; names and reasons, never words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hotline.contacts import erasures, holds
from hotline.contacts import store as contacts
from hotline.contacts.keeping import Obstacle, RetentionPolicy, WhyErased
from hotline.domain.contact import Role
from hotline.domain.numbers import Number
from hotline.domain.records import Contact, Person
from hotline.reports import policy_view
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader

SOON = (7, 30)
"""Days ahead for which the page says how much falls due."""
SHOWN_DAYS = 30
TOLD_WHY = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR})
"""Whoever listens or learns need not know that a court asked, nor who holds it."""


def overview(
    reader: Reader, policy: RetentionPolicy, numbers: Iterable[Number], person: Person, *, zone: str
) -> dict[str, Any]:
    """``Retention`` of the API, without what was looked for and what is kept beyond its period."""
    ahead = {days: policy.transcripts_end(reader.now + timedelta(days=days)) for days in (0, *SOON)}
    held, waiting = holds.in_force(reader.conn, reader.keys), holds.waiting(reader.conn, reader.keys)
    ids = [one.contact_id for one in held] + [one.contact_id for one in waiting]
    about = contacts.get_contacts(reader.conn, ids)
    names = aliases(reader.conn, {one.by for one in held} | {one.asked_by for one in waiting})
    asked_about = {one.contact_id for one in waiting}
    return {
        "periods": policy_view.numbers(reader.conn, numbers, reader.now),
        "due": [{"days": days, "contacts": erasures.how_many_due(reader.conn, end)} for days, end in ahead.items()],
        "erased": _days(reader, zone),
        "holds": [
            {
                "contact_id": one.contact_id,
                "pseudonym": about[one.contact_id].pseudonym,
                "reason": one.reason,
                "by": names.get(one.by, ""),
                "at": one.at,
                "lift_asked": one.contact_id in asked_about,
            }
            for one in held
        ],
        "waiting": [
            {
                "word_id": one.id,
                "contact_id": one.contact_id,
                "pseudonym": about[one.contact_id].pseudonym,
                "wanted": one.wanted.value,
                "reason": one.reason,
                "by": names.get(one.asked_by, ""),
                "at": one.asked_at,
                "mine": one.asked_by == person.id,
            }
            for one in waiting
        ],
    }


def _days(reader: Reader, zone: str) -> list[dict[str, Any]]:
    """How many were erased on each local day of the last month that saw any, the newest first."""
    counted: dict[str, Counter[WhyErased]] = {}
    for at, why in erasures.moments(reader.conn, reader.now - timedelta(days=SHOWN_DAYS)):
        day = at.astimezone(ZoneInfo(zone)).date().isoformat()
        counted.setdefault(day, Counter())[why] += 1
    return [{"day": day, **{why.value: found[why] for why in WhyErased}} for day, found in counted.items()]


def line(contact: Contact, obstacles: Sequence[Obstacle], same_person: Sequence[str] = ()) -> dict[str, Any]:
    """One contact with what keeps it from being erased, and what its person's other contacts are called."""
    return {
        "contact_id": contact.id,
        "pseudonym": contact.pseudonym,
        "state": contact.state.value,
        "arrived_at": contact.arrived_at,
        "closed_at": contact.closed_at,
        "erased_at": contact.erased_at,
        "obstacles": [one.value for one in obstacles],
        "same_person": list(same_person),
    }


def kept_of(reader: Reader, contact: Contact, person: Person) -> dict[str, Any]:
    """Whether a contact was erased, and, for :data:`TOLD_WHY`, since when, by whom and why it is held."""
    if not TOLD_WHY & person.roles:
        return {"erased_at": contact.erased_at, "legal_hold": None}
    held = holds.in_force(reader.conn, reader.keys, [contact.id])
    names: Mapping[str, str] = aliases(reader.conn, {one.by for one in held})
    hold = [{"by": names.get(one.by, ""), "at": one.at, "reason": one.reason} for one in held]
    return {"erased_at": contact.erased_at, "legal_hold": hold[0] if hold else None}
