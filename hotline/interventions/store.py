"""Reads and writes actions, dispatches and closing forms."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.contact import ActionKind, ActionState, ReferralTag
from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.interventions.tables import actions, closings, dispatches
from hotline.storage.sealed import Keyring


@dataclass(frozen=True, slots=True)
class Action:
    """Something done, or meant to be done, for a person; a referral has a tag, its further course ``follows`` it."""

    id: str
    at: datetime
    by: str
    kind: ActionKind
    state: ActionState
    note: str
    tag: ReferralTag | None = None
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A call to an emergency service and what became of it."""

    id: str
    contact_id: str
    service: str
    basis: str
    state: str
    disclosed: str
    note: str
    by: str
    at: datetime
    called_at: datetime | None
    countersigned_by: str | None
    countersigned_at: datetime | None
    agreed: bool | None
    arrived_at: datetime | None


def add_action(conn: Connection, keys: Keyring, contact_id: str, action: Action) -> None:
    """Write one action; its note is sealed."""
    conn.execute(
        sa.insert(actions).values(
            id=action.id,
            contact_id=contact_id,
            at=action.at,
            by=action.by,
            kind=action.kind,
            state=action.state,
            note=keys.seal(conn, contact_id, f"actions.note.{action.id}", action.note),
            tag=action.tag,
            follows=action.follows,
        ),
    )


def list_actions(conn: Connection, keys: Keyring, contact_id: str) -> list[Action]:
    """A contact's actions, oldest first."""
    rows = conn.execute(sa.select(actions).where(actions.c.contact_id == contact_id).order_by(actions.c.at))
    return [
        Action(
            row.id,
            row.at,
            row.by,
            ActionKind(row.kind),
            ActionState(row.state),
            keys.unseal_or_empty(conn, contact_id, f"actions.note.{row.id}", row.note),
            None if row.tag is None else ReferralTag(row.tag),
            row.follows,
        )
        for row in rows
    ]


def referral_tag(conn: Connection, contact_id: str, action_id: str) -> ReferralTag:
    """Where a contact's referral leads; raises ``NotFound`` for anything else."""
    where = (actions.c.id == action_id, actions.c.contact_id == contact_id, actions.c.follows.is_(None))
    tag = conn.execute(sa.select(actions.c.tag).where(*where)).scalar_one_or_none()
    if tag is None:
        raise NotFound("no such referral")
    return ReferralTag(tag)


def add_dispatch(conn: Connection, keys: Keyring, contact_id: str, values: dict[str, Any]) -> str:
    """Write a dispatch; ``values`` gives service, basis, state, by, at, called_at, disclosed, note. Gives its id."""
    dispatch_id = new_id()
    details = json.dumps({"disclosed": values.pop("disclosed"), "note": values.pop("note")}, ensure_ascii=False)
    conn.execute(
        sa.insert(dispatches).values(
            id=dispatch_id,
            contact_id=contact_id,
            details=keys.seal(conn, contact_id, f"dispatches.details.{dispatch_id}", details),
            **values,
        ),
    )
    return dispatch_id


def _dispatch(conn: Connection, keys: Keyring, row: Row[Any]) -> Dispatch:
    text = keys.unseal_or_empty(conn, row.contact_id, f"dispatches.details.{row.id}", row.details)
    details = json.loads(text or '{"disclosed": "", "note": ""}')
    return Dispatch(
        id=row.id,
        contact_id=row.contact_id,
        service=row.service,
        basis=row.basis,
        state=row.state,
        disclosed=details["disclosed"],
        note=details["note"],
        by=row.by,
        at=row.at,
        called_at=row.called_at,
        countersigned_by=row.countersigned_by,
        countersigned_at=row.countersigned_at,
        agreed=row.agreed,
        arrived_at=row.arrived_at,
    )


def get_dispatch(conn: Connection, keys: Keyring, dispatch_id: str) -> Dispatch:
    """One dispatch, its row held until the commit; raises ``NotFound``."""
    row = conn.execute(sa.select(dispatches).where(dispatches.c.id == dispatch_id).with_for_update()).one_or_none()
    if row is None:
        raise NotFound("no such dispatch")
    return _dispatch(conn, keys, row)


def list_dispatches(conn: Connection, keys: Keyring, contact_id: str) -> list[Dispatch]:
    """A contact's dispatches, oldest first."""
    rows = conn.execute(sa.select(dispatches).where(dispatches.c.contact_id == contact_id).order_by(dispatches.c.at))
    return [_dispatch(conn, keys, row) for row in rows]


def update_dispatch(conn: Connection, dispatch_id: str, **values: Any) -> None:
    """Write some columns of a dispatch."""
    conn.execute(sa.update(dispatches).where(dispatches.c.id == dispatch_id).values(**values))


def write_closing(
    conn: Connection, keys: Keyring, contact_id: str, *, by: str, at: datetime, form: dict[str, str]
) -> None:
    """Keep the closing form's words (summary, next_step), sealed."""
    text = json.dumps(form, ensure_ascii=False)
    sealed = keys.seal(conn, contact_id, f"closings.sealed.{contact_id}", text)
    conn.execute(sa.delete(closings).where(closings.c.contact_id == contact_id))
    conn.execute(sa.insert(closings).values(contact_id=contact_id, at=at, by=by, sealed=sealed))


def read_closing(conn: Connection, keys: Keyring, contact_id: str) -> dict[str, str] | None:
    """The closing form's words, or ``None`` while open."""
    row = conn.execute(sa.select(closings).where(closings.c.contact_id == contact_id)).one_or_none()
    if row is None:
        return None
    found: dict[str, str] = json.loads(keys.unseal(conn, contact_id, f"closings.sealed.{contact_id}", row.sealed))
    return found
