"""Reads and writes the queue and the alarms; a claim is one statement, so that nobody is claimed twice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.contact import Language
from hotline.domain.ids import new_id
from hotline.routing.ladder import AlarmKind, TimerKind
from hotline.routing.lanes import URGENT_RANK, lane_heads
from hotline.routing.policy import Lane, Reach
from hotline.routing.tables import alarms, pages, queue
from hotline.storage.base import upsert

MOST_COUNTED = 5000
"""Behind so many the told wait is days; counting on would cost every page of a crowd more than it says."""


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the queue."""

    contact_id: str
    status: str
    language: str
    lane: Lane
    severity: int
    targets_missed: int
    queue_key: int
    returned: bool
    owner_id: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm; open until its cause ended, quiet once acknowledged."""

    id: str
    kind: AlarmKind
    contact_id: str | None
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    settled_at: datetime | None
    token: str

    @property
    def said(self) -> str:
        """Which sentence says it: its kind, or the further rung on which everybody on duty is called."""
        further = self.kind is AlarmKind.URGENT_WAITING and self.token.startswith(f"{TimerKind.EVERYONE}:")
        return f"{self.kind}_everyone" if further else self.kind.value


@dataclass(frozen=True, slots=True)
class Page:
    """One call to a person of the helpline about an alarm."""

    id: str
    alarm_id: str
    person_id: str
    at: datetime
    carrier: str
    state: str


def _place(row: Row[Any]) -> Place:
    return Place(**dict(row._mapping) | {"lane": Lane(row.lane)})  # noqa: SLF001  # SQLAlchemy's documented public name


def enter(conn: Connection, place: Place) -> None:
    """Let a contact wait at this place; an older row of the same contact is replaced."""
    row = {
        "contact_id": place.contact_id,
        "status": "waiting",
        "language": place.language,
        "lane": place.lane,
        "severity": place.severity,
        "targets_missed": place.targets_missed,
        "queue_key": place.queue_key,
        "returned": place.returned,
        "owner_id": None,
        "since": place.since,
    }
    statement = upsert(conn, queue).values(**row)
    conn.execute(statement.on_conflict_do_update(index_elements=["contact_id"], set_=row))


def claim(conn: Connection, contact_id: str, person_id: str, now: datetime) -> Place | None:
    """Take this waiting contact; ``None`` when it does not wait (any more)."""
    row = conn.execute(
        sa.update(queue)
        .where(queue.c.contact_id == contact_id, queue.c.status == "waiting")
        .values(status="held", owner_id=person_id, since=now)
        .returning(queue),
    ).one_or_none()
    return None if row is None else _place(row)


_EVERYBODY = lane_heads(
    Reach(tuple(Language), frozenset(Lane)), sa.bindparam("limit", type_=sa.Integer), spare_offered=False
).subquery()
_HEADS = sa.select(queue).where(queue.c.contact_id.in_(sa.select(_EVERYBODY.c.contact_id))).order_by(queue.c.queue_key)


def heads(conn: Connection, limit: int) -> list[Place]:
    """The first ``limit`` of each lane in each language, and as many whose target was missed, in the queue's order."""
    return [_place(row) for row in conn.execute(_HEADS, {"limit": limit})]


_ONE = sa.select(queue).where(queue.c.contact_id == sa.bindparam("contact_id"))


def get(conn: Connection, contact_id: str) -> Place | None:
    """A contact's row, or ``None`` when it never waited."""
    row = conn.execute(_ONE, {"contact_id": contact_id}).one_or_none()
    return None if row is None else _place(row)


_LOADS = (
    sa.select(
        queue.c.owner_id,
        sa.func.count(),
        sa.func.sum(sa.case((queue.c.severity >= URGENT_RANK, 1), else_=0)),
    )
    .where(queue.c.status == "held", queue.c.owner_id.in_(sa.bindparam("ids", expanding=True)))
    .group_by(queue.c.owner_id)
)


def load_of(conn: Connection, person_ids: list[str]) -> dict[str, tuple[int, int]]:
    """For each person (contacts held, of those urgent)."""
    rows = conn.execute(_LOADS, {"ids": person_ids})
    found = {owner: (int(held), int(urgent)) for owner, held, urgent in rows}
    return {person_id: found.get(person_id, (0, 0)) for person_id in person_ids}


def leave(conn: Connection, contact_id: str) -> None:
    """The contact neither waits nor is held any more."""
    conn.execute(sa.update(queue).where(queue.c.contact_id == contact_id).values(status="gone", owner_id=None))


def hold_again(conn: Connection, contact_id: str, person_id: str, now: datetime) -> None:
    """The same listener holds it again, because the seeker wrote after the end."""
    conn.execute(
        sa.update(queue).where(queue.c.contact_id == contact_id).values(status="held", owner_id=person_id, since=now),
    )


def change(conn: Connection, contact_id: str, **values: Any) -> None:
    """Write some columns of a contact's row, for example after its level rose."""
    conn.execute(sa.update(queue).where(queue.c.contact_id == contact_id).values(**values))


def waiting(conn: Connection, limit: int = 200) -> list[Place]:
    """Who waits, in the order of the queue."""
    rows = conn.execute(
        sa.select(queue).where(queue.c.status == "waiting").order_by(queue.c.queue_key).limit(limit),
    )
    return [_place(row) for row in rows]


