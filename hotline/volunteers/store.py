"""Reads and writes accounts, sessions and presence; secrets are hashed or sealed before they come here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.domain.contact import Role
from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Person, Session
from hotline.storage.base import upsert
from hotline.volunteers.tables import duty_spans, invites, people, presence, sessions, staff_log

SILENT_FOR = timedelta(minutes=2)
"""How much of a desk's silence still counts as presence, in the hours of a week."""


@dataclass(frozen=True, slots=True)
class Invite:
    """An open invitation."""

    id: str
    roles: tuple[str, ...]
    login: str | None
    alias: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """Whether somebody is on duty, and since when."""

    person_id: str
    on_duty: bool
    since: datetime
    beat_at: datetime


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        login=row.login,
        alias=row.alias,
        roles=frozenset(Role(role) for role in row.roles),
        stage=row.stage,
        languages=tuple(row.languages),
        password_hash=row.password_hash,
        phone=row.phone,
        totp_secret=row.totp_secret,
        totp_pending=row.totp_pending,
        totp_last_step=row.totp_last_step,
        demo=row.demo,
        disabled_at=row.disabled_at,
    )


def add_person(conn: Connection, values: dict[str, Any]) -> Person:
    """Insert one person; raises ``sqlalchemy.exc.IntegrityError`` when the login exists."""
    return _person(conn.execute(sa.insert(people).values(**values).returning(people)).one())


_ONE = sa.select(people).where(people.c.id == sa.bindparam("person_id"))


def get_person(conn: Connection, person_id: str) -> Person:
    """One person; raises ``NotFound``."""
    row = conn.execute(_ONE, {"person_id": person_id}).one_or_none()
    if row is None:
        raise NotFound("no such person")
    return _person(row)


def person_by_login(conn: Connection, login: str) -> Person | None:
    """The person who signs in under this login, or ``None``."""
    row = conn.execute(sa.select(people).where(people.c.login == login)).one_or_none()
    return None if row is None else _person(row)


_EVERYBODY = sa.select(people).order_by(people.c.login)
_SOME = _EVERYBODY.where(people.c.id.in_(sa.bindparam("ids", expanding=True)))


def get_people(conn: Connection, ids: list[str] | None = None) -> dict[str, Person]:
    """Some people, or all, by id, in the order of their logins."""
    rows = conn.execute(_EVERYBODY) if ids is None else conn.execute(_SOME, {"ids": ids})
    return {row.id: _person(row) for row in rows}


def update_person(conn: Connection, person_id: str, **values: Any) -> None:
    """Write some columns of a person."""
    if conn.execute(sa.update(people).where(people.c.id == person_id).values(**values)).rowcount == 0:
        raise NotFound("no such person")


def use_totp_step(conn: Connection, person_id: str, step: int) -> bool:
    """Spend a 30 s step; ``False`` when it or a later one was used: a code works once, also in parallel."""
    return (
        conn.execute(
            sa.update(people)
            .where(people.c.id == person_id, sa.func.coalesce(people.c.totp_last_step, -1) < step)
            .values(totp_last_step=step),
        ).rowcount
        == 1
    )


def add_session(conn: Connection, values: dict[str, Any]) -> None:
    """Insert one session."""
    conn.execute(sa.insert(sessions).values(**values))


_SESSION = sa.select(sessions).where(
    sessions.c.token_hash == sa.bindparam("token_hash"),
    sessions.c.ended_at.is_(None),
    sessions.c.expires_at > sa.bindparam("now"),
)


def session_by_hash(conn: Connection, token_hash: str, now: datetime) -> Session | None:
    """The live session of this token, or ``None`` when ended, expired or unknown."""
    row = conn.execute(_SESSION, {"token_hash": token_hash, "now": now}).one_or_none()
    return None if row is None else Session(row.id, row.person_id, row.created_at, row.seen_at, row.expires_at)


def live_sessions(conn: Connection, person_id: str, now: datetime) -> list[Session]:
    """A person's live sessions, newest first."""
    rows = conn.execute(
        sa.select(sessions)
        .where(sessions.c.person_id == person_id, sessions.c.ended_at.is_(None), sessions.c.expires_at > now)
        .order_by(sessions.c.created_at.desc()),
    )
    return [Session(row.id, row.person_id, row.created_at, row.seen_at, row.expires_at) for row in rows]


def end_sessions(
    conn: Connection, person_id: str, now: datetime, *, only: str | None = None, keep: str | None = None
) -> int:
    """End one (``only``) or all sessions of a person, perhaps but one (``keep``); gives how many."""
    statement = sa.update(sessions).where(sessions.c.person_id == person_id, sessions.c.ended_at.is_(None))
    if only is not None:
        statement = statement.where(sessions.c.id == only)
    if keep is not None:
        statement = statement.where(sessions.c.id != keep)
    return conn.execute(statement.values(ended_at=now)).rowcount


def add_invite(conn: Connection, values: dict[str, Any]) -> None:
    """Insert one invitation."""
    conn.execute(sa.insert(invites).values(**values))


