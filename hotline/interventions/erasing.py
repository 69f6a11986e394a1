"""Empties what was written down about a contact that is erased; kinds, states, points and times stay."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from hotline.interventions.tables import (
    actions,
    address_openings,
    closings,
    dispatches,
    drafts,
    ratings,
    reviews,
    safety_plans,
)
from hotline.storage.base import metadata
from hotline.storage.sealed import ERASED

UNFINISHED = ("asked", "authorised", "called")
"""Emergency calls of which nobody has written yet what became of them."""


def erase(conn: Connection, contact_id: str) -> None:
    """Take away the words of this stage's rows; the log's entries stay, sealed, because their chain runs over them."""
    for table in (closings, safety_plans, drafts):
        conn.execute(sa.delete(table).where(table.c.contact_id == contact_id))
    conn.execute(sa.update(actions).where(actions.c.contact_id == contact_id).values(note=ERASED))
    conn.execute(sa.update(dispatches).where(dispatches.c.contact_id == contact_id).values(details=ERASED))
    mine = sa.select(reviews.c.id).where(reviews.c.contact_id == contact_id)
    conn.execute(sa.update(ratings).where(ratings.c.review_id.in_(mine)).values(words=ERASED))


def unfinished(whose: sa.ColumnElement[str]) -> tuple[sa.Exists, sa.Exists, sa.Exists]:
    """Whether a review is owed, an emergency call has no end, and a wish to open the address no answer."""
    owed = sa.exists().where(reviews.c.contact_id == whose, reviews.c.signed_at.is_(None))
    calls = sa.exists().where(dispatches.c.contact_id == whose, dispatches.c.state.in_(UNFINISHED))
    asked = sa.exists().where(
        address_openings.c.contact_id == whose,
        address_openings.c.agreed.is_(None),
        dispatches.c.id == address_openings.c.dispatch_id,
        dispatches.c.state.in_(UNFINISHED),
    )
    return owed, calls, asked


def forget_drafts(conn: Connection, before: datetime) -> int:
    """Put away half-written forms that nobody has touched since a moment, unless the contact is held; how many."""
    holds = metadata.tables["holds"]
    held = sa.select(holds.c.contact_id).where(holds.c.lifted_at.is_(None))
    return conn.execute(sa.delete(drafts).where(drafts.c.at < before, drafts.c.contact_id.not_in(held))).rowcount
