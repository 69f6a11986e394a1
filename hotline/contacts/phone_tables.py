"""Tables beside the calls: numbers that are asked first, and what was recorded."""

import sqlalchemy as sa

from hotline.storage.base import UtcDateTime, metadata

blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column("lookup", sa.String(64), nullable=False, index=True, doc="keyed hash of a telephone number"),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="for what was said or done where"),
    sa.Column("reason", sa.LargeBinary, nullable=False, doc="sealed reason"),
    sa.Column("by", sa.String(32), nullable=False, doc="which supervisor"),
    sa.Column("at", UtcDateTime, nullable=False, doc="since when"),
    sa.Column("until", UtcDateTime, nullable=False, doc="until when at the longest"),
    sa.Column("lifted_at", UtcDateTime, nullable=True, doc="when a supervisor lifted it; NULL else"),
    sa.Column("lifted_by", sa.String(32), nullable=True, doc="which supervisor"),
)

recordings = sa.Table(
    "recordings",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, doc="random id"),
    sa.Column(
        "sid", sa.String(34), nullable=True, unique=True, doc="the provider's id; NULL once it is gone there too"
    ),
    sa.Column("contact_id", sa.String(32), nullable=False, index=True, doc="whose call"),
    sa.Column("state", sa.String(10), nullable=False, doc="domain.phone.RecordingState"),
    sa.Column("seconds", sa.Integer, nullable=False, doc="how long it is"),
    sa.Column("bytes", sa.Integer, nullable=False, doc="how much is kept; 0 until it was fetched"),
    sa.Column("kind", sa.String(20), nullable=False, doc="its media type; empty until it was fetched"),
    sa.Column("at", UtcDateTime, nullable=False, doc="when the provider told that it is there"),
    sa.Column("fetched_at", UtcDateTime, nullable=True, doc="since when it is kept here"),
    sa.Column("removed_at", UtcDateTime, nullable=True, doc="when it was removed at the provider"),
    sa.Column("destroyed_at", UtcDateTime, nullable=True, doc="when it was destroyed here"),
)

recording_chunks = sa.Table(
    "recording_chunks",
    metadata,
    sa.Column("recording_id", sa.String(32), primary_key=True, doc="of which recording"),
    sa.Column("number", sa.Integer, primary_key=True, doc="0, 1, 2 …"),
    sa.Column("sealed", sa.LargeBinary, nullable=False, doc="sealed sound, at most contacts.recordings.CHUNK_BYTES"),
)