def open_invites(conn: Connection, now: datetime) -> list[Invite]:
    """Invitations that can still be accepted."""
    rows = conn.execute(
        sa.select(invites)
        .where(invites.c.used_at.is_(None), invites.c.expires_at > now)
        .order_by(invites.c.created_at),
    )
    return [Invite(row.id, tuple(row.roles), row.login, row.alias, row.expires_at) for row in rows]


def invite_by_hash(conn: Connection, token_hash: str, now: datetime, *, use: bool) -> Invite | None:
    """The open invitation of this token; ``use`` spends it in one statement, so that it works once."""
    open_one = sa.and_(invites.c.token_hash == token_hash, invites.c.used_at.is_(None), invites.c.expires_at > now)
    statement: Any = sa.select(invites).where(open_one)
    if use:
        statement = sa.update(invites).where(open_one).values(used_at=now).returning(invites)
    row = conn.execute(statement).one_or_none()
    return None if row is None else Invite(row.id, tuple(row.roles), row.login, row.alias, row.expires_at)


def set_duty(conn: Connection, person_id: str, now: datetime, *, on_duty: bool) -> None:
    """Go on or off duty; the hours of presence are written with it, because the week is counted from them."""
    if on_duty:
        _begin_span(conn, person_id, now)
    else:
        _end_span(conn, person_id, now)
    row = {"person_id": person_id, "on_duty": on_duty, "since": now, "beat_at": now}
    conn.execute(upsert(conn, presence).values(**row).on_conflict_do_update(index_elements=["person_id"], set_=row))


def _begin_span(conn: Connection, person_id: str, now: datetime) -> None:
    """A new stretch of presence, unless one lasts."""
    lasts = sa.select(duty_spans.c.id).where(duty_spans.c.person_id == person_id, duty_spans.c.end_at.is_(None))
    if conn.execute(lasts.limit(1)).scalar_one_or_none() is None:
        conn.execute(sa.insert(duty_spans).values(id=new_id(), person_id=person_id, start_at=now))


def _end_span(conn: Connection, person_id: str, now: datetime) -> None:
    """End the stretch of presence; of a desk that fell silent (a house switched off for a night) at its last sign."""
    last = conn.execute(sa.select(presence.c.beat_at).where(presence.c.person_id == person_id)).scalar_one_or_none()
    ended = now if last is None else min(now, last + SILENT_FOR)
    conn.execute(
        sa.update(duty_spans)
        .where(duty_spans.c.person_id == person_id, duty_spans.c.end_at.is_(None))
        .values(end_at=ended),
    )


def beat(conn: Connection, person_id: str, now: datetime) -> bool:
    """A sign of life of a desk on duty; ``False`` when the person is off duty."""
    return (
        conn.execute(
            sa.update(presence)
            .where(presence.c.person_id == person_id, presence.c.on_duty.is_(True))
            .values(beat_at=now),
        ).rowcount
        == 1
    )


def duty_of(conn: Connection, person_id: str, *, lock: bool = False) -> Duty | None:
    """A person's presence; ``lock`` makes two claims of one person wait for each other."""
    statement = sa.select(presence).where(presence.c.person_id == person_id)
    row = conn.execute(statement.with_for_update() if lock else statement).one_or_none()
    return None if row is None else Duty(row.person_id, row.on_duty, row.since, row.beat_at)


_ALIVE = (
    sa.select(presence)
    .where(presence.c.on_duty.is_(True), presence.c.beat_at >= sa.bindparam("since"))
    .order_by(presence.c.since)
)


def on_duty(conn: Connection, alive_since: datetime) -> list[Duty]:
    """Who is on duty and gave a sign of life since then."""
    rows = conn.execute(_ALIVE, {"since": alive_since})
    return [Duty(row.person_id, row.on_duty, row.since, row.beat_at) for row in rows]


def vanished(conn: Connection, silent_since: datetime) -> list[Duty]:
    """Who is marked on duty but gave no sign of life since then."""
    rows = conn.execute(sa.select(presence).where(presence.c.on_duty.is_(True), presence.c.beat_at < silent_since))
    return [Duty(row.person_id, row.on_duty, row.since, row.beat_at) for row in rows]


def note(
    conn: Connection, now: datetime, *, actor_id: str, kind: str, person_id: str | None = None, **details: Any
) -> None:
    """Write who did what to an account."""
    conn.execute(
        sa.insert(staff_log).values(
            id=new_id(),
            at=now,
            actor_id=actor_id,
            person_id=person_id,
            kind=kind,
            details=details,
        ),
    )


def noted(conn: Connection, kinds: Sequence[str], *, since: datetime | None) -> list[dict[str, str]]:
    """What the staff log says of these kinds about contacts, the oldest first: ids, kinds and times."""
    statement = sa.select(staff_log).where(staff_log.c.kind.in_(kinds)).order_by(staff_log.c.at)
    if since is not None:
        statement = statement.where(staff_log.c.at >= since)
    return [
        {"id": row.id, "at": row.at.isoformat(), "kind": row.kind, "contact_id": row.details["contact_id"]}
        for row in conn.execute(statement)
    ]
