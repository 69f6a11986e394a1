"""What a supervisor sees at a glance: who waits against which target, who is on duty, which alarm nobody has taken."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts import store as contacts
from hotline.contacts.tables import contacts as contact_rows
from hotline.domain.contact import Level, State
from hotline.reports import last_hours, phone_view
from hotline.reports.people import alive_since, person_view
from hotline.reports.queue_view import Reader, items, seconds_between
from hotline.routing import store as routing
from hotline.routing.policy import RoutingPolicy
from hotline.routing.store import Alarm
from hotline.routing.tables import queue
from hotline.storage import leases
from hotline.volunteers import store as volunteers

WAITING_STATES = (State.RECEIVED, State.ASSESSED, State.WAITING, State.OFFERED)
CLOCK_SILENT_AFTER = timedelta(seconds=15)
HELD_STATES = (State.IN_CONVERSATION, State.WRAPPING_UP)


def board(reader: Reader, policy: RoutingPolicy) -> dict[str, Any]:
    """``Board`` of the API."""
    return {
        "at": reader.now,
        "clock_alive": clock_alive(reader.conn, reader.now),
        "levels": _levels(reader.conn, policy, reader.now),
        "on_duty": _on_duty(reader.conn, policy, reader.now),
        "urgent": _urgent(reader),
        "alarms": alarms(reader),
        "pages": _pages(reader.conn),
        "telephone": phone_view.trouble(reader),
        "today": _today(reader.conn, policy, reader.now),
        "hours": last_hours.read(reader.conn, reader.now),
    }


def _levels(conn: Connection, policy: RoutingPolicy, now: datetime) -> list[dict[str, Any]]:
    rows = conn.execute(
        sa.select(contact_rows.c.level, contact_rows.c.waiting_since, contact_rows.c.arrived_at).where(
            contact_rows.c.state.in_(WAITING_STATES),
        ),
    ).all()
    found = []
    for level in reversed(Level):
        target = policy.service_levels[level].target_seconds
        waits = [seconds_between(row.waiting_since or row.arrived_at, now) for row in rows if row.level == level]
        found.append(
            {
                "level": level.value,
                "waiting": len(waits),
                "longest_wait_seconds": max(waits, default=0),
                "target_seconds": target,
                "overdue": sum(wait > target for wait in waits),
            },
        )
    return found


def _on_duty(conn: Connection, policy: RoutingPolicy, now: datetime) -> list[dict[str, Any]]:
    ids = [duty.person_id for duty in volunteers.on_duty(conn, alive_since(policy, now))]
    people, loads = volunteers.get_people(conn, ids), routing.load_of(conn, ids)
    found = []
    for person in people.values():
        held, urgent = loads[person.id]
        limit = policy.chats_at_once_urgent if urgent else policy.chats_at_once
        found.append(person_view(person, on_duty=True) | {"used": held, "limit": limit, "urgent": urgent})
    return found


def _urgent(reader: Reader) -> list[dict[str, Any]]:
    rows = reader.conn.execute(
        sa.select(contact_rows.c.id)
        .where(
            contact_rows.c.level.in_([level.value for level in Level if level.urgent]),
            contact_rows.c.state.in_([*WAITING_STATES, *HELD_STATES, State.ABANDONED]),
        )
        .order_by(contact_rows.c.arrived_at)
        .limit(100),
    )
    found = list(contacts.get_contacts(reader.conn, [row.id for row in rows]).values())
    found.sort(key=lambda contact: (-contact.level.rank, contact.arrived_at))
    places = {contact.id: place for contact in found if (place := routing.get(reader.conn, contact.id)) is not None}
    return items(reader, found, places)


def alarms(reader: Reader) -> list[dict[str, Any]]:
    """``Alarm`` of the API for every alarm whose cause has not ended."""
    raised = routing.open_alarms(reader.conn)
    return [view for alarm in raised if (view := _alarm(reader.conn, alarm)) is not None]


def _alarm(conn: Connection, alarm: Alarm) -> dict[str, Any] | None:
    if alarm.contact_id is None and alarm.acknowledged_at is not None:
        return None
    contact = (
        None if alarm.contact_id is None else contacts.get_contacts(conn, [alarm.contact_id]).get(alarm.contact_id)
    )
    by = alarm.acknowledged_by
    return {
        "alarm_id": alarm.id,
        "kind": alarm.kind.value,
        "said": alarm.said,
        "contact_id": alarm.contact_id,
        "pseudonym": None if contact is None else contact.pseudonym,
        "level": None if contact is None else contact.level.value,
        "raised_at": alarm.raised_at,
        "acknowledged_at": alarm.acknowledged_at,
        "acknowledged_by": None if by is None else volunteers.get_person(conn, by).alias,
        "runbook": f"docs/runbook.md#{alarm.kind.value.replace('_', '-')}",
    }


def _pages(conn: Connection) -> list[dict[str, Any]]:
    pages = routing.recent_pages(conn)
    people = volunteers.get_people(conn, sorted({page.person_id for page in pages}))
    found = []
    for page in pages:
        raised = routing.get_alarm(conn, page.alarm_id)
        found.append(
            {
                "at": page.at,
                "to": people[page.person_id].alias if page.person_id in people else "",
                "kind": "" if raised is None else raised.kind.value,
                "carrier": page.carrier,
                "state": page.state,
            },
        )
    return found


def _today(conn: Connection, policy: RoutingPolicy, now: datetime) -> dict[str, Any]:
    """The last 24 hours in a few counters; support conversations and urgent interventions are counted apart."""
    rows = conn.execute(
        sa.select(
            contact_rows.c.level,
            contact_rows.c.state,
            contact_rows.c.arrived_at,
            contact_rows.c.accepted_at,
            contact_rows.c.abandoned_at,
        ).where(contact_rows.c.arrived_at > now - timedelta(hours=24)),
    ).all()
    answered = [row for row in rows if row.accepted_at is not None]
    urgent = sum(Level(row.level).urgent for row in answered)
    within = [
        row
        for row in answered
        if seconds_between(row.arrived_at, row.accepted_at) <= policy.service_levels[Level(row.level)].target_seconds
    ]
    return {
        "contacts": len(rows),
        "conversations": len(answered) - urgent,
        "urgent_interventions": urgent,
        "abandoned": sum(row.abandoned_at is not None for row in rows),
        "answered_within_target_share": round(len(within) / len(answered), 3) if answered else None,
    }


def clock_alive(conn: Connection, now: datetime) -> bool:
    """Whether a clock gave a sign of life lately; without one no timer fires and no alarm rings."""
    seen = leases.last_beats(conn).get("clock")
    return seen is not None and now - seen < CLOCK_SILENT_AFTER


def waiting_count(conn: Connection) -> int:
    """How many contacts wait now, for the metrics."""
    return int(conn.execute(sa.select(sa.func.count()).where(queue.c.status == "waiting")).scalar_one())
