"""Rows of the queue and of alarms; lanes are indexed so that a claim costs the same at any length of the queue."""

import sqlalchemy as sa

from hotline.storage.base import Json, UtcDateTime, metadata

queue = sa.Table(
    "queue",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="who waits or is held"),
    sa.Column("status", sa.String(8), nullable=False, doc="waiting, held or gone"),
    sa.Column("language", sa.String(8), nullable=False, doc="language of the contact"),
    sa.Column("lane", sa.String(8), nullable=False, doc="routing.policy.Lane"),
    sa.Column("severity", sa.Integer, nullable=False, doc="rank of the level, 0-4"),
    sa.Column("targets_missed", sa.Integer, nullable=False, doc="how often waiting raised the place"),
    sa.Column("queue_key", sa.BigInteger, nullable=False, doc="routing.policy.queue_key"),
    sa.Column("returned", sa.Boolean, nullable=False, doc="came back because a listener vanished or released"),
    sa.Column("owner_id", sa.String(32), nullable=True, doc="who holds it"),
    sa.Column("since", UtcDateTime, nullable=False, doc="waiting or held since"),
    sa.Index(
        "ix_queue_lanes",
        "language",
        "lane",
        "queue_key",
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    ),
    sa.Index(
        "ix_queue_late",
        "lane",
        "queue_key",
        sqlite_where=sa.text("status = 'waiting' AND targets_missed > 0"),
        postgresql_where=sa.text("status = 'waiting' AND targets_missed > 0"),
    ),
    sa.Index(
        "ix_queue_order",
        "queue_key",
        sqlite_where=sa.text("status = 'waiting'"),
        postgresql_where=sa.text("status = 'waiting'"),
    ),
    sa.Index(
        "ix_queue_held",
        "owner_id",
        sqlite_where=sa.text("status = 'held'"),
        postgresql_where=sa.text("status = 'held'"),
    ),
)

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="who waits"),
    sa.Column("person_id", sa.String(32), nullable=False, doc="who is asked"),
    sa.Column("level", sa.String(12), nullable=False, doc="domain.contact.Level when it was made"),
    sa.Column("reasons", Json, nullable=False, doc="list of routing.ranking.Reason"),
    sa.Column("state", sa.String(12), nullable=False, doc="routing.replies.OfferState"),
    sa.Column("why", sa.String(16), nullable=False, doc="a routing.replies.Decline or Withdrawal; empty otherwise"),
    sa.Column("by", sa.String(32), nullable=True, doc="who was first, or which supervisor assigned it"),
    sa.Column("offered_at", UtcDateTime, nullable=False, doc="when it was made"),
    sa.Column("due_at", UtcDateTime, nullable=False, doc="an answer is awaited until then"),
    sa.Column("ended_at", UtcDateTime, nullable=True, doc="when it was answered or ended"),
    sa.Index(
        "uq_offers_open",
        "person_id",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
    sa.Index("ix_offers_ended", "person_id", "ended_at"),
)

listening = sa.Table(
    "listening",
    metadata,
    sa.Column("person_id", sa.String(32), primary_key=True, doc="who listens"),
    sa.Column("gender", sa.String(8), nullable=True, doc="routing.ranking.Gender; NULL where nothing was said"),
    sa.Column("topics", Json, nullable=False, doc="triage heads this person is glad to be asked about"),
    sa.Column("again", sa.Boolean, nullable=False, doc="agrees to meet the same people again"),
    sa.Column("calls_by", sa.String(8), nullable=False, server_default="nothing", doc="domain.phone.CallsBy"),
    sa.Column("ready_at", UtcDateTime, nullable=True, doc="when their browser last said that it can take a call"),
)

wishes = sa.Table(
    "wishes",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="whose wishes"),
    sa.Column("gender", sa.String(8), nullable=True, doc="routing.ranking.Gender asked for; NULL for no wish"),
    sa.Column(
        "same_listener", sa.Boolean, nullable=False, doc="would like the listener of the contact this one follows"
    ),
    sa.Column(
        "no_shadowing", sa.Boolean, nullable=False, server_default=sa.false(), doc="nobody in training may read along"
    ),
)

shadowings = sa.Table(
    "shadowings",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, doc="whose conversation is read along"),
    sa.Column("person_id", sa.String(32), nullable=False, index=True, doc="who learns"),
    sa.Column("allowed_by", sa.String(32), nullable=False, doc="the supervisor who allowed it"),
    sa.Column("asked_at", UtcDateTime, nullable=False, doc="when the listener was asked"),
    sa.Column("agreed_at", UtcDateTime, nullable=True, doc="when the listener agreed; nothing is read before"),
    sa.Column("ended_at", UtcDateTime, nullable=True, doc="NULL while it is open"),
    sa.Column("why", sa.String(16), nullable=False, doc="routing.shadowings.Why once it ended; empty before"),
    sa.Index(
        "uq_shadowings_open",
        "contact_id",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)

companions = sa.Table(
    "companions",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="whose conversation"),
    sa.Column("person_id", sa.String(32), primary_key=True, doc="who is there beside the listener"),
    sa.Column("joined_at", UtcDateTime, nullable=False, doc="since when"),
    sa.Column("left_at", UtcDateTime, nullable=True, doc="NULL while they are there"),
    sa.Index("ix_companions_person", "person_id"),
)

handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="what is handed over"),
    sa.Column("by", sa.String(32), nullable=False, doc="who wrote it"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("summary", sa.LargeBinary, nullable=False, doc="sealed: what the next listener should know"),
)

asides = sa.Table(
    "asides",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="in whose conversation"),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, doc="1, 2, 3 … within the conversation"),
    sa.Column("by", sa.String(32), nullable=False, doc="who said it"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("text", sa.LargeBinary, nullable=False, doc="sealed; no page of the seeker reads this table"),
)

alarms = sa.Table(
    "alarms",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("kind", sa.String(24), nullable=False, doc="routing.ladder.AlarmKind"),
    sa.Column("contact_id", sa.String(32), nullable=True, index=True, doc="whose alarm, if a contact's"),
    sa.Column("token", sa.String(64), nullable=False, doc="a repeat carries the same token and is the same alarm"),
    sa.Column("raised_at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("acknowledged_at", UtcDateTime, nullable=True, doc="when a person took it"),
    sa.Column("acknowledged_by", sa.String(32), nullable=True, doc="who took it"),
    sa.Column("settled_at", UtcDateTime, nullable=True, doc="when its cause ended"),
    sa.UniqueConstraint("kind", "token", name="uq_alarms_token"),
    sa.Index(
        "ix_alarms_open",
        "raised_at",
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    ),
)

pages = sa.Table(
    "pages",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("alarm_id", sa.String(32), nullable=False, index=True, doc="why somebody is called"),
    sa.Column("person_id", sa.String(32), nullable=False, doc="who is called"),
    sa.Column("at", UtcDateTime, nullable=False, index=True, doc="when it was promised"),
    sa.Column("carrier", sa.String(16), nullable=False, doc="which carrier; empty until one tried"),
    sa.Column("state", sa.String(12), nullable=False, doc="promised, sent, failed, silent"),
    sa.UniqueConstraint("alarm_id", "person_id", name="uq_pages_person"),
)
