"""Who asked for a sealed network address with an emergency call, who signed, and who has seen it; each sees it once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.interventions.tables import address_openings


@dataclass(frozen=True, slots=True)
class Opening:
    """One wish to open an address; ``agreed`` is ``None`` until a second person has answered."""

    dispatch_id: str
    contact_id: str
    asked_by: str
    asked_at: datetime
    signed_by: str | None = None
    signed_at: datetime | None = None
    agreed: bool | None = None
    asker_saw_at: datetime | None = None
    signer_saw_at: datetime | None = None

    def seen_field(self, person_id: str) -> str | None:
        """The column that says when this person saw it; ``None`` for anybody but the two."""
        if person_id == self.asked_by:
            return "asker_saw_at"
        return "signer_saw_at" if person_id == self.signed_by else None


def ask(conn: Connection, opening: Opening) -> None:
    """Write that somebody asks for the address with their emergency call."""
    row = {name: getattr(opening, name) for name in Opening.__dataclass_fields__}
    conn.execute(sa.insert(address_openings).values(**row))


def change(conn: Connection, dispatch_id: str, **values: Any) -> None:
    """Write some columns of one opening."""
    conn.execute(sa.update(address_openings).where(address_openings.c.dispatch_id == dispatch_id).values(**values))


def of_dispatches(conn: Connection, dispatch_ids: Sequence[str]) -> dict[str, Opening]:
    """The openings asked for with these emergency calls."""
    rows = conn.execute(sa.select(address_openings).where(address_openings.c.dispatch_id.in_(list(dispatch_ids))))
    return {row.dispatch_id: Opening(**row._mapping) for row in rows}  # noqa: SLF001  # SQLAlchemy's documented name
