"""What was recorded with a person's consent, sealed and in pieces."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sid", sa.String(length=34), nullable=True),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("fetched_at", TIME, nullable=True),
        sa.Column("removed_at", TIME, nullable=True),
        sa.Column("destroyed_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sa.UniqueConstraint("sid", name="uq_recordings_sid"),
    )
    op.create_index("ix_recordings_contact_id", "recordings", ["contact_id"])
    op.create_table(
        "recording_chunks",
        sa.Column("recording_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("recording_id", "number", name="pk_recording_chunks"),
    )


def downgrade() -> None:
    for name in ("recording_chunks", "recordings"):
        op.drop_table(name)
