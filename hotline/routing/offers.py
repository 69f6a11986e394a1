"""Reads and writes offers; without rows a crash would forget who was asked, and two would think they were first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.contact import Level
from hotline.domain.ids import new_id
from hotline.domain.phone import CallsBy
from hotline.routing.ranking import Reason
from hotline.routing.replies import SHOWN, OfferState, Withdrawal
from hotline.routing.tables import listening, offers, wishes
from hotline.storage.base import upsert


@dataclass(frozen=True, slots=True)
class Offer:
    """One person asked about one contact; ``why`` and ``by`` explain its end (see the columns)."""

    id: str
    contact_id: str
    person_id: str
    level: Level
    reasons: tuple[Reason, ...]
    state: OfferState
    why: str
    by: str | None
    offered_at: datetime
    due_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Skills:
    """What a listener said about the people they are glad to meet."""

    gender: str | None = None
    topics: frozenset[str] = frozenset()
    again: bool = False
    calls_by: CallsBy = CallsBy.NOTHING


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person who waits would like; it never delays them past their first target."""

    gender: str | None = None
    same_listener: bool = False


def _offer(row: Row[Any]) -> Offer:
    return Offer(
        id=row.id,
        contact_id=row.contact_id,
        person_id=row.person_id,
        level=Level(row.level),
        reasons=tuple(Reason(reason) for reason in row.reasons),
        state=OfferState(row.state),
        why=row.why,
        by=row.by,
        offered_at=row.offered_at,
        due_at=row.due_at,
        ended_at=row.ended_at,
    )


def make(
    conn: Connection,
    *,
    contact_id: str,
    person_id: str,
    level: Level,
    reasons: Sequence[Reason],
    at: tuple[datetime, datetime],
    by: str | None = None,
) -> Offer | None:
    """Ask a person from ``at[0]`` until ``at[1]``; ``None`` when they are being asked already."""
    row = {
        "id": new_id(),
        "contact_id": contact_id,
        "person_id": person_id,
        "level": level,
        "reasons": list(reasons),
        "state": OfferState.OPEN,
        "why": "",
        "by": by,
        "offered_at": at[0],
        "due_at": at[1],
        "ended_at": None,
    }
    statement = upsert(conn, offers).values(**row)
    statement = statement.on_conflict_do_nothing(index_elements=["person_id"], index_where=sa.text("state = 'open'"))
    made = conn.execute(statement.returning(offers)).one_or_none()
    return None if made is None else _offer(made)


def get(conn: Connection, offer_id: str) -> Offer | None:
    """One offer, open or ended."""
    row = conn.execute(sa.select(offers).where(offers.c.id == offer_id)).one_or_none()
    return None if row is None else _offer(row)


def end(
    conn: Connection, offer_id: str, state: OfferState, now: datetime, *, why: str = "", by: str | None = None
) -> bool:
    """End an open offer; ``False`` when it had ended before."""
    return (
        conn.execute(
            sa.update(offers)
            .where(offers.c.id == offer_id, offers.c.state == OfferState.OPEN)
            .values(state=state, ended_at=now, why=why, by=by),
        ).rowcount
        == 1
    )


def end_all(
    conn: Connection,
    now: datetime,
    state: OfferState,
    *,
    contact_id: str | None = None,
    person_id: str | None = None,
    but: str | None = None,
    why: str = "",
    by: str | None = None,
) -> list[Offer]:
    """End every open offer of a contact or of a person, perhaps but one; gives those that ended."""
    statement = sa.update(offers).where(offers.c.state == OfferState.OPEN)
    if contact_id is not None:
        statement = statement.where(offers.c.contact_id == contact_id)
    if person_id is not None:
        statement = statement.where(offers.c.person_id == person_id)
    if but is not None:
        statement = statement.where(offers.c.id != but)
    rows = conn.execute(statement.values(state=state, ended_at=now, why=why, by=by).returning(offers))
    return [_offer(row) for row in rows]


def prolong(conn: Connection, offer_id: str, until: datetime) -> bool:
    """Let an open offer stand until then; ``False`` when it has ended."""
    mine = sa.and_(offers.c.id == offer_id, offers.c.state == OfferState.OPEN)
    return conn.execute(sa.update(offers).where(mine).values(due_at=until)).rowcount == 1


def correct(conn: Connection, offer_id: str, state: OfferState) -> None:
    """Write how an offer that just ended within the same act really ended."""
    conn.execute(sa.update(offers).where(offers.c.id == offer_id).values(state=state))


def note_missed(conn: Connection, contact_id: str, person_id: str, level: Level, now: datetime) -> None:
    """Let a person not be asked about a contact they just gave back, for as long as after a missed offer."""
    row = {
        "id": new_id(),
        "contact_id": contact_id,
        "person_id": person_id,
        "level": level,
        "reasons": [],
        "state": OfferState.MISSED,
        "why": "released",
        "by": person_id,
        "offered_at": now,
        "due_at": now,
        "ended_at": now,
    }
    conn.execute(sa.insert(offers).values(**row))


