"""How numbers that decide about people are shown: what is in force, who decided, what is planned and what was."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from hotline.domain.numbers import Number
from hotline.reports.people import aliases
from hotline.storage import policy_values
from hotline.storage.policy_values import Setting

UNSIGNED = "unsigned"


def numbers(conn: Connection, wanted: Iterable[Number], now: datetime) -> list[dict[str, Any]]:
    """``PolicyNumber`` of the API for each of these numbers, in their order."""
    found: dict[str, list[Setting]] = {}
    for one in policy_values.settings(conn):
        found.setdefault(one.name, []).append(one)
    people = {person for each in found.values() for one in each for person in (one.by, one.revoked_by) if person}
    names = aliases(conn, people)
    return [_number(one, found.get(one.name, []), now, names) for one in wanted]


def _number(one: Number, found: list[Setting], now: datetime, names: Mapping[str, str]) -> dict[str, Any]:
    standing = [each for each in found if each.revoked_by is None and each.from_at <= now]
    planned = [each for each in found if each.revoked_by is None and each.from_at > now]
    last = standing[-1] if standing else None
    least, most = one.range
    return {
        "name": one.name,
        "value": one.value if last is None else last.value,
        "unit": one.unit,
        "source": one.source if last is None else last.reason,
        "decided_by": (one.decided_by if last is None else names.get(last.by, "")),
        "signed": last is not None or one.decided_by != UNSIGNED,
        "set_by_people": last is not None,
        "in_file": one.value,
        "least": least,
        "most": most,
        "planned": [_setting(each, now, names) for each in planned],
        "history": [_setting(each, now, names) for each in reversed(found)],
    }


def _setting(one: Setting, now: datetime, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "setting_id": one.id,
        "value": one.value,
        "from_at": one.from_at,
        "set_at": one.set_at,
        "by": names.get(one.by, ""),
        "reason": one.reason,
        "revoked_by": None if one.revoked_by is None else names.get(one.revoked_by, ""),
        "planned": one.revoked_by is None and one.from_at > now,
    }
