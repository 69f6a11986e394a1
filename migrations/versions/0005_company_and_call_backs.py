"""Who joins a conversation, what one listener tells the next, and who asked to be called back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "companions",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("contact_id", "person_id", name=op.f("pk_companions")),
    )
    op.create_index("ix_companions_person", "companions", ["person_id"])
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handovers")),
    )
    op.create_index(op.f("ix_handovers_contact_id"), "handovers", ["contact_id"])
    op.create_table(
        "callbacks",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("safe_to_call", sa.Boolean(), nullable=False),
        sa.Column("safe_to_text", sa.Boolean(), nullable=False),
        sa.Column("safe_to_leave_message", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_callbacks")),
    )
    op.create_index(op.f("ix_callbacks_next_at"), "callbacks", ["next_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_callbacks_next_at"), table_name="callbacks")
    op.drop_table("callbacks")
    op.drop_index(op.f("ix_handovers_contact_id"), table_name="handovers")
    op.drop_table("handovers")
    op.drop_index("ix_companions_person", table_name="companions")
    op.drop_table("companions")
