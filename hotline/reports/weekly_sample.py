"""Ten closed contacts a week that nothing flagged, to be read by a human: this finds what everybody missed."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts.tables import contacts
from hotline.domain.contact import Level, State
from hotline.triage.tables import assessments

_CALM = (Level.ROUTINE, Level.INFORMATION)


def sample(conn: Connection, now: datetime, size: int) -> dict[str, Any]:
    """Contacts closed last week that nothing and nobody ever put above routine, drawn by the week's own seed."""
    monday = (now - timedelta(days=now.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    week = f"{monday - timedelta(days=7):%G-W%V}"
    rows = _never_flagged(conn, monday - timedelta(days=7), monday)
    drawn = sorted(rows, key=lambda row: hashlib.sha256(f"{week}:{row['contact_id']}".encode()).digest())[:size]
    reviewed = sa.select(assessments.c.contact_id).where(
        assessments.c.contact_id.in_([row["contact_id"] for row in drawn]),
        assessments.c.model == "review",
    )
    done = set(conn.execute(reviewed).scalars())
    return {
        "week": week,
        "of": len(rows),
        "contacts": [row | {"reviewed": row["contact_id"] in done} for row in drawn],
    }


def _never_flagged(conn: Connection, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Contacts closed from ``start`` to before ``end``; a judgement in hindsight does not take one out of its week."""
    flagged = sa.exists().where(
        assessments.c.contact_id == contacts.c.id,
        assessments.c.model != "review",
        assessments.c.level.not_in(_CALM),
    )
    columns = (contacts.c.id.label("contact_id"), contacts.c.pseudonym, contacts.c.language, contacts.c.closed_at)
    rows = conn.execute(
        sa.select(*columns).where(
            contacts.c.state == State.CLOSED,
            contacts.c.closed_at >= start,
            contacts.c.closed_at < end,
            contacts.c.erased_at.is_(None),
            contacts.c.level.in_(_CALM),
            ~flagged,
        ),
    )
    return [dict(row._mapping) for row in rows]  # noqa: SLF001  # SQLAlchemy's documented public name
