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
    sa.Column(
        "erased_number", sa.Integer, nullable=True, doc="details up to here were erased; later ones have another key"
    ),
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
    sa.Column("tag", sa.String(16), nullable=True, doc="domain.contact.ReferralTag of a referral, else NULL"),
    sa.Column(
        "follows", sa.String(32), nullable=True, doc="the referral whose further course this is; NULL for a new one"
    ),
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

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="what is read again"),
    sa.Column("reasons", Json, nullable=False, doc="list of interventions.rubric.Why"),
    sa.Column("double", sa.Boolean, nullable=False, doc="two people rate it without seeing each other's points"),
    sa.Column("opened_at", UtcDateTime, nullable=False, doc="when the first reason arose"),
    sa.Column("due_at", UtcDateTime, nullable=False, doc="to be signed by then"),
    sa.Column("claimed_by", sa.String(32), nullable=True, doc="who reads it now"),
    sa.Column("claimed_at", UtcDateTime, nullable=True, doc="since when"),
    sa.Column("signed_by", sa.String(32), nullable=True, doc="the supervisor who signed it off"),
    sa.Column("signed_at", UtcDateTime, nullable=True, doc="when; NULL while it is owed"),
    sa.Column("read_at", UtcDateTime, nullable=True, doc="when the listener put the feedback away"),
    sa.Index(
        "uq_reviews_open",
        "contact_id",
        unique=True,
        sqlite_where=sa.text("signed_at IS NULL"),
        postgresql_where=sa.text("signed_at IS NULL"),
    ),
    sa.Index(
        "ix_reviews_due",
        "due_at",
        sqlite_where=sa.text("signed_at IS NULL"),
        postgresql_where=sa.text("signed_at IS NULL"),
    ),
    sa.Index("ix_reviews_signed", "signed_at"),
)

ratings = sa.Table(
    "ratings",
    metadata,
    sa.Column("review_id", sa.String(32), primary_key=True, doc="of which review"),
    sa.Column("by", sa.String(32), primary_key=True, doc="who rated"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when"),
    sa.Column(
        "scores", Json, nullable=False, doc="interventions.rubric.Item → points; left out where it does not apply"
    ),
    sa.Column("share", sa.Float, nullable=False, doc="points reached of those that could be had, 0 to 1"),
    sa.Column("words", sa.LargeBinary, nullable=False, doc="sealed JSON for the listener: praise, advice"),
)

safety_plans = sa.Table(
    "safety_plans",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="whose plan"),
    sa.Column("version", sa.Integer, nullable=False, doc="1, 2, 3 …; earlier versions stand in the log"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when this version was written"),
    sa.Column("by", sa.String(32), nullable=False, doc="who wrote it"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, doc="sealed JSON: step → words"),
    sa.Column(
        "shared_at", UtcDateTime, nullable=True, doc="since when the person may read it; NULL while they may not"
    ),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="at whose conversation"),
    sa.Column("form", sa.String(16), primary_key=True, doc="interventions.drafts.Form"),
    sa.Column(
        "owner", sa.String(32), primary_key=True, doc="whose draft; empty where all in the conversation share it"
    ),
    sa.Column("by", sa.String(32), nullable=False, doc="who wrote on it last"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, doc="sealed JSON: field → what stands in it"),
)

self_ratings = sa.Table(
    "self_ratings",
    metadata,
    sa.Column("contact_id", sa.String(32), primary_key=True, doc="who rated themselves"),
    sa.Column("number", sa.Integer, primary_key=True, doc="1, 2, 3 … within the contact"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when it was noted"),
    sa.Column("by", sa.String(32), nullable=False, doc="who asked"),
    sa.Column("moment", sa.String(8), nullable=False, doc="interventions.scales.Moment"),
    sa.Column("scale", sa.String(12), nullable=False, doc="interventions.scales.Scale"),
    sa.Column("value", sa.Integer, nullable=False, doc="0 to 10 for distress, 0 to 100 for intent and hope"),
)

address_openings = sa.Table(
    "address_openings",
    metadata,
    sa.Column("dispatch_id", sa.String(32), primary_key=True, doc="for which emergency call"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="whose address; it stays in the vault"),
    sa.Column("asked_by", sa.String(32), nullable=False, doc="first of the two"),
    sa.Column("asked_at", UtcDateTime, nullable=False, doc="with the call"),
    sa.Column("signed_by", sa.String(32), nullable=True, doc="second of the two"),
    sa.Column("signed_at", UtcDateTime, nullable=True, doc="when they answered"),
    sa.Column("agreed", sa.Boolean, nullable=True, doc="what they said"),
    sa.Column("asker_saw_at", UtcDateTime, nullable=True, doc="the one time the first saw it"),
    sa.Column("signer_saw_at", UtcDateTime, nullable=True, doc="the one time the second saw it"),
)
