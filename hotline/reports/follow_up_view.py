"""Who is to be asked again now and soon, for clinicians and supervisors; never a number, words only for who calls."""

from datetime import timedelta
from typing import Any

from hotline.contacts import follow_ups
from hotline.contacts import store as contacts
from hotline.contacts.aftercare import FollowUpPolicy
from hotline.contacts.follow_ups import FollowUp
from hotline.domain.records import Contact
from hotline.interventions import store as interventions
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader

SOON = timedelta(days=7)


def due(reader: Reader, policy: FollowUpPolicy) -> dict[str, Any]:
    """``FollowUps`` of the API: what is due now, the longest first, and what comes within a week."""
    found = follow_ups.due(reader.conn, reader.now + SOON)
    known = contacts.get_contacts(reader.conn, [one.contact_id for one in found])
    calling = [one for one in found if one.called_by_another("", since=reader.now - policy.claim)]
    names = aliases(reader.conn, {one.taken_by for one in calling if one.taken_by})
    by = {one.id: names.get(one.taken_by or "") for one in calling}
    shown = [_one(reader, policy, one, known[one.contact_id]) | {"called_by": by.get(one.id)} for one in found]
    return {"due": [one for one in shown if one["due"]], "soon": [one for one in shown if not one["due"]]}


def one(reader: Reader, policy: FollowUpPolicy, follow_up_id: str) -> dict[str, Any]:
    """One follow-up with its tries and what the listener wrote at the end, for who calls now."""
    found = follow_ups.get(reader.conn, follow_up_id)
    contact = contacts.get_contact(reader.conn, found.contact_id)
    tries = follow_ups.attempts_of(reader.conn, reader.keys, found)
    names = aliases(reader.conn, {one.by for one in tries})
    closing = interventions.read_closing(reader.conn, reader.keys, contact.id) or {}
    return _one(reader, policy, found, contact) | {
        "tries": [
            {"at": one.at, "by": names.get(one.by, ""), "result": one.result.value, "note": one.note} for one in tries
        ],
        "summary": closing.get("summary", ""),
        "next_step": closing.get("next_step", ""),
    }


def of_contact(reader: Reader, contact: Contact) -> list[dict[str, Any]]:
    """A contact's follow-ups, soonest first."""
    return [
        {"step": one.step.value, "due_at": one.due_at, "state": one.state.value, "attempts": one.attempts}
        | {name: getattr(one, name) for name in ("safe_to_call", "safe_to_text", "safe_to_leave_message")}
        for one in follow_ups.of_contact(reader.conn, contact.id)
    ]


def _one(reader: Reader, policy: FollowUpPolicy, found: FollowUp, contact: Contact) -> dict[str, Any]:
    return {
        "follow_up_id": found.id,
        "pseudonym": contact.pseudonym,
        "erased_at": contact.erased_at,
        "level": contact.level.value,
        "language": contact.language.value,
        "step": found.step.value,
        "due_at": found.due_at,
        "next_at": found.next_at,
        "due": found.next_at <= reader.now,
        "overdue": found.next_at <= reader.now - policy.overdue,
        "attempts": found.attempts,
        "attempts_most": policy.attempts_most,
        "may_give_up": found.attempts >= policy.attempts_least,
        "safe_to_call": found.safe_to_call,
        "safe_to_text": found.safe_to_text,
        "safe_to_leave_message": found.safe_to_leave_message,
    }
