"""Reads and writes texts, one row for each piece sent; without rows, a repeat would send twice or never.

Who wants none is kept by a keyed hash of the number alone, because that outlives every contact.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.contacts.text_tables import texters, texts
from hotline.domain.contact import Channel
from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.domain.texting import NOT_REACHED, UNSENT, TextState
from hotline.storage.base import upsert


@dataclass(frozen=True, slots=True)
class Text:
    """One text; see the columns for each meaning."""

    id: str
    contact_id: str
    number: int
    part: int
    channel: Channel
    line: str | None
    sid: str | None
    state: TextState
    error: str | None
    attempts: int
    not_before: datetime | None
    at: datetime
    changed_at: datetime
    handled_at: datetime | None
    handled_by: str | None


def _text(row: Row[Any]) -> Text:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented public name
    return Text(**values | {"channel": Channel(row.channel), "state": TextState(row.state)})


def _row(contact_id: str, number: int, channel: Channel, now: datetime) -> dict[str, Any]:
    about = {"id": new_id(), "contact_id": contact_id, "number": number, "part": 1, "channel": channel}
    return about | {"attempts": 0, "at": now, "changed_at": now}


def came(
    conn: Connection, contact_id: str, number: int, *, channel: Channel, line: str | None, sid: str, now: datetime
) -> None:
    """Write that a message came as a text, to which of our numbers."""
    given = {"part": 0, "line": line, "sid": sid, "state": TextState.RECEIVED}
    conn.execute(sa.insert(texts).values(**_row(contact_id, number, channel, now) | given))


def promise(conn: Connection, contact_id: str, number: int, *, channel: Channel, parts: int, now: datetime) -> None:
    """Write that a message goes out as so many texts."""
    row = _row(contact_id, number, channel, now) | {"state": TextState.PROMISED}
    conn.execute(sa.insert(texts), [row | {"id": new_id(), "part": part} for part in range(1, parts + 1)])


def line_of(conn: Connection, contact_id: str, channel: Channel) -> str | None:
    """Our number that this person last wrote to on this channel."""
    mine = sa.and_(texts.c.contact_id == contact_id, texts.c.channel == channel, texts.c.state == TextState.RECEIVED)
    row = conn.execute(sa.select(texts.c.line).where(mine).order_by(texts.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else row.line


def last_channel(conn: Connection, contact_id: str) -> Channel | None:
    """By which channel this person texted last; ``None`` where they never did."""
    mine = sa.and_(texts.c.contact_id == contact_id, texts.c.state == TextState.RECEIVED)
    found = conn.execute(sa.select(texts.c.channel).where(mine).order_by(texts.c.number.desc()).limit(1))
    channel = found.scalar_one_or_none()
    return None if channel is None else Channel(channel)


def next_unsent(conn: Connection, contact_id: str) -> Text | None:
    """The first text of this contact that is not handed over yet; the caller holds the contact's row."""
    row = conn.execute(
        sa.select(texts)
        .where(texts.c.contact_id == contact_id, texts.c.state.in_(UNSENT))
        .order_by(texts.c.number, texts.c.part)
        .limit(1)
    ).one_or_none()
    return None if row is None else _text(row)


def take(conn: Connection, text: Text, *, line: str, until: datetime, now: datetime) -> Text:
    """Have a text to oneself until then, to send it from ``line``."""
    taken = {"state": TextState.SENDING, "line": line, "not_before": until, "changed_at": now}
    change = sa.update(texts).where(texts.c.id == text.id)
    return _text(conn.execute(change.values(attempts=text.attempts + 1, **taken).returning(texts)).one())


def put_back(conn: Connection, text_id: str, now: datetime, *, in_doubt: bool) -> None:
    """Let somebody else try: whoever finds it as being sent asks the network first whether it has it."""
    state = TextState.SENDING if in_doubt else TextState.PROMISED
    still = sa.and_(texts.c.id == text_id, texts.c.state.in_(UNSENT))
    conn.execute(sa.update(texts).where(still).values(state=state, not_before=None, changed_at=now))


def get(conn: Connection, text_id: str) -> Text:
    """One text; raises ``NotFound``."""
    row = conn.execute(sa.select(texts).where(texts.c.id == text_id)).one_or_none()
    if row is None:
        raise NotFound("no such text")
    return _text(row)


