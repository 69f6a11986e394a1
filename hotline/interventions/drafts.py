"""Keeps what is half written in a form of the desk, sealed; without it a dead tab takes an hour's words along."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.interventions.tables import drafts
from hotline.storage.base import upsert
from hotline.storage.sealed import Keyring

EVERYBODY = ""
"""The owner of a draft that whoever is in the conversation writes on together."""


class Form(StrEnum):
    """The forms whose words are kept while they are being written."""

    PLAN = "plan"
    CLOSING = "closing"
    RATINGS = "ratings"
    REFERRAL = "referral"
    ACTION = "action"
    ASKED = "asked"
    DISPATCH = "dispatch"
    HAND_OVER = "hand_over"
    RELEASE = "release"
    GUARDIAN = "guardian"
    FOLLOW_UPS = "follow_ups"

    def owner(self, person_id: str) -> str:
        """Whose the draft is. A plan is written together: a listener who vanishes leaves it to the next one."""
        return EVERYBODY if self is Form.PLAN else person_id


@dataclass(frozen=True, slots=True)
class Draft:
    """One half-written form: ``fields`` maps its fields to what stands in them, ``authors`` to who wrote that."""

    contact_id: str
    form: Form
    owner: str
    by: str
    at: datetime
    fields: Mapping[str, str]
    authors: Mapping[str, str]


def write(conn: Connection, keys: Keyring, draft: Draft) -> None:
    """Keep a draft in the place of the one before."""
    text = json.dumps({"fields": dict(draft.fields), "authors": dict(draft.authors)}, ensure_ascii=False)
    row = {
        "contact_id": draft.contact_id,
        "form": draft.form,
        "owner": draft.owner,
        "by": draft.by,
        "at": draft.at,
        "sealed": keys.seal(conn, draft.contact_id, _place(draft.contact_id, draft.form, draft.owner), text),
    }
    statement = upsert(conn, drafts).values(**row)
    conn.execute(statement.on_conflict_do_update(index_elements=["contact_id", "form", "owner"], set_=row))


def read(conn: Connection, keys: Keyring, contact_id: str, owners: Sequence[str]) -> dict[Form, Draft]:
    """A contact's drafts that belong to one of ``owners``, by form."""
    rows = conn.execute(
        sa.select(drafts).where(drafts.c.contact_id == contact_id, drafts.c.owner.in_(list(owners))),
    )
    return {Form(row.form): _draft(conn, keys, row) for row in rows}


def sent(conn: Connection, contact_id: str, person_id: str, form: Form) -> None:
    """The form was sent: its draft goes in the same act."""
    where = (drafts.c.contact_id == contact_id, drafts.c.form == form, drafts.c.owner == form.owner(person_id))
    conn.execute(sa.delete(drafts).where(*where))


def forget(conn: Connection, contact_id: str) -> None:
    """Drop every draft of a contact that is closed."""
    conn.execute(sa.delete(drafts).where(drafts.c.contact_id == contact_id))


def _place(contact_id: str, form: str, owner: str) -> str:
    return f"drafts.sealed.{contact_id}.{form}.{owner}"


def _draft(conn: Connection, keys: Keyring, row: Row[Any]) -> Draft:
    kept = json.loads(keys.unseal(conn, row.contact_id, _place(row.contact_id, row.form, row.owner), row.sealed))
    return Draft(row.contact_id, Form(row.form), row.owner, row.by, row.at, kept["fields"], kept["authors"])
