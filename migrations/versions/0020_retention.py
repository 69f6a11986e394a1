"""When a contact was erased and why, who holds one back, and what waits for a second person."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KEPT = sa.text("erased_at IS NULL AND closed_at IS NOT NULL")
OPEN_HOLD = sa.text("lifted_at IS NULL")
OPEN_WORD = sa.text("answered_at IS NULL")


def upgrade() -> None:
    op.add_column("contacts", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_contacts_kept", "contacts", ["closed_at"], sqlite_where=KEPT, postgresql_where=KEPT)
    op.add_column("chain_heads", sa.Column("erased_number", sa.Integer(), nullable=True))
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_contact_id"), "holds", ["contact_id"])
    op.create_index(
        "uq_holds_open", "holds", ["contact_id"], unique=True, sqlite_where=OPEN_HOLD, postgresql_where=OPEN_HOLD
    )
    op.create_table(
        "second_words",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("wanted", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_words")),
    )
    op.create_index(
        "uq_second_words_open",
        "second_words",
        ["contact_id"],
        unique=True,
        sqlite_where=OPEN_WORD,
        postgresql_where=OPEN_WORD,
    )
    op.create_table(
        "erasures",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("second", sa.String(length=32), nullable=True),
        sa.Column("topics", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("unlinked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_erasures")),
    )
    op.create_index(op.f("ix_erasures_at"), "erasures", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_erasures_at"), table_name="erasures")
    op.drop_table("erasures")
    op.drop_index("uq_second_words_open", table_name="second_words")
    op.drop_table("second_words")
    op.drop_index("uq_holds_open", table_name="holds")
    op.drop_index(op.f("ix_holds_contact_id"), table_name="holds")
    op.drop_table("holds")
    op.drop_column("chain_heads", "erased_number")
    op.drop_index("ix_contacts_kept", table_name="contacts")
    op.drop_column("contacts", "erased_at")
