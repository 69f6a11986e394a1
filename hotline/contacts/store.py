"""Reads and writes contacts and messages; the only room that turns sealed rows into words and back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from hotline.contacts import vault
from hotline.contacts.tables import contacts, messages, seeker_keys
from hotline.domain.contact import Author, Channel, Language, Level, Region, State
from hotline.domain.errors import NotFound
from hotline.domain.ids import new_id
from hotline.domain.records import Contact, Message
from hotline.storage.base import upsert
from hotline.storage.sealed import Keyring

keep_identity = vault.keep_identity
open_identity = vault.open_identity
destroy_identity = vault.destroy_identity
contacts_of_number = vault.contacts_of_number
lookups_of = vault.lookups_of
destroy_addresses_closed_before = vault.destroy_addresses_closed_before


def _contact(row: Row[Any]) -> Contact:
    values = dict(row._mapping)  # noqa: SLF001  # SQLAlchemy's documented public name
    return Contact(
        **values
        | {
            "state": State(row.state),
            "channel": Channel(row.channel),
            "reply_by": Channel(row.reply_by),
            "language": Language(row.language),
            "region": Region(row.region),
            "level": Level(row.level),
        },
    )


def add_contact(conn: Connection, values: dict[str, Any]) -> Contact:
    """Insert one contact; ``values`` are its columns."""
    return _contact(conn.execute(sa.insert(contacts).values(**values).returning(contacts)).one())


_ONE = sa.select(contacts).where(contacts.c.id == sa.bindparam("contact_id"))
_ONE_LOCKED = _ONE.with_for_update()


def get_contact(conn: Connection, contact_id: str, *, lock: bool = False) -> Contact:
    """One contact; ``lock`` holds its row until the commit. Raises ``NotFound``."""
    row = conn.execute(_ONE_LOCKED if lock else _ONE, {"contact_id": contact_id}).one_or_none()
    if row is None:
        raise NotFound("no such contact")
    return _contact(row)


_SOME = sa.select(contacts).where(contacts.c.id.in_(sa.bindparam("ids", expanding=True)))


def get_contacts(conn: Connection, ids: list[str]) -> dict[str, Contact]:
    """Several contacts by id."""
    return {row.id: _contact(row) for row in conn.execute(_SOME, {"ids": ids})}


def chain_of(conn: Connection, contact: Contact, earlier: int) -> list[Contact]:
    """This contact and those it follows, newest first; at most ``earlier`` earlier ones."""
    found = [contact]
    while found[-1].follows_contact_id is not None and len(found) <= earlier:
        found.append(get_contact(conn, found[-1].follows_contact_id))
    return found


def update_contact(conn: Connection, contact_id: str, **values: Any) -> Contact:
    """Write some columns of one contact and give it back."""
    row = conn.execute(
        sa.update(contacts).where(contacts.c.id == contact_id).values(**values).returning(contacts),
    ).one_or_none()
    if row is None:
        raise NotFound("no such contact")
    return _contact(row)


def in_states(
    conn: Connection, states: list[State], *, before: datetime | None = None, limit: int = 200
) -> list[Contact]:
    """Contacts in some states, oldest first; ``before`` keeps those whose seeker was last seen earlier."""
    statement = sa.select(contacts).where(contacts.c.state.in_(states)).order_by(contacts.c.arrived_at).limit(limit)
    if before is not None:
        statement = statement.where(contacts.c.seeker_seen_at < before)
    return [_contact(row) for row in conn.execute(statement)]


def unjudged(conn: Connection, *, written_before: datetime, limit: int = 200) -> list[Contact]:
    """Open contacts with words that were written before this moment and never judged, oldest first."""
    rows = conn.execute(
        sa.select(contacts)
        .where(
            contacts.c.state != State.CLOSED,
            contacts.c.judged_number < contacts.c.seeker_number,
            contacts.c.seeker_wrote_at < written_before,
        )
        .order_by(contacts.c.arrived_at)
        .limit(limit),
    )
    return [_contact(row) for row in rows]


def held_by(conn: Connection, person_id: str) -> list[Contact]:
    """Contacts a listener holds, in conversation or wrapping up, oldest first."""
    rows = conn.execute(
        sa.select(contacts)
        .where(contacts.c.owner_id == person_id, contacts.c.state.in_([State.IN_CONVERSATION, State.WRAPPING_UP]))
        .order_by(contacts.c.accepted_at),
    )
    return [_contact(row) for row in rows]


_BY_OWNER = sa.select(contacts.c.owner_id, sa.func.count()).group_by(contacts.c.owner_id)
_FORMS_OWED = _BY_OWNER.where(
    contacts.c.state == State.WRAPPING_UP,
    contacts.c.level.in_([level.value for level in Level if not level.urgent]),
    contacts.c.owner_id.in_(sa.bindparam("ids", expanding=True)),
)
_TAKEN = _BY_OWNER.where(contacts.c.arrived_at >= sa.bindparam("since"), contacts.c.owner_id.is_not(None))


def forms_owed(conn: Connection, person_ids: Sequence[str]) -> dict[str, int]:
    """How many calm conversations of each of these people have ended and lack only their closing form."""
    return {owner: int(number) for owner, number in conn.execute(_FORMS_OWED, {"ids": person_ids})}


def taken_since(conn: Connection, since: datetime) -> dict[str, int]:
    """How many contacts that arrived since then each listener took."""
    return {owner: int(number) for owner, number in conn.execute(_TAKEN, {"since": since})}


def newest_since(conn: Connection, since: datetime, limit: int = 1000) -> list[tuple[Level, datetime]]:
    """The level and arrival of the newest contacts that arrived since then, newest first."""
    rows = conn.execute(
        sa.select(contacts.c.level, contacts.c.arrived_at)
        .where(contacts.c.arrived_at >= since)
        .order_by(contacts.c.arrived_at.desc())
        .limit(limit),
    )
    return [(Level(level), at) for level, at in rows]


def unanswered(conn: Connection, before: datetime) -> list[Contact]:
    """Conversations whose seeker has waited for an answer since before then, the longest first."""
    rows = conn.execute(
        sa.select(contacts)
        .where(contacts.c.state == State.IN_CONVERSATION, contacts.c.unanswered_since < before)
        .order_by(contacts.c.unanswered_since),
    )
    return [_contact(row) for row in rows]


def closed_between(conn: Connection, start: datetime, end: datetime) -> list[Contact]:
    """Contacts that were closed from ``start`` on and before ``end``."""
    rows = conn.execute(sa.select(contacts).where(contacts.c.closed_at >= start, contacts.c.closed_at < end))
    return [_contact(row) for row in rows]


def talk_seconds(conn: Connection, since: datetime, limit: int = 200) -> list[float]:
    """How long the newest conversations took that ended since then, in seconds; by an index of their own."""
    rows = conn.execute(
        sa.select(contacts.c.accepted_at, contacts.c.ended_at)
        .where(contacts.c.ended_at >= since, sa.text("accepted_at IS NOT NULL"))
        .order_by(contacts.c.ended_at.desc())
        .limit(limit),
    )
    return [(row.ended_at - row.accepted_at).total_seconds() for row in rows]


def touch_seeker(conn: Connection, contact_id: str, now: datetime) -> None:
    """Write that the seeker's page gave a sign of life."""
    conn.execute(sa.update(contacts).where(contacts.c.id == contact_id).values(seeker_seen_at=now))


