"""Rows about the people of the helpline: accounts, invitations, sessions, presence."""

import sqlalchemy as sa

from hotline.storage.base import Json, UtcDateTime, metadata

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("login", sa.String(64), nullable=False, unique=True, doc="name typed at sign-in, lower case"),
    sa.Column("alias", sa.String(40), nullable=False, doc="first name or alias a seeker sees"),
    sa.Column("roles", Json, nullable=False, doc="list of domain.contact.Role"),
    sa.Column("stage", sa.String(16), nullable=False, doc="routing.policy.Stage"),
    sa.Column("languages", Json, nullable=False, doc="list of domain.contact.Language"),
    sa.Column("password_hash", sa.String(200), nullable=False, doc="argon2id"),
    sa.Column("phone", sa.LargeBinary, nullable=True, doc="sealed number for pages; NULL where none was left"),
    sa.Column("totp_secret", sa.LargeBinary, nullable=True, doc="sealed; NULL without a second factor"),
    sa.Column("totp_pending", sa.LargeBinary, nullable=True, doc="sealed; waits for its first code"),
    sa.Column("totp_last_step", sa.BigInteger, nullable=True, doc="the last 30 s step used, so that a code works once"),
    sa.Column("demo", sa.Boolean, nullable=False, doc="invented person; signs in from this machine only"),
    sa.Column("created_at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("disabled_at", UtcDateTime, nullable=True, doc="since when sign-in is refused"),
)

invites = sa.Table(
    "invites",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True, doc="keyed hash of the token in the link"),
    sa.Column("roles", Json, nullable=False, doc="roles given on acceptance"),
    sa.Column("login", sa.String(64), nullable=True, doc="proposed login"),
    sa.Column("alias", sa.String(40), nullable=True, doc="proposed alias"),
    sa.Column("invited_by", sa.String(32), nullable=False, doc="administrator, or 'operator'"),
    sa.Column("created_at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("expires_at", UtcDateTime, nullable=False, doc="72 h later"),
    sa.Column("used_at", UtcDateTime, nullable=True, doc="when accepted"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id, shown in the list of sessions"),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True, doc="keyed hash of the cookie"),
    sa.Column("person_id", sa.String(32), nullable=False, index=True, doc="whose session"),
    sa.Column("created_at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("seen_at", UtcDateTime, nullable=False, doc="last use, to the minute"),
    sa.Column("expires_at", UtcDateTime, nullable=False, doc="12 h after sign-in"),
    sa.Column("ended_at", UtcDateTime, nullable=True, doc="when signed out or revoked"),
)

presence = sa.Table(
    "presence",
    metadata,
    sa.Column("person_id", sa.String(32), primary_key=True, doc="who"),
    sa.Column("on_duty", sa.Boolean, nullable=False, doc="wants contacts"),
    sa.Column("since", UtcDateTime, nullable=False, doc="on or off duty since"),
    sa.Column("beat_at", UtcDateTime, nullable=False, doc="last sign of life of the desk"),
)

staff_log = sa.Table(
    "staff_log",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("at", UtcDateTime, nullable=False, index=True, doc="when"),
    sa.Column("actor_id", sa.String(32), nullable=False, doc="who did it, or 'operator'"),
    sa.Column("person_id", sa.String(32), nullable=True, doc="to whom"),
    sa.Column("kind", sa.String(32), nullable=False, doc="signed_in, invited, roles_changed, revoked …"),
    sa.Column("details", Json, nullable=False, doc="ids and roles only"),
)
