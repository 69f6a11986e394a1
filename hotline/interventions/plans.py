"""Keeps the newest version of a contact's safety plan; every earlier one stands in the log."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.interventions.tables import safety_plans
from hotline.storage.base import upsert
from hotline.storage.sealed import Keyring


@dataclass(frozen=True, slots=True)
class Plan:
    """A safety plan as it stands. ``steps`` maps a step to its words; ``shared_at`` is ``None`` while unshared."""

    contact_id: str
    version: int
    at: datetime
    by: str
    steps: Mapping[str, str]
    shared_at: datetime | None


def write(conn: Connection, keys: Keyring, plan: Plan) -> None:
    """Keep this version in the place of the one before."""
    sealed = keys.seal(conn, plan.contact_id, _place(plan.contact_id), json.dumps(dict(plan.steps), ensure_ascii=False))
    row = {
        "contact_id": plan.contact_id,
        "version": plan.version,
        "at": plan.at,
        "by": plan.by,
        "sealed": sealed,
        "shared_at": plan.shared_at,
    }
    statement = upsert(conn, safety_plans).values(**row)
    conn.execute(statement.on_conflict_do_update(index_elements=["contact_id"], set_=row))


def read(conn: Connection, keys: Keyring, contact_ids: Sequence[str]) -> dict[str, Plan]:
    """The plans of these contacts, by contact."""
    rows = conn.execute(sa.select(safety_plans).where(safety_plans.c.contact_id.in_(list(contact_ids))))
    return {row.contact_id: _plan(conn, keys, row) for row in rows}


def share(conn: Connection, contact_id: str, at: datetime | None) -> None:
    """Let the person read the plan from ``at`` on; ``None`` takes it back."""
    conn.execute(sa.update(safety_plans).where(safety_plans.c.contact_id == contact_id).values(shared_at=at))


def _place(contact_id: str) -> str:
    return f"safety_plans.sealed.{contact_id}"


def _plan(conn: Connection, keys: Keyring, row: Row[Any]) -> Plan:
    steps = json.loads(keys.unseal(conn, row.contact_id, _place(row.contact_id), row.sealed))
    return Plan(row.contact_id, row.version, row.at, row.by, steps, row.shared_at)
