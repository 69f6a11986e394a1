"""Rows about what was done: the append-only log with its chain heads, actions with their states, emergency dispatches."""

import sqlalchemy as sa

from hotline.storage.base import Json, UtcDateTime, metadata

log_entries = sa.Table(
    "log_entries",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="whose chain"),
    sa.Column("number", sa.Integer, primary_key=True, doc="1, 2, 3 … without gaps"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was committed"),
    sa.Column("kind", sa.String(32), nullable=False, doc="what happened, past tense"),
    sa.Column("actor", sa.String(32), nullable=False, doc="'seeker', 'machine', 'operator' or a person's id"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, doc="sealed JSON of the details"),
    sa.Column(
        "previous_hash", sa.LargeBinary, nullable=False, doc="hash of the entry before; 32 zero bytes for the first"
    ),
    sa.Column("hash", sa.LargeBinary, nullable=False, doc="interventions.chain.entry_hash over the sealed entry"),
)

chain_heads = sa.Table(
    "chain_heads",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="whose chain"),
    sa.Column("number", sa.Integer, nullable=False, doc="number of the newest entry"),
    sa.Column("hash", sa.LargeBinary, nullable=False, doc="hash of the newest entry"),
    sa.Column("signature", sa.LargeBinary, nullable=False, doc="Ed25519 over contact, number and hash"),
    sa.Column("at", UtcDateTime, nullable=False, index=True, doc="when the newest entry was written"),
)

anchors = sa.Table(
    "anchors",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, doc="1, 2, 3 …"),
    sa.Column(
        "at", UtcDateTime, nullable=False, doc="heads written up to this moment are in this or an earlier anchor"
    ),
    sa.Column("heads", Json, nullable=False, doc="contact id → [number, hash in hex] of chains that grew"),
    sa.Column("hash", sa.LargeBinary, nullable=False, doc="over the anchor before and these heads"),
    sa.Column("signature", sa.LargeBinary, nullable=False, doc="Ed25519 over the hash"),
)

actions = sa.Table(
    "actions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="for whom"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was written"),
    sa.Column("by", sa.String(32), nullable=False, doc="who wrote it"),
    sa.Column("kind", sa.String(24), nullable=False, doc="domain.contact.ActionKind"),
    sa.Column("state", sa.String(12), nullable=False, doc="domain.contact.ActionState; planned is never shown as done"),
    sa.Column("note", sa.LargeBinary, nullable=False, doc="sealed note"),
)

dispatches = sa.Table(
    "dispatches",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="for whom"),
    sa.Column("service", sa.String(12), nullable=False, doc="police, ambulance, fire"),
    sa.Column("basis", sa.String(20), nullable=False, doc="act_in_progress, consent, imminent_unable"),
    sa.Column(
        "state", sa.String(16), nullable=False, doc="asked, authorised, called, refused, arrived, not_found, cancelled"
    ),
    sa.Column("details", sa.LargeBinary, nullable=False, doc="sealed: what was disclosed, note"),
    sa.Column("by", sa.String(32), nullable=False, doc="first signature: the listener"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when written"),
    sa.Column("called_at", UtcDateTime, nullable=True, doc="when the service was called"),
    sa.Column("countersigned_by", sa.String(32), nullable=True, doc="the supervisor who answered"),
    sa.Column("agreed", sa.Boolean, nullable=True, doc="what that supervisor said; a refusal is no signature"),
    sa.Column("countersigned_at", UtcDateTime, nullable=True, doc="when"),
    sa.Column("arrived_at", UtcDateTime, nullable=True, doc="when help was seen to arrive"),
)

closings = sa.Table(
    "closings",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="whose closing form"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when closed"),
    sa.Column("by", sa.String(32), nullable=False, doc="who closed"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, doc="sealed JSON: summary and next step in real life"),
)
