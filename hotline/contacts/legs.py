"""Reads and writes the legs of calls; without rows, a restart would forget who is on the line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.contacts.tables import callbacks, contacts, legs
from hotline.domain.contact import State
from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.domain.phone import Ended, LegState, Mode, Party, Stage
from hotline.storage.sealed import Keyring

MET = "met"
"""What the leg of a helper remembers who talked with the caller before the line broke."""
REFUSED = "refused"
"""What the leg of a helper remembers that the provider did not place: nothing rang."""
LEAVING = "leaving"
"""What the leg of a caller remembers once their listener ended the call: they hear the goodbye, then the line ends."""
RANG = "rang"
"""What a call of ours remembers of the number it rings: by which name the vault keeps it."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg of a call; see the columns for each meaning."""

    id: str
    contact_id: str
    sid: str | None
    party: Party
    person_id: str | None
    offer_id: str | None
    mode: Mode
    inbound: bool
    line: str
    state: LegState
    stage: Stage
    round: int
    memory: dict[str, Any]
    unfinished: bytes | None
    safe_again: bool | None
    hold: bool
    at: datetime
    answered_at: datetime | None
    joined_at: datetime | None
    ended_at: datetime | None
    why: Ended | None

    @property
    def live(self) -> bool:
        """Whether somebody is on it now."""
        return self.state is LegState.LIVE

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.state is not LegState.ENDED


_WORDS = {"party": Party, "mode": Mode, "state": LegState, "stage": Stage}


def _leg(row: Row[Any]) -> Leg:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented public name
    read = {name: word(values[name]) for name, word in _WORDS.items()}
    return Leg(**values | read | {"memory": dict(row.memory), "why": None if row.why is None else Ended(row.why)})


def add(
    conn: Connection,
    *,
    contact_id: str,
    party: Party,
    line: str,
    now: datetime,
    sid: str | None = None,
    person_id: str | None = None,
    offer_id: str | None = None,
    mode: Mode = Mode.TALK,
    stage: Stage = Stage.GREETING,
    **also: Any,
) -> Leg:
    """Write a leg: one with a ``sid`` is live (somebody called us), one without is planned."""
    row: dict[str, Any] = {
        "id": new_id(),
        "contact_id": contact_id,
        "sid": sid,
        "party": party,
        "person_id": person_id,
        "offer_id": offer_id,
        "mode": mode,
        "inbound": sid is not None,
        "line": line,
        "state": LegState.PLANNED if sid is None else LegState.LIVE,
        "stage": stage,
        "round": 0,
        "memory": {},
        "unfinished": None,
        "safe_again": None,
        "hold": False,
        "at": now,
        "answered_at": None if sid is None else now,
        "joined_at": None,
        "ended_at": None,
        "why": None,
    }
    return _leg(conn.execute(sa.insert(legs).values(**row | also).returning(legs)).one())


def get(conn: Connection, leg_id: str, *, lock: bool = False) -> Leg:
    """One leg; ``lock`` holds its row until the commit. Raises ``NotFound``."""
    statement = sa.select(legs).where(legs.c.id == leg_id)
    row = conn.execute(statement.with_for_update() if lock else statement).one_or_none()
    if row is None:
        raise NotFound("no such leg")
    return _leg(row)


def find(conn: Connection, leg_id: str) -> Leg | None:
    """One leg, or ``None``."""
    row = conn.execute(sa.select(legs).where(legs.c.id == leg_id)).one_or_none()
    return None if row is None else _leg(row)


def by_sid(conn: Connection, sid: str) -> Leg | None:
    """The leg the provider knows under this id."""
    row = conn.execute(sa.select(legs).where(legs.c.sid == sid)).one_or_none()
    return None if row is None else _leg(row)


def known_sids(conn: Connection, sids: Iterable[str]) -> set[str]:
    """Those of these provider's ids that we know."""
    return set(conn.execute(sa.select(legs.c.sid).where(legs.c.sid.in_(list(sids)))).scalars())


