"""Offers: who is asked about whom until when, what listeners said about themselves, what people who wait would like."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("reasons", _json(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offers")),
    )
    op.create_index(op.f("ix_offers_contact_id"), "offers", ["contact_id"])
    op.create_index("ix_offers_ended", "offers", ["person_id", "ended_at"])
    still_open = sa.text("state = 'open'")
    op.create_index(
        "uq_offers_open", "offers", ["person_id"], unique=True, sqlite_where=still_open, postgresql_where=still_open
    )
    op.create_table(
        "listening",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("gender", sa.String(length=8), nullable=True),
        sa.Column("topics", _json(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_listening")),
    )
    op.create_table(
        "wishes",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("gender", sa.String(length=8), nullable=True),
        sa.Column("same_listener", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_wishes")),
    )


def _json() -> sa.JSON:
    return sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")


def downgrade() -> None:
    op.drop_table("wishes")
    op.drop_table("listening")
    op.drop_index("uq_offers_open", table_name="offers")
    op.drop_index("ix_offers_ended", table_name="offers")
    op.drop_index(op.f("ix_offers_contact_id"), table_name="offers")
    op.drop_table("offers")