def find_message(conn: Connection, keys: Keyring, contact_id: str, author: Author, client_id: str) -> Message | None:
    """The message a client sent before under this id, or ``None``."""
    row = conn.execute(
        sa.select(messages).where(
            messages.c.contact_id == contact_id,
            messages.c.author == author,
            messages.c.client_message_id == client_id,
        ),
    ).one_or_none()
    return None if row is None else _message(conn, keys, row)


def add_message(
    conn: Connection,
    keys: Keyring,
    contact_id: str,
    message: Message,
) -> Message:
    """Seal and insert a message under the contact's next number (``message.number`` is ignored)."""
    number: int = conn.execute(
        sa.update(contacts)
        .where(contacts.c.id == contact_id)
        .values(last_number=contacts.c.last_number + 1)
        .returning(contacts.c.last_number),
    ).scalar_one()
    message_id = new_id()
    conn.execute(
        sa.insert(messages).values(
            id=message_id,
            contact_id=contact_id,
            number=number,
            author=message.author,
            author_id=message.author_id,
            client_message_id=message.client_message_id,
            at=message.at,
            body=keys.seal(conn, contact_id, f"messages.body.{message_id}", message.text),
            channel=message.channel,
        ),
    )
    return replace(message, number=number)


def read_messages(
    conn: Connection, keys: Keyring, contact_id: str, *, after: int = 0, limit: int = 500
) -> list[Message]:
    """Messages with a number above ``after``, in order, opened."""
    rows = conn.execute(
        sa.select(messages)
        .where(messages.c.contact_id == contact_id, messages.c.number > after)
        .order_by(messages.c.number)
        .limit(limit),
    )
    return [_message(conn, keys, row) for row in rows]


