"""What listener and person wrote down together, and what is still half written; for the conversation's page."""

from typing import Any

from hotline.contacts import consents, guardians
from hotline.contacts import store as contacts
from hotline.domain.contact import ConsentKind
from hotline.domain.records import Contact, Person
from hotline.interventions import drafts, plans, ratings
from hotline.interventions import store as interventions
from hotline.interventions.drafts import EVERYBODY
from hotline.interventions.scales import Moment, Scale
from hotline.reports import follow_up_view
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader

EARLIER_CONTACTS = 5
"""How many earlier contacts of the same person a plan is looked for in."""


NOTHING: dict[str, Any] = {
    "plan": None,
    "ratings": {scale.value: dict.fromkeys(moment.value for moment in Moment) for scale in Scale},
    "referrals": [],
    "consents": [],
    "follow_ups": [],
    "guardian": None,
    "drafts": {},
}


def written_down(
    reader: Reader, contact: Contact, person: Person, *, writes: bool, learns: bool = False
) -> dict[str, Any]:
    """Everything that was written down with the person, and for whoever ``writes`` here the drafts they go on with.

    Whoever ``learns`` by reading along was let into the conversation, and into nothing else.
    """
    if learns:
        return NOTHING
    return {
        "plan": _plan(reader, contact),
        "ratings": _ratings(reader, contact),
        "referrals": _referrals(reader, contact),
        "consents": _consents(reader, contact),
        "follow_ups": follow_up_view.of_contact(reader, contact),
        "guardian": _guardian(reader, contact),
        "drafts": _drafts(reader, contact, person) if writes else {},
    }


def _plan(reader: Reader, contact: Contact) -> dict[str, Any] | None:
    """The newest version, of this contact or, marked ``earlier`` and with version 0, of the one it follows."""
    chain = contacts.chain_of(reader.conn, contact, EARLIER_CONTACTS)
    found = plans.read(reader.conn, reader.keys, [one.id for one in chain])
    plan = next((found[one.id] for one in chain if one.id in found), None)
    if plan is None:
        return None
    earlier = plan.contact_id != contact.id
    return {
        "version": 0 if earlier else plan.version,
        "at": plan.at,
        "by": aliases(reader.conn, {plan.by}).get(plan.by, ""),
        "steps": dict(plan.steps),
        "shared_at": plan.shared_at,
        "earlier": earlier,
    }


def _drafts(reader: Reader, contact: Contact, person: Person) -> dict[str, Any]:
    kept = drafts.read(reader.conn, reader.keys, contact.id, [EVERYBODY, person.id])
    names = aliases(reader.conn, {one.by for one in kept.values()})
    return {
        form.value: {"fields": dict(one.fields), "by": names.get(one.by, ""), "at": one.at}
        for form, one in kept.items()
    }


def _ratings(reader: Reader, contact: Contact) -> dict[str, dict[str, int | None]]:
    """Start and end of each scale, ``None`` where it was not rated."""
    found = ratings.newest(reader.conn, [contact.id]).get(contact.id, {})
    return {scale.value: {moment.value: found.get((moment, scale)) for moment in Moment} for scale in Scale}


def _referrals(reader: Reader, contact: Contact) -> list[dict[str, Any]]:
    """Every way to further help with how far it has come by now, oldest first."""
    written = interventions.list_actions(reader.conn, reader.keys, contact.id)
    names = aliases(reader.conn, {one.by for one in written})
    found = {one.id: [one] for one in written if one.tag is not None and one.follows is None}
    for one in written:
        if one.follows in found:
            found[one.follows].append(one)
    return [
        {
            "referral_id": first,
            "tag": course[0].tag,
            "state": course[-1].state.value,
            "notes": [one.note for one in course if one.note],
            "at": course[-1].at,
            "by": names.get(course[-1].by, ""),
        }
        for first, course in found.items()
    ]


def _consents(reader: Reader, contact: Contact) -> list[dict[str, Any]]:
    """Every kind with the person's newest word; ``given`` is ``None`` where nobody asked, which counts as no."""
    known = consents.newest(reader.conn, contact.id)
    names = aliases(reader.conn, {one.by for one in known.values()})
    return [
        {
            "kind": kind.value,
            "given": known[kind].given if kind in known else None,
            "version": known[kind].version if kind in known else None,
            "by": names.get(known[kind].by) if kind in known else None,
            "at": known[kind].at if kind in known else None,
        }
        for kind in ConsentKind
    ]


def _guardian(reader: Reader, contact: Contact) -> dict[str, Any] | None:
    """Who may be called and who must not be; never a name or a number."""
    named = guardians.of_contact(reader.conn, contact.id)
    if named is None:
        return None
    by = aliases(reader.conn, {named.by}).get(named.by, "")
    return {"relation": named.relation.value, "danger": named.danger, "by": by, "at": named.at}
