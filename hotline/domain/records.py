"""Facts the stages hand forward: a contact, a message, a person, a session, each as the database has it at one moment.

They are frozen: a room that could change one would be telling upstream what happened.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hotline.domain.contact import Author, Channel, Language, Level, Region, Role, State


@dataclass(frozen=True, slots=True)
class Contact:
    """One person's contact as the database has it now; see the columns of ``contacts`` for each meaning."""

    id: str
    pseudonym: str
    state: State
    token: str
    channel: Channel
    reply_by: Channel
    language: Language
    region: Region
    third_party: bool
    follows_contact_id: str | None
    first_visible_number: int
    level: Level
    promise: dict[str, dict[str, Any]]
    owner_id: str | None
    last_number: int
    seeker_number: int
    judged_number: int
    position_shown: int | None
    arrived_at: datetime
    acknowledged_at: datetime | None
    waiting_since: datetime | None
    accepted_at: datetime | None
    first_reply_at: datetime | None
    seeker_wrote_at: datetime | None
    unanswered_since: datetime | None
    settled_number: int
    listener_wrote_at: datetime | None
    seeker_seen_at: datetime
    ended_at: datetime | None
    abandoned_at: datetime | None
    closed_at: datetime | None
    outcome: str | None
    asked_directly: str | None
    erased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message in clear; ``number`` counts within its contact."""

    number: int
    author: Author
    author_id: str | None
    client_message_id: str
    at: datetime
    text: str
    channel: Channel = Channel.WEB


@dataclass(frozen=True, slots=True)
class Person:
    """One person of the helpline."""

    id: str
    login: str
    alias: str
    roles: frozenset[Role]
    stage: str
    languages: tuple[str, ...]
    password_hash: str
    phone: bytes | None
    totp_secret: bytes | None
    totp_pending: bytes | None
    totp_last_step: int | None
    demo: bool
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """One signed-in browser or program."""

    id: str
    person_id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
