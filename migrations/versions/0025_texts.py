"""Texts and how far each has come, numbers that want none, and channels that are down."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "texts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=True),
        sa.Column("sid", sa.String(length=34), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("error", sa.String(length=16), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", TIME, nullable=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("handled_at", TIME, nullable=True),
        sa.Column("handled_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_texts_contact_id_contacts"),
        sa.PrimaryKeyConstraint("id", name="pk_texts"),
        sa.UniqueConstraint("contact_id", "number", "part", name="uq_texts_part"),
    )
    op.create_index("ix_texts_sid", "texts", ["sid"])
    owed = sa.text("handled_at IS NULL AND state IN ('refused','failed','undelivered')")
    op.create_index("ix_texts_owed", "texts", ["changed_at"], sqlite_where=owed, postgresql_where=owed)
    op.create_table(
        "texters",
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("stopped_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("lookup", name="pk_texters"),
    )
    op.create_index("ix_texters_stopped_at", "texters", ["stopped_at"])
    op.create_table(
        "channel_switches",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("down_at", TIME, nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("up_at", TIME, nullable=True),
        sa.Column("up_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_channel_switches"),
    )
    still = sa.text("up_at IS NULL")
    op.create_index(
        "uq_channel_switches_down", "channel_switches", ["channel"], unique=True, sqlite_where=still,
        postgresql_where=still,
    )  # fmt: skip


def downgrade() -> None:
    for name in ("channel_switches", "texters", "texts"):
        op.drop_table(name)
