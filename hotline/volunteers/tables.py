"""Rows about the people of the helpline: accounts, presence, shifts and rest; unwritten, nobody would know who rests."""

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

duty_spans = sa.Table(
    "duty_spans",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("person_id", sa.String(32), nullable=False, doc="who was present"),
    sa.Column("start_at", UtcDateTime, nullable=False, doc="went on duty"),
    sa.Column("end_at", UtcDateTime, nullable=True, doc="went off duty; NULL while present"),
    sa.Index("ix_duty_spans_person", "person_id", "start_at"),
)

served = sa.Table(
    "served",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="the contact that was closed"),
    sa.Column("person_id", sa.String(32), nullable=False, doc="who held it"),
    sa.Column("urgent", sa.Boolean, nullable=False, doc="whether it stood at imminent or high at its end"),
    sa.Column("begun_at", UtcDateTime, nullable=False, doc="when it was taken"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when its closing form was filled in"),
    sa.Index("ix_served_person", "person_id", "at"),
)

care = sa.Table(
    "care",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("person_id", sa.String(32), nullable=False, doc="whom it is about"),
    sa.Column("kind", sa.String(12), nullable=False, doc="volunteers.wellbeing.CareKind"),
    sa.Column("reason", sa.String(24), nullable=False, doc="a code: after_urgent, own_word, imminent, supervisor …"),
    sa.Column("contact_id", sa.String(32), nullable=True, doc="after which contact, if after one"),
    sa.Column("start_at", UtcDateTime, nullable=False, doc="since when"),
    sa.Column("until", UtcDateTime, nullable=True, doc="ends by itself then; NULL until a person ends it"),
    sa.Column("by", sa.String(32), nullable=False, doc="who wrote it, or 'machine'"),
    sa.Column("ended_at", UtcDateTime, nullable=True, doc="when a person ended it"),
    sa.Column("ended_by", sa.String(32), nullable=True, doc="who ended it"),
    sa.Column("note", sa.LargeBinary, nullable=True, doc="a supervisor's or colleague's words, sealed"),
    sa.Index(
        "ix_care_open",
        "person_id",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)

certificates = sa.Table(
    "certificates",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("person_id", sa.String(32), nullable=False, index=True, doc="whose"),
    sa.Column("kind", sa.String(12), nullable=False, doc="volunteers.wellbeing.CertificateKind"),
    sa.Column("granted_on", sa.Date, nullable=False, doc="day it was given"),
    sa.Column("expires_on", sa.Date, nullable=False, doc="last day it holds"),
    sa.Column("by", sa.String(32), nullable=False, doc="the supervisor who wrote it down"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was written down"),
    sa.Column("withdrawn_at", UtcDateTime, nullable=True, doc="when it was taken back"),
)

patterns = sa.Table(
    "rota_patterns",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("person_id", sa.String(32), nullable=False, index=True, doc="whose shifts"),
    sa.Column("zone", sa.String(64), nullable=False, doc="IANA zone of the wall clock"),
    sa.Column("weekdays", Json, nullable=False, doc="list of 0 (Monday) to 6"),
    sa.Column("start_minute", sa.Integer, nullable=False, doc="minutes after local midnight, 0-1439"),
    sa.Column("end_minute", sa.Integer, nullable=False, doc="the same; not after the start means the next day"),
    sa.Column("first_day", sa.Date, nullable=False, doc="first local day"),
    sa.Column("last_day", sa.Date, nullable=True, doc="last local day; NULL for ever"),
    sa.Column("written_until", sa.Date, nullable=True, doc="shifts are written up to this day"),
    sa.Column("by", sa.String(32), nullable=False, doc="who made it"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("ended_at", UtcDateTime, nullable=True, doc="when it was ended"),
)

holidays = sa.Table(
    "rota_holidays",
    metadata,
    sa.Column("day", sa.Date, primary_key=True, doc="local day without patterns"),
    sa.Column("name", sa.String(60), nullable=False, doc="what it is called"),
    sa.Column("by", sa.String(32), nullable=False, doc="who wrote it"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when"),
)

shifts = sa.Table(
    "shifts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("person_id", sa.String(32), nullable=False, doc="who listens; changes with a swap"),
    sa.Column("start_at", UtcDateTime, nullable=False, doc="begins"),
    sa.Column("end_at", UtcDateTime, nullable=False, index=True, doc="ends"),
    sa.Column("zone", sa.String(64), nullable=False, doc="IANA zone it was planned in"),
    sa.Column("pattern_id", sa.String(32), nullable=True, doc="the pattern it came from"),
    sa.Column("pattern_day", sa.Date, nullable=True, doc="the pattern's local day"),
    sa.Column("by", sa.String(32), nullable=False, doc="who planned it, or 'machine'"),
    sa.Column("reminded_at", UtcDateTime, nullable=True, doc="when the person was reminded"),
    sa.UniqueConstraint("pattern_id", "pattern_day", name="uq_shifts_pattern"),
    sa.Index("ix_shifts_person", "person_id", "start_at"),
)

swaps = sa.Table(
    "shift_swaps",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("shift_id", sa.String(32), nullable=False, index=True, doc="which shift is given away"),
    sa.Column("asked_by", sa.String(32), nullable=False, doc="who gives it"),
    sa.Column("asked_of", sa.String(32), nullable=True, doc="who is asked; NULL for everybody"),
    sa.Column("state", sa.String(12), nullable=False, doc="volunteers.rota.SwapState"),
    sa.Column("taken_by", sa.String(32), nullable=True, doc="who would take it"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was asked"),
    sa.Column("decided_by", sa.String(32), nullable=True, doc="the supervisor who decided"),
    sa.Column("settled_at", UtcDateTime, nullable=True, doc="when it was over; NULL while it is open"),
    sa.Index(
        "uq_shift_swaps_open",
        "shift_id",
        unique=True,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    ),
)

calendar_links = sa.Table(
    "calendar_links",
    metadata,
    sa.Column("person_id", sa.String(32), primary_key=True, doc="whose rota"),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True, doc="keyed hash of the token in the link"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was made"),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("person_id", sa.String(32), nullable=False, doc="who is told"),
    sa.Column("kind", sa.String(32), nullable=False, doc="what about; words in consoles/care_labels.html"),
    sa.Column("data", Json, nullable=False, doc="ids, moments and codes only"),
    sa.Column("dedupe_key", sa.String(120), nullable=False, unique=True, doc="the same notice twice is one notice"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("seen_at", UtcDateTime, nullable=True, doc="when the person put it away"),
    sa.Index(
        "ix_notices_open",
        "person_id",
        sqlite_where=sa.text("seen_at IS NULL"),
        postgresql_where=sa.text("seen_at IS NULL"),
    ),
)

practices = sa.Table(
    "practices",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("person_id", sa.String(32), nullable=False, index=True, doc="who practises"),
    sa.Column("scenario", sa.String(32), nullable=False, doc="which scenario of config/practice.toml"),
    sa.Column("language", sa.String(8), nullable=False, doc="in which language"),
    sa.Column("state", sa.String(20), nullable=False, doc="in_conversation, wrapping_up, closed"),
    sa.Column("started_at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("first_reply_at", UtcDateTime, nullable=True, doc="when the listener first wrote"),
    sa.Column("ended_at", UtcDateTime, nullable=True, doc="when the conversation was over"),
    sa.Column("closed_at", UtcDateTime, nullable=True, doc="when the closing form was sent; NULL while it goes on"),
    sa.Column(
        "record", sa.LargeBinary, nullable=False, doc="sealed JSON: level, asked, answers, actions, closing form"
    ),
    sa.Index(
        "uq_practices_open",
        "person_id",
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    ),
)

practice_lines = sa.Table(
    "practice_lines",
    metadata,
    sa.Column("practice_id", sa.String(32), primary_key=True, doc="which exercise"),
    sa.Column("number", sa.Integer, primary_key=True, doc="1, 2, 3 …"),
    sa.Column("author", sa.String(12), nullable=False, doc="seeker (invented) or listener"),
    sa.Column("step", sa.String(16), nullable=False, doc="which line of the script; empty for the listener"),
    sa.Column("client_message_id", sa.String(64), nullable=False, doc="the sender's id; a repeat is the same line"),
    sa.Column("at", UtcDateTime, nullable=False, doc="shown from this moment on, which may be to come"),
    sa.Column("text", sa.LargeBinary, nullable=False, doc="sealed; an empty text is a silence and never shown"),
)
