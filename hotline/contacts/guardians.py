"""Who may be called for a person, and who must not be: name and number are in the vault, here stands only the rest."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.contacts.tables import guardians
from hotline.domain.contact import Relation
from hotline.storage.base import upsert


@dataclass(frozen=True, slots=True)
class Guardian:
    """A guardian or emergency contact; ``danger`` says that this person is the danger and is never called."""

    contact_id: str
    relation: Relation
    danger: bool
    by: str
    at: datetime


def keep(conn: Connection, guardian: Guardian) -> None:
    """Write who it is; a newer one replaces an older one."""
    row = {name: getattr(guardian, name) for name in Guardian.__dataclass_fields__}
    statement = upsert(conn, guardians).values(**row)
    conn.execute(statement.on_conflict_do_update(index_elements=["contact_id"], set_=row))


def of_contact(conn: Connection, contact_id: str) -> Guardian | None:
    """Who was named for this contact, or ``None``."""
    row = conn.execute(sa.select(guardians).where(guardians.c.contact_id == contact_id)).one_or_none()
    if row is None:
        return None
    return Guardian(row.contact_id, Relation(row.relation), row.danger, row.by, row.at)
