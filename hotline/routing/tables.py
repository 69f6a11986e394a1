"""Rows of the queue and of alarms; lanes are indexed so that a claim costs the same at any length of the queue."""

import sqlalchemy as sa

from hotline.storage.base import UtcDateTime, metadata

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
