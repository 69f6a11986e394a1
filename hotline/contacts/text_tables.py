"""Tables of texts: each one that came or went, and the numbers that want none."""

import sqlalchemy as sa

from hotline.storage.base import UtcDateTime, metadata

texts = sa.Table(
    "texts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id; part of the address the provider tells"),
    sa.Column("contact_id", sa.String(32), sa.ForeignKey("contacts.id"), nullable=False, doc="with whom"),
    sa.Column("number", sa.Integer, nullable=False, doc="the message it carries"),
    sa.Column("part", sa.Integer, nullable=False, doc="which piece of a long message, from 1; 0 for one of theirs"),
    sa.Column("channel", sa.String(12), nullable=False, doc="sms or whatsapp"),
    sa.Column("line", sa.String(20), nullable=True, doc="our number; NULL until one of ours is sent"),
    sa.Column(
        "sid", sa.String(34), nullable=True, index=True, doc="the provider's id; NULL until sent and once erased"
    ),
    sa.Column("state", sa.String(12), nullable=False, doc="domain.texting.TextState"),
    sa.Column("error", sa.String(16), nullable=True, doc="domain.texting.Refusal or the provider's number"),
    sa.Column("attempts", sa.Integer, nullable=False, doc="how often it was handed over"),
    sa.Column("not_before", UtcDateTime, nullable=True, doc="whoever sends it has it until then"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it came or was promised"),
    sa.Column("changed_at", UtcDateTime, nullable=False, doc="when its state was written"),
    sa.Column("handled_at", UtcDateTime, nullable=True, doc="when a supervisor saw that it was not delivered"),
    sa.Column("handled_by", sa.String(32), nullable=True, doc="which supervisor"),
    sa.UniqueConstraint("contact_id", "number", "part", name="uq_texts_part"),
    sa.Index(
        "ix_texts_owed",
        "changed_at",
        sqlite_where=sa.text("handled_at IS NULL AND state IN ('refused','failed','undelivered')"),
        postgresql_where=sa.text("handled_at IS NULL AND state IN ('refused','failed','undelivered')"),
    ),
)

texters = sa.Table(
    "texters",
    metadata,
    sa.Column("lookup", sa.String(64), primary_key=True, doc="keyed hash of a telephone number"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it last wrote"),
    sa.Column("stopped_at", UtcDateTime, nullable=True, index=True, doc="since when it gets no texts; NULL else"),
)