_OF_CONTACTS = (
    sa.select(offers).where(offers.c.contact_id.in_(sa.bindparam("ids", expanding=True))).order_by(offers.c.offered_at)
)
_OPEN = sa.select(offers).where(offers.c.state == OfferState.OPEN).order_by(offers.c.due_at)
_OPEN_OF = _OPEN.where(offers.c.person_id == sa.bindparam("person_id"))


def of_contacts(conn: Connection, contact_ids: Iterable[str]) -> dict[str, list[Offer]]:
    """Every offer of each of these contacts, oldest first."""
    found: dict[str, list[Offer]] = {}
    for row in conn.execute(_OF_CONTACTS, {"ids": list(contact_ids)}):
        found.setdefault(row.contact_id, []).append(_offer(row))
    return found


def open_offers(conn: Connection) -> list[Offer]:
    """Every open offer, the next due first."""
    return [_offer(row) for row in conn.execute(_OPEN)]


def open_of(conn: Connection, person_id: str) -> Offer | None:
    """The contact a person is being asked about, or ``None``."""
    row = conn.execute(_OPEN_OF, {"person_id": person_id}).one_or_none()
    return None if row is None else _offer(row)


def told_lately(conn: Connection, person_id: str, since: datetime) -> list[Offer]:
    """Offers of a person that ended since then without them, newest first."""
    rows = conn.execute(
        sa.select(offers)
        .where(
            offers.c.person_id == person_id,
            offers.c.ended_at >= since,
            offers.c.state.in_(list(SHOWN)),
            offers.c.why.not_in(["released", Withdrawal.OTHER_TAKEN, Withdrawal.NOT_HERE]),
        )
        .order_by(offers.c.ended_at.desc())
        .limit(3),
    )
    return [_offer(row) for row in rows]


def declined_by(conn: Connection, person_id: str, since: datetime) -> list[str]:
    """The contacts a person declined since then; nobody is given what they said no to."""
    rows = conn.execute(
        sa.select(offers.c.contact_id).where(
            offers.c.person_id == person_id,
            offers.c.ended_at >= since,
            offers.c.state == OfferState.DECLINED,
        ),
    )
    return list(rows.scalars())


_SKILLS = sa.select(listening).where(listening.c.person_id.in_(sa.bindparam("ids", expanding=True)))
_BY_PHONE = sa.select(listening.c.person_id).where(listening.c.calls_by == CallsBy.PHONE)
_BY_BROWSER = sa.select(listening.c.person_id).where(
    listening.c.calls_by == CallsBy.BROWSER, listening.c.ready_at >= sa.bindparam("since")
)


def skills_of(conn: Connection, person_ids: Sequence[str]) -> dict[str, Skills]:
    """What each of these people said about themselves; who said nothing is missing."""
    rows = conn.execute(_SKILLS, {"ids": list(person_ids)})
    return {row.person_id: Skills(row.gender, frozenset(row.topics), row.again, CallsBy(row.calls_by)) for row in rows}


def by_phone(conn: Connection) -> set[str]:
    """Those who said that they take calls on a telephone of their own."""
    return set(conn.execute(_BY_PHONE).scalars())


def by_browser(conn: Connection, since: datetime) -> set[str]:
    """Those who take calls in the browser, and whose browser has been ready since then."""
    return set(conn.execute(_BY_BROWSER, {"since": since}).scalars())


def heard_browser(conn: Connection, person_id: str, ready_at: datetime | None) -> None:
    """Write that somebody's browser can take a call (``None``: that it cannot)."""
    conn.execute(sa.update(listening).where(listening.c.person_id == person_id).values(ready_at=ready_at))


def keep_skills(conn: Connection, person_id: str, skills: Skills) -> None:
    """Write what a person says about themselves."""
    row = {
        "person_id": person_id,
        "gender": skills.gender,
        "topics": sorted(skills.topics),
        "again": skills.again,
        "calls_by": skills.calls_by,
    }
    statement = upsert(conn, listening).values(**row)
    conn.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=row))


_WISHES = sa.select(wishes).where(wishes.c.contact_id.in_(sa.bindparam("ids", expanding=True)))


def wishes_of(conn: Connection, contact_ids: Sequence[str]) -> dict[str, Wishes]:
    """What each of these contacts wishes; who wished nothing is missing."""
    rows = conn.execute(_WISHES, {"ids": list(contact_ids)})
    return {row.contact_id: Wishes(row.gender, row.same_listener) for row in rows}


def keep_wishes(conn: Connection, contact_id: str, wished: Wishes) -> None:
    """Write what a person who waits would like."""
    row = {"contact_id": contact_id, "gender": wished.gender, "same_listener": wished.same_listener}
    statement = upsert(conn, wishes).values(**row)
    conn.execute(statement.on_conflict_do_update(index_elements=["contact_id"], set_=row))
