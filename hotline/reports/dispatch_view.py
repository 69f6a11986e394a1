"""Emergency calls as the conversation's page shows them: what was signed, what was seen, what is still to do."""

from typing import Any

from hotline.domain.contact import Role
from hotline.domain.records import Contact, Person
from hotline.interventions import addresses
from hotline.interventions import store as interventions
from hotline.interventions.addresses import Opening
from hotline.interventions.store import Dispatch
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader

NOT_YET_OR_OVER = frozenset({"asked", "refused", "cancelled"})
"""Emergency calls for which no address is shown: two people have not signed yet, or nobody calls."""


def dispatches(reader: Reader, contact: Contact, person: Person) -> list[dict[str, Any]]:
    """Every emergency call of a contact, oldest first, and what ``person`` may do about it."""
    found = interventions.list_dispatches(reader.conn, reader.keys, contact.id)
    openings = addresses.of_dispatches(reader.conn, [one.id for one in found])
    signers = {one.countersigned_by for one in found if one.countersigned_by}
    names = aliases(reader.conn, {one.by for one in found} | signers)
    return [_dispatch(one, openings.get(one.id), names, person) for one in found]


def _dispatch(one: Dispatch, opening: Opening | None, names: dict[str, str], person: Person) -> dict[str, Any]:
    may_sign = Role.SUPERVISOR in person.roles and one.by != person.id
    return {
        "dispatch_id": one.id,
        "at": one.at,
        "by": names.get(one.by, ""),
        "service": one.service,
        "basis": one.basis,
        "state": one.state,
        "disclosed": one.disclosed,
        "note": one.note,
        "called_at": one.called_at,
        "arrived_at": one.arrived_at,
        "countersigned_by": names.get(one.countersigned_by or "", "") if one.agreed else None,
        "refused_by": names.get(one.countersigned_by or "", "") if one.agreed is False else None,
        "mine_to_sign": one.countersigned_at is None and may_sign,
        "address": None if opening is None else _address(one, opening, person),
    }


def _address(one: Dispatch, opening: Opening, person: Person) -> dict[str, Any]:
    column = opening.seen_field(person.id)
    seen = column is not None and getattr(opening, column) is not None
    shown = bool(opening.agreed) and one.state not in NOT_YET_OR_OVER
    return {
        "agreed": opening.agreed,
        "mine_to_sign": opening.agreed is None and Role.SUPERVISOR in person.roles and opening.asked_by != person.id,
        "mine_to_see": column is not None and shown and not seen,
        "seen": seen,
    }
