"""How opening hours are shown: what counts now, what is planned and what was, and who set it."""

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from hotline.reports.people import aliases
from hotline.storage import opening_hours
from hotline.volunteers.opening import Opening, to_document


def public(opening: Opening, now: datetime) -> dict[str, Any]:
    """``PublicHours`` of the API."""
    hours = opening.hours_at(now)
    return {
        "zone": opening.zone,
        "hours": None if hours is None else to_document(hours),
        "open_now": opening.open_at(now),
        "opens_next": opening.opens_next(now),
    }


def history(conn: Connection, now: datetime) -> list[dict[str, Any]]:
    """``HoursSetting`` of the API for all hours ever set, the latest beginning first."""
    found = opening_hours.settings(conn)
    names = aliases(conn, {who for one in found for who in (one.by, one.revoked_by) if who})
    standing = [one.id for one in found if one.revoked_by is None and one.from_at <= now][-1:]
    return [
        {
            "setting_id": one.id,
            "hours": one.hours,
            "from_at": one.from_at,
            "set_at": one.set_at,
            "by": names.get(one.by, ""),
            "reason": one.reason,
            "revoked_by": None if one.revoked_by is None else names.get(one.revoked_by, ""),
            "planned": one.revoked_by is None and one.from_at > now,
            "in_force": one.id in standing,
        }
        for one in reversed(found)
    ]
