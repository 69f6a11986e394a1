"""Contacts that must be read again, and what those who read them gave."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OPEN = sa.text("signed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("double", sa.Boolean(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("claimed_at", MOMENT, nullable=True),
        sa.Column("signed_by", sa.String(length=32), nullable=True),
        sa.Column("signed_at", MOMENT, nullable=True),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_contact_id"), "reviews", ["contact_id"])
    op.create_index("uq_reviews_open", "reviews", ["contact_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_reviews_due", "reviews", ["due_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_reviews_signed", "reviews", ["signed_at"])
    op.create_table(
        "ratings",
        sa.Column("review_id", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("scores", JSON, nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("review_id", "by", name=op.f("pk_ratings")),
    )


def downgrade() -> None:
    op.drop_table("ratings")
    op.drop_index("ix_reviews_signed", table_name="reviews")
    op.drop_index("ix_reviews_due", table_name="reviews")
    op.drop_index("uq_reviews_open", table_name="reviews")
    op.drop_index(op.f("ix_reviews_contact_id"), table_name="reviews")
    op.drop_table("reviews")
