"""What must be read again and what those who read it gave; a second rater does not see the first one's points."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from hotline.contacts import store as contacts
from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Role, State
from hotline.domain.records import Contact, Person
from hotline.interventions import reviews
from hotline.interventions.reviews import Rating, Review
from hotline.interventions.rubric import Item, ReviewPolicy, agreement
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader

SIGNED_FOR = timedelta(days=28)
"""How far back signed reviews are listed, and counted for the agreement of raters."""


def queue(reader: Reader, policy: ReviewPolicy, person: Person) -> dict[str, Any]:
    """``Reviews`` of the API: what is owed, the soonest due first, what was signed lately, and how raters agree."""
    owed = reviews.open_ones(reader.conn)
    signed = reviews.signed_since(reader.conn, reader.now - SIGNED_FOR)
    made = reviews.ratings_of(reader.conn, [one.id for one in (*owed, *signed)])
    pairs = [(two[0].scores, two[1].scores) for one in signed if len(two := made.get(one.id, [])) > 1]
    found = agreement(policy, pairs)
    return {
        "open": _items(reader, policy, person, owed, made),
        "signed": _items(reader, policy, person, signed, made),
        "overdue": sum(one.due_at < reader.now for one in owed),
        "agreement": None if found is None else asdict(found) | {"reviews": len(pairs)},
        "pass_share": policy.pass_share,
        "points": policy.points,
    }


def one(reader: Reader, policy: ReviewPolicy, person: Person, found: Review) -> dict[str, Any]:
    """``ReviewOut`` of the API: the item, and the ratings this person may see, with their words."""
    made = reviews.ratings_of(reader.conn, [found.id])
    item = _items(reader, policy, person, [found], made)[0]
    given = made.get(found.id, [])
    shown = given if _complete(found, given) else [one for one in given if one.by == person.id]
    names = aliases(reader.conn, {one.by for one in shown})
    return item | {
        "items": [item.value for item in Item],
        "points": policy.points,
        "pass_share": policy.pass_share,
        "ratings": [_rating(reader, policy, found.contact_id, one) | {"by": names.get(one.by, "")} for one in shown],
    }


def feedback(reader: Reader, policy: ReviewPolicy, person: Person) -> list[dict[str, Any]]:
    """``Feedback`` of the API: signed reviews of this person's own conversations, the newest first; raters unnamed."""
    mine = sa.select(contact_rows.c.id).where(contact_rows.c.owner_id == person.id)
    signed = reviews.signed_of(reader.conn, mine)
    made = reviews.ratings_of(reader.conn, [one.id for one in signed])
    names = contacts.get_contacts(reader.conn, [one.contact_id for one in signed])
    return [
        {
            "review_id": one.id,
            "pseudonym": names[one.contact_id].pseudonym,
            "erased_at": names[one.contact_id].erased_at,
            "signed_at": one.signed_at,
            "read": one.read_at is not None,
            "share": _share(made[one.id]),
            "points": policy.points,
            "ratings": [_rating(reader, policy, one.contact_id, each) for each in made[one.id]],
        }
        for one in signed
    ]


def _rating(reader: Reader, policy: ReviewPolicy, contact_id: str, made: Rating) -> dict[str, Any]:
    words = reviews.words_of(reader.conn, reader.keys, contact_id, made)
    reached = {"at": made.at, "scores": made.scores, "share": made.share, "passed": made.share >= policy.pass_share}
    return reached | asdict(words)


def _items(
    reader: Reader, policy: ReviewPolicy, person: Person, found: Sequence[Review], made: dict[str, list[Rating]]
) -> list[dict[str, Any]]:
    about = contacts.get_contacts(reader.conn, [one.contact_id for one in found])
    owners = {contact.owner_id for contact in about.values() if contact.owner_id}
    names = aliases(reader.conn, owners | {one.claimed_by for one in found if one.claimed_by})
    return [
        _item(reader, person, _lapsed(reader, policy, one), about[one.contact_id], made.get(one.id, []), names)
        | {"passed": _passed(policy, one, made.get(one.id, []))}
        for one in found
    ]


def _lapsed(reader: Reader, policy: ReviewPolicy, one: Review) -> Review:
    """The review without its reader when they took it too long ago."""
    left = one.claimed_at is not None and one.claimed_at < reader.now - policy.claim_lapses
    return replace(one, claimed_by=None, claimed_at=None) if left else one


def _item(
    reader: Reader, person: Person, one: Review, contact: Contact, made: list[Rating], names: dict[str, str]
) -> dict[str, Any]:
    state = _state(one, made)
    free = Role.SUPERVISOR in person.roles and contact.owner_id != person.id
    rated = person.id in {each.by for each in made}
    closed = contact.state is State.CLOSED
    free = free and contact.erased_at is None
    return {
        "review_id": one.id,
        "contact_id": contact.id,
        "pseudonym": contact.pseudonym,
        "level": contact.level.value,
        "language": contact.language.value,
        "listener": names.get(contact.owner_id or "", ""),
        "closed": closed,
        "erased_at": contact.erased_at,
        "reasons": [why.value for why in one.reasons],
        "double": one.double,
        "state": state,
        "due_at": one.due_at,
        "overdue": one.signed_at is None and one.due_at < reader.now,
        "claimed_by": names.get(one.claimed_by or "") or None,
        "mine": one.claimed_by == person.id,
        "may_claim": free and closed and not rated and one.claimed_by is None and state in {"open", "second"},
        "may_sign": free and closed and state == "rated",
        "share": _share(made) if _complete(one, made) else None,
        "signed_at": one.signed_at,
    }


def _state(one: Review, made: list[Rating]) -> str:
    """Where a review stands: open, reading, second (a second person is to rate it), rated, signed."""
    if one.signed_at is not None:
        return "signed"
    if _complete(one, made):
        return "rated"
    if one.claimed_by is not None:
        return "reading"
    return "second" if made else "open"


def _complete(one: Review, made: list[Rating]) -> bool:
    return len(made) >= one.raters


def _share(made: Iterable[Rating]) -> float | None:
    shares = [one.share for one in made]
    return sum(shares) / len(shares) if shares else None


def _passed(policy: ReviewPolicy, one: Review, made: list[Rating]) -> bool | None:
    share = _share(made) if _complete(one, made) else None
    return None if share is None else share >= policy.pass_share