def change(conn: Connection, leg_id: str, **values: Any) -> Leg:
    """Write some columns and give the leg back."""
    row = conn.execute(sa.update(legs).where(legs.c.id == leg_id).values(**values).returning(legs)).one()
    return _leg(row)


def keep_unfinished(conn: Connection, keys: Keyring, leg: Leg, text: str, asked: int, sequence: int) -> bool:
    """Keep what was understood of a sentence that is still being spoken; ``False`` for what is older than that."""
    place = f"legs.unfinished.{leg.id}"
    if [asked, sequence] <= leg.memory.get("part", [-1, -1]):
        return False
    sealed = keys.seal(conn, leg.contact_id, place, text)
    change(conn, leg.id, unfinished=sealed, memory=leg.memory | {"part": [asked, sequence]})
    return True


def seat(conn: Connection, leg: Leg, conference: str, sequence: int, *, inside: bool) -> None:
    """Keep whether the provider has this leg in a conference; its word about the same one counts by its number."""
    before = leg.memory.get("room", ["", 0, False])
    if before[0] != conference or before[1] < sequence:
        change(conn, leg.id, memory=leg.memory | {"room": [conference, sequence, inside]})


def is_inside(leg: Leg) -> bool:
    """Whether the provider has this leg in a conference, as far as it said."""
    return bool(leg.memory.get("room", ["", 0, False])[2])


def unfinished(conn: Connection, keys: Keyring, leg: Leg) -> str:
    """What was understood of a sentence nobody ended; empty for nothing."""
    place = f"legs.unfinished.{leg.id}"
    return "" if leg.unfinished is None else keys.unseal_or_empty(conn, leg.contact_id, place, leg.unfinished)


def end(conn: Connection, leg_id: str, now: datetime, why: Ended) -> bool:
    """End a leg; ``False`` when it had ended before."""
    ended = {"state": LegState.ENDED, "ended_at": now, "why": why}
    return (
        conn.execute(sa.update(legs).where(legs.c.id == leg_id, legs.c.ended_at.is_(None)).values(**ended)).rowcount > 0
    )


_EVERY_LEG = sa.select(legs).order_by(legs.c.at, legs.c.id)
_LEGS_OF = _EVERY_LEG.where(legs.c.contact_id.in_(sa.bindparam("ids", expanding=True)))
_OPEN_LEGS_OF = _LEGS_OF.where(legs.c.ended_at.is_(None))
_OPEN_LEGS = _EVERY_LEG.where(legs.c.ended_at.is_(None)).limit(sa.bindparam("limit", type_=sa.Integer))


def of_contacts(conn: Connection, contact_ids: Iterable[str], *, ended: bool = False) -> dict[str, list[Leg]]:
    """The legs of these contacts that have not ended (``ended`` gives all), oldest first."""
    found: dict[str, list[Leg]] = {}
    for row in conn.execute(_LEGS_OF if ended else _OPEN_LEGS_OF, {"ids": list(contact_ids)}):
        found.setdefault(row.contact_id, []).append(_leg(row))
    return found


def of_person(conn: Connection, person_id: str) -> Leg | None:
    """The leg of somebody of the helpline that has not ended; the newest, should there be several."""
    mine = sa.select(legs).where(legs.c.person_id == person_id, legs.c.ended_at.is_(None))
    row = conn.execute(mine.order_by(legs.c.at.desc(), legs.c.id).limit(1)).one_or_none()
    return None if row is None else _leg(row)


def open_legs(conn: Connection, limit: int = 2000) -> list[Leg]:
    """Every leg that has not ended, oldest first."""
    return [_leg(row) for row in conn.execute(_OPEN_LEGS, {"limit": limit})]


def caller(conn: Connection, contact_id: str) -> Leg | None:
    """The leg of the person who needs help, while they are on the line or being rung."""
    found = of_contacts(conn, [contact_id]).get(contact_id, [])
    return next((leg for leg in reversed(found) if leg.party is Party.SEEKER), None)


def last_caller(conn: Connection, contact_id: str) -> Leg | None:
    """The newest leg of the person who needs help, ended or not."""
    found = of_contacts(conn, [contact_id], ended=True).get(contact_id, [])
    return next((leg for leg in reversed(found) if leg.party is Party.SEEKER), None)