def position(conn: Connection, place: Place) -> int:
    """How many stand before this place, plus one; behind more than :data:`MOST_COUNTED` nobody is counted further."""
    before = sa.select(queue.c.contact_id).where(sa.text("status = 'waiting'"), queue.c.queue_key < place.queue_key)
    counted = before.limit(MOST_COUNTED).subquery()
    return int(conn.execute(sa.select(sa.func.count()).select_from(counted)).scalar_one()) + 1


def raise_alarm(conn: Connection, kind: AlarmKind, contact_id: str | None, token: str, now: datetime) -> str | None:
    """Raise an alarm once per (kind, token); gives its id, or ``None`` when it was raised before."""
    row = {"id": new_id(), "kind": kind, "contact_id": contact_id, "token": token, "raised_at": now}
    statement = upsert(conn, alarms).values(**row).on_conflict_do_nothing(index_elements=["kind", "token"])
    return conn.execute(statement.returning(alarms.c.id)).scalar_one_or_none()


def acknowledge(conn: Connection, alarm_id: str, person_id: str, now: datetime) -> bool:
    """Write who takes the alarm; ``False`` when it was taken or ended before."""
    return (
        conn.execute(
            sa.update(alarms)
            .where(alarms.c.id == alarm_id, alarms.c.acknowledged_at.is_(None))
            .values(acknowledged_at=now, acknowledged_by=person_id),
        ).rowcount
        == 1
    )


def settle_alarms(conn: Connection, now: datetime, *, contact_id: str | None, kinds: Iterable[AlarmKind]) -> int:
    """End alarms whose cause is over; gives how many."""
    return conn.execute(
        sa.update(alarms)
        .where(
            alarms.c.settled_at.is_(None),
            alarms.c.contact_id.is_(None) if contact_id is None else alarms.c.contact_id == contact_id,
            alarms.c.kind.in_([kind.value for kind in kinds]),
        )
        .values(settled_at=now),
    ).rowcount


def tokens_of(conn: Connection, kind: AlarmKind, tokens: Sequence[str]) -> set[str]:
    """Those of these tokens under which an alarm of the kind was raised, ended or not."""
    found = sa.select(alarms.c.token).where(alarms.c.kind == kind, alarms.c.token.in_(list(tokens)))
    return set(conn.execute(found).scalars())


def settle_token(conn: Connection, now: datetime, kind: AlarmKind, token: str) -> None:
    """End the alarms of a kind whose token begins so, and no others."""
    conn.execute(
        sa.update(alarms)
        .where(alarms.c.settled_at.is_(None), alarms.c.kind == kind, alarms.c.token.startswith(token))
        .values(settled_at=now),
    )


def has_open_alarm(conn: Connection, kind: AlarmKind, contact_id: str | None) -> bool:
    """Whether such an alarm of this contact (of none, for the whole house) has not ended."""
    found = conn.execute(
        sa.select(alarms.c.id)
        .where(alarms.c.settled_at.is_(None), alarms.c.kind == kind, alarms.c.contact_id == contact_id)
        .limit(1),
    ).scalar_one_or_none()
    return found is not None


def settle_everywhere(conn: Connection, now: datetime, kind: AlarmKind) -> None:
    """End every alarm of a kind whose cause has ended for all contacts at once."""
    conn.execute(sa.update(alarms).where(alarms.c.settled_at.is_(None), alarms.c.kind == kind).values(settled_at=now))


def open_alarms(conn: Connection, limit: int = 100) -> list[Alarm]:
    """Alarms whose cause has not ended, newest first; unacknowledged before acknowledged."""
    rows = conn.execute(
        sa.select(alarms)
        .where(alarms.c.settled_at.is_(None))
        .order_by(alarms.c.acknowledged_at.is_not(None), alarms.c.raised_at.desc())
        .limit(limit),
    )
    return [_alarm(row) for row in rows]


def get_alarm(conn: Connection, alarm_id: str) -> Alarm | None:
    """One alarm, open or ended."""
    row = conn.execute(sa.select(alarms).where(alarms.c.id == alarm_id)).one_or_none()
    return None if row is None else _alarm(row)


def _alarm(row: Row[Any]) -> Alarm:
    return Alarm(
        id=row.id,
        kind=AlarmKind(row.kind),
        contact_id=row.contact_id,
        raised_at=row.raised_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        settled_at=row.settled_at,
        token=row.token,
    )


def add_page(conn: Connection, alarm_id: str, person_id: str, now: datetime) -> str | None:
    """Write that a person is to be called about an alarm; ``None`` when that was promised before."""
    row = {"id": new_id(), "alarm_id": alarm_id, "person_id": person_id, "at": now, "carrier": "", "state": "promised"}
    statement = upsert(conn, pages).values(**row).on_conflict_do_nothing(index_elements=["alarm_id", "person_id"])
    return conn.execute(statement.returning(pages.c.id)).scalar_one_or_none()


def get_page(conn: Connection, page_id: str) -> Page | None:
    """One page, or ``None``."""
    row = conn.execute(sa.select(pages).where(pages.c.id == page_id)).one_or_none()
    return None if row is None else Page(row.id, row.alarm_id, row.person_id, row.at, row.carrier, row.state)


def settle_page(conn: Connection, page_id: str, *, carrier: str, state: str) -> None:
    """Write what a carrier did with a page."""
    conn.execute(sa.update(pages).where(pages.c.id == page_id).values(carrier=carrier[:16], state=state))


def recent_pages(conn: Connection, limit: int = 20) -> list[Page]:
    """The newest pages, newest first."""
    rows = conn.execute(sa.select(pages).order_by(pages.c.at.desc()).limit(limit))
    return [Page(row.id, row.alarm_id, row.person_id, row.at, row.carrier, row.state) for row in rows]
