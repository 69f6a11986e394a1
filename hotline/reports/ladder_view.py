"""Every ladder with its rungs: what has rung, what rings next and when, who was asked, and why somebody is stuck."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from hotline.contacts import callbacks
from hotline.contacts import store as contacts
from hotline.contacts.callbacks import Callback
from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Level, State
from hotline.domain.lifecycle import WATCHED_BY
from hotline.domain.records import Contact
from hotline.reports.people import aliases
from hotline.reports.queue_view import Reader, items
from hotline.routing import offers
from hotline.routing import store as routing
from hotline.routing.ladder import TimerKind
from hotline.routing.offers import Offer
from hotline.routing.replies import OfferState
from hotline.routing.tables import alarms, pages
from hotline.storage.timers import timers

LATE_AFTER = timedelta(seconds=10)
"""A rung that has not rung by then is a fault of the clock."""
SHOWN = 50
OPEN_STATES = [State.WAITING, State.OFFERED, State.CALLBACK_DUE, State.WRAPPING_UP, State.RECEIVED, State.ASSESSED]
URGENT_STATES = [State.IN_CONVERSATION, State.ABANDONED]
_URGENT = [level.value for level in Level if level.urgent]

Refusals = dict[str, dict[str, str | None]]
"""For each waiting contact, who is here and why they may not be asked (``None``: they may)."""


def ladders(reader: Reader, refused: Refusals, *, here: int) -> dict[str, Any]:
    """``Ladders`` of the API: everybody who waits and every urgent contact that is open, the most urgent first.

    ``here`` people are on duty; when nobody of them may be asked about anything, ``refused`` is empty.
    """
    found = _open(reader)
    places = {one.id: place for one in found if (place := routing.get(reader.conn, one.id)) is not None}
    rungs, rung = _timers(reader, found), _rung(reader, found)
    asked = offers.of_contacts(reader.conn, [one.id for one in found])
    names = aliases(reader.conn, _people(refused, asked))
    wishes = callbacks.of_contacts(reader.conn, [one.id for one in found])
    views = []
    for contact, item in zip(found, items(reader, found, places), strict=True):
        asking = {one.id for one in asked.get(contact.id, []) if one.state is OfferState.OPEN}
        ahead = [one for one in rungs.get(contact.id, []) if _counts(one, contact, asking)]
        view = {
            "rungs": [_view(one.kind, one.due_at, reader.now) for one in ahead] + _call(reader, contact, wishes),
            "rung": rung.get(contact.id, []),
            "offers": [_offer(one, names) for one in asked.get(contact.id, [])],
            "refusals": [
                {"alias": names.get(person, ""), "why": why} for person, why in refused.get(contact.id, {}).items()
            ],
            "watched_by": WATCHED_BY[contact.state],
            "stuck": _stuck(reader, contact, ahead) or _unasked(contact, refused, here=here),
        }
        views.append(item | view)
    return {"at": reader.now, "contacts": views}


def _open(reader: Reader) -> list[Contact]:
    urgent = sa.and_(contact_rows.c.state.in_(URGENT_STATES), contact_rows.c.level.in_(_URGENT))
    rows = reader.conn.execute(
        sa.select(contact_rows.c.id)
        .where(sa.or_(contact_rows.c.state.in_(OPEN_STATES), urgent))
        .order_by(sa.case((contact_rows.c.level.in_(_URGENT), 0), else_=1), contact_rows.c.arrived_at)
        .limit(SHOWN * 4),
    )
    found = contacts.get_contacts(reader.conn, list(rows.scalars()))
    ordered = sorted(found.values(), key=lambda one: (-one.level.rank, one.waiting_since or one.arrived_at))
    return ordered[:SHOWN]


def _timers(reader: Reader, found: list[Contact]) -> dict[str, list[Any]]:
    rows = reader.conn.execute(
        sa.select(timers)
        .where(timers.c.fired_at.is_(None), timers.c.contact_id.in_([one.id for one in found]))
        .order_by(timers.c.due_at),
    )
    by_contact: dict[str, list[Any]] = {}
    for row in rows:
        by_contact.setdefault(row.contact_id, []).append(row)
    return by_contact


def _counts(timer: Any, contact: Contact, asking: set[str]) -> bool:
    """Whether a timer still means something: that of an offer names one that is open, others have their own."""
    if timer.kind == TimerKind.OFFER:
        return timer.token in asking
    return bool(timer.token == contact.token or timer.kind in {TimerKind.COUNTERSIGN, TimerKind.HELP})


def _view(kind: str, due_at: datetime, now: datetime) -> dict[str, Any]:
    left = (due_at - now).total_seconds()
    return {"kind": kind, "due_at": due_at, "left_seconds": max(0, int(left)), "late": now - due_at > LATE_AFTER}


def _call(reader: Reader, contact: Contact, wishes: dict[str, Callback]) -> list[dict[str, Any]]:
    """When somebody who was not reached is to be called again."""
    wish = wishes.get(contact.id)
    return [] if wish is None or wish.next_at is None else [_view("callback", wish.next_at, reader.now)]


def _rung(reader: Reader, found: list[Contact]) -> dict[str, list[dict[str, Any]]]:
    """The alarms of these contacts that have not ended, each with whom it called."""
    rows = reader.conn.execute(
        sa.select(alarms)
        .where(alarms.c.contact_id.in_([one.id for one in found]), alarms.c.settled_at.is_(None))
        .order_by(alarms.c.raised_at),
    ).all()
    calls = reader.conn.execute(sa.select(pages).where(pages.c.alarm_id.in_([row.id for row in rows]))).all()
    names = aliases(reader.conn, {call.person_id for call in calls} | {row.acknowledged_by or "" for row in rows})
    by_contact: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        called = [
            {"alias": names.get(call.person_id, ""), "state": call.state} for call in calls if call.alarm_id == row.id
        ]
        view = {
            "kind": row.kind,
            "at": row.raised_at,
            "taken_by": names.get(row.acknowledged_by or ""),
            "called": called,
        }
        by_contact.setdefault(row.contact_id, []).append(view)
    return by_contact


def _offer(one: Offer, names: dict[str, str]) -> dict[str, Any]:
    return {"alias": names.get(one.person_id, ""), "state": one.state.value, "at": one.offered_at, "why": one.why}


def _people(refused: Refusals, asked: dict[str, list[Offer]]) -> set[str]:
    here = {person for people in refused.values() for person in people}
    return here | {one.person_id for made in asked.values() for one in made}


def _unasked(contact: Contact, refused: Refusals, *, here: int) -> str | None:
    """Why nobody is asked about somebody who waits; ``None`` for who is far behind in the line and moves with it."""
    if contact.state not in {State.WAITING, State.OFFERED}:
        return None
    if not here:
        return "nobody_here"
    people = refused.get(contact.id)
    nobody = not refused or (people is not None and all(people.values()))
    return "nobody_can" if nobody and contact.state is State.WAITING else None


def _stuck(reader: Reader, contact: Contact, ahead: list[Any]) -> str | None:
    """What a contact waits for that only a person, or a clock that goes again, can give; ``None`` for nothing."""
    if any(reader.now - one.due_at > LATE_AFTER for one in ahead):
        return "clock_late"
    if contact.state is State.ABANDONED:
        return "sign_off"
    if contact.state is State.WRAPPING_UP:
        return "closing_form"
    return None