def seeker_texts(conn: Connection, keys: Keyring, contact_id: str, limit: int = 200) -> list[Message]:
    """The seeker's last ``limit`` messages, oldest first."""
    rows = conn.execute(
        sa.select(messages)
        .where(messages.c.contact_id == contact_id, messages.c.author == Author.SEEKER)
        .order_by(messages.c.number.desc())
        .limit(limit),
    ).all()
    return [_message(conn, keys, row) for row in reversed(rows)]


def _message(conn: Connection, keys: Keyring, row: Row[Any]) -> Message:
    text = keys.unseal(conn, row.contact_id, f"messages.body.{row.id}", row.body)
    by = Channel(row.channel)
    return Message(row.number, Author(row.author), row.author_id, row.client_message_id, row.at, text, by)


def give_key(conn: Connection, keys: Keyring, contact_id: str, kind: str, secret: str, now: datetime) -> None:
    """Let a secret (session token or codename) open a contact; a new codename replaces the old one."""
    if kind == "codename":
        conn.execute(sa.delete(seeker_keys).where(seeker_keys.c.contact_id == contact_id, seeker_keys.c.kind == kind))
    row = {"hash": keys.blind(f"seeker.{kind}", secret), "contact_id": contact_id, "kind": kind, "created_at": now}
    conn.execute(upsert(conn, seeker_keys).values(**row).on_conflict_do_nothing(index_elements=["hash"]))


def move_codename(conn: Connection, from_contact: str, to_contact: str) -> None:
    """Let a codename open the contact that continues the old one."""
    conn.execute(
        sa.update(seeker_keys)
        .where(seeker_keys.c.contact_id == from_contact, seeker_keys.c.kind == "codename")
        .values(contact_id=to_contact),
    )


def move_sessions(conn: Connection, from_contact: str, to_contact: str) -> None:
    """Let the seeker's open page speak for the contact that follows the old one."""
    conn.execute(
        sa.update(seeker_keys)
        .where(seeker_keys.c.contact_id == from_contact, seeker_keys.c.kind == "session")
        .values(contact_id=to_contact),
    )


def contact_by_key(conn: Connection, keys: Keyring, kind: str, secret: str) -> str | None:
    """The contact a secret opens, or ``None``."""
    return conn.execute(
        sa.select(seeker_keys.c.contact_id).where(
            seeker_keys.c.hash == keys.blind(f"seeker.{kind}", secret),
            seeker_keys.c.kind == kind,
        ),
    ).scalar_one_or_none()


def has_key(conn: Connection, contact_id: str, kind: str) -> bool:
    """Whether a secret of this kind opens the contact."""
    mine = sa.and_(seeker_keys.c.contact_id == contact_id, seeker_keys.c.kind == kind)
    return conn.execute(sa.select(seeker_keys.c.hash).where(mine).limit(1)).one_or_none() is not None


def revoke_keys(conn: Connection, contact_id: str, kind: str) -> None:
    """Let no secret of this kind open the contact any more."""
    conn.execute(sa.delete(seeker_keys).where(seeker_keys.c.contact_id == contact_id, seeker_keys.c.kind == kind))