def talking(conn: Connection, contact_id: str) -> bool:
    """Whether the person who needs help talks with somebody now."""
    leg = caller(conn, contact_id)
    return leg is not None and leg.live and leg.stage is Stage.TALKING


def helped(conn: Connection, contact_id: str) -> bool:
    """Whether somebody of the helpline is on the line of a contact to talk."""
    found = of_contacts(conn, [contact_id]).get(contact_id, [])
    return any(leg.party is Party.HELPER and leg.live and leg.joined_at and leg.mode is Mode.TALK for leg in found)


_ON_CALLS = sa.select(legs.c.contact_id).where(legs.c.party == Party.SEEKER, legs.c.state == LegState.LIVE)
_OF_THESE = _ON_CALLS.where(legs.c.contact_id.in_(sa.bindparam("ids", expanding=True)))
_CALLS_HELD = (
    sa.select(contacts.c.owner_id, sa.func.count())
    .where(contacts.c.id.in_(_ON_CALLS), contacts.c.state == State.IN_CONVERSATION)
    .where(contacts.c.level.in_(sa.bindparam("levels", expanding=True)))
    .group_by(contacts.c.owner_id)
)


def calls_held(conn: Connection, levels: Sequence[str]) -> dict[str, int]:
    """How many calls of these levels each listener holds whose person is on the line now."""
    rows = conn.execute(_CALLS_HELD, {"levels": list(levels)})
    return {owner: int(number) for owner, number in rows if owner is not None}


def on_calls(conn: Connection, contact_ids: Iterable[str] | None = None) -> set[str]:
    """Those of these contacts (of all, without) whose person is on the line now."""
    if contact_ids is None:
        return set(conn.execute(_ON_CALLS).scalars())
    return set(conn.execute(_OF_THESE, {"ids": list(contact_ids)}).scalars())


def calls_since(conn: Connection, contact_ids: Iterable[str], since: datetime) -> int:
    """How many calls of these contacts reached us since then."""
    came = sa.and_(legs.c.inbound.is_(True), legs.c.party == Party.SEEKER, legs.c.at >= since)
    found = sa.select(sa.func.count()).select_from(legs).where(came, legs.c.contact_id.in_(list(contact_ids)))
    return int(conn.execute(found).scalar_one())


def at_the_gate(conn: Connection, since: datetime) -> set[str]:
    """Contacts whose caller is being asked first, since then at the longest."""
    asked = sa.and_(legs.c.stage == Stage.GATE, legs.c.state == LegState.LIVE, legs.c.at >= since)
    return set(conn.execute(sa.select(legs.c.contact_id).where(asked)).scalars())


def may_be_rung(conn: Connection, contact_id: str) -> bool:
    """Whether a call is safe by the person's own word: what their wish says while it stands, else the last question."""
    wish = sa.select(callbacks.c.safe_to_call).where(
        callbacks.c.contact_id == contact_id, callbacks.c.ended_at.is_(None)
    )
    wished = conn.execute(wish).scalar_one_or_none()
    last = last_caller(conn, contact_id)
    return bool(wished) if wished is not None else bool(last is not None and last.safe_again)


def number_to_ring(conn: Connection, contact_id: str) -> str:
    """Under which name the vault keeps the number that may be rung: of a wish while it stands, else where they were.

    Who was called back and cut off is rung there again, not at the number they once called from.
    """
    standing = sa.and_(callbacks.c.contact_id == contact_id, callbacks.c.ended_at.is_(None))
    if conn.execute(sa.select(callbacks.c.contact_id).where(standing)).one_or_none() is not None:
        return "callback"
    last = last_caller(conn, contact_id)
    return "phone" if last is None or last.inbound else str(last.memory.get(RANG, "phone"))


def not_again(conn: Connection, contact_id: str) -> None:
    """The person takes back every word that they may be rung."""
    mine = sa.and_(legs.c.contact_id == contact_id, legs.c.party == Party.SEEKER)
    conn.execute(sa.update(legs).where(mine).values(safe_again=False))