def reach(
    conn: Connection, text_id: str, state: TextState, now: datetime, *, sid: str | None = None, error: str | None = None
) -> bool:
    """Write how far a text has come, unless it has come further; gives whether that is new."""
    lower = [one for one in TextState if one.rank < state.rank]
    given = {} if sid is None else {"sid": sid}
    if given:
        conn.execute(sa.update(texts).where(texts.c.id == text_id, texts.c.sid.is_(None)).values(**given))
    further = sa.update(texts).where(texts.c.id == text_id, texts.c.state.in_(lower))
    return conn.execute(further.values(state=state, error=error, not_before=None, changed_at=now)).rowcount > 0


def again(conn: Connection, text_id: str, now: datetime) -> bool:
    """Let a text that was not delivered be sent once more; ``False`` when it was."""
    lost = sa.and_(texts.c.id == text_id, texts.c.state.in_(NOT_REACHED), texts.c.handled_at.is_(None))
    fresh = {"state": TextState.PROMISED, "sid": None, "error": None, "not_before": None, "changed_at": now}
    return conn.execute(sa.update(texts).where(lost).values(**fresh)).rowcount > 0


def handle(conn: Connection, text_id: str, *, by: str, now: datetime) -> bool:
    """Write that a supervisor saw to a text that was not delivered; ``False`` when somebody did before."""
    owed = sa.and_(texts.c.id == text_id, texts.c.state.in_(NOT_REACHED), texts.c.handled_at.is_(None))
    return conn.execute(sa.update(texts).where(owed).values(handled_at=now, handled_by=by)).rowcount > 0


def owed(conn: Connection, limit: int = 200) -> list[Text]:
    """Texts that were not delivered and that no supervisor saw to, the oldest first."""
    lost = sa.and_(texts.c.handled_at.is_(None), texts.c.state.in_(NOT_REACHED))
    return [_text(row) for row in conn.execute(sa.select(texts).where(lost).order_by(texts.c.changed_at).limit(limit))]


def of_contact(conn: Connection, contact_id: str, after: int = 0) -> dict[int, list[Text]]:
    """The texts of this contact's messages beyond number ``after``, by message."""
    mine = sa.and_(texts.c.contact_id == contact_id, texts.c.number > after)
    found: dict[int, list[Text]] = {}
    for row in conn.execute(sa.select(texts).where(mine).order_by(texts.c.number, texts.c.part)):
        found.setdefault(row.number, []).append(_text(row))
    return found


def known_sids(conn: Connection, sids: Iterable[str]) -> set[str]:
    """Those of these provider's ids that we know."""
    return set(conn.execute(sa.select(texts.c.sid).where(texts.c.sid.in_(list(sids)))).scalars())


def write_down_texter(conn: Connection, lookup: str, now: datetime) -> datetime | None:
    """Write that this number wrote, and hold its row until the commit; gives since when it wants no texts."""
    statement = upsert(conn, texters).values(lookup=lookup, at=now)
    statement = statement.on_conflict_do_update(index_elements=["lookup"], set_={"at": now})
    stopped: datetime | None = conn.execute(statement.returning(texters.c.stopped_at)).scalar_one()
    return stopped


def set_stopped(conn: Connection, lookup: str, stopped_at: datetime | None, now: datetime) -> None:
    """Send no more texts to this number, or send them again (``None``)."""
    statement = upsert(conn, texters).values(lookup=lookup, at=now, stopped_at=stopped_at)
    conn.execute(statement.on_conflict_do_update(index_elements=["lookup"], set_={"stopped_at": stopped_at}))


def is_stopped(conn: Connection, lookup: str) -> bool:
    """Whether this number wants no texts."""
    wanted = sa.and_(texters.c.lookup == lookup, texters.c.stopped_at.is_not(None))
    return conn.execute(sa.select(texters.c.lookup).where(wanted)).one_or_none() is not None


def forget_texters(conn: Connection, moment: datetime) -> None:
    """Forget numbers that did not write since then; a wish for no texts is kept."""
    conn.execute(sa.delete(texters).where(texters.c.at < moment, texters.c.stopped_at.is_(None)))


def furthest_behind(found: Sequence[Text]) -> Text:
    """The piece of a message that says how it stands: one not delivered, else the one that has come least far."""
    lost = [one for one in found if one.state in NOT_REACHED]
    return (lost or sorted(found, key=lambda one: one.state.rank))[0]
