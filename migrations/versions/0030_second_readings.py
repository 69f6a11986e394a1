"""Which of the machine's judgements were read a second time, and what came of it."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "second_readings",
        sa.Column("assessment_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=True),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("failure", sa.String(length=160), nullable=True),
        sa.Column("raised_by", sa.String(length=32), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("assessment_id", name="pk_second_readings"),
    )
    op.create_index("ix_second_readings_contact_id", "second_readings", ["contact_id"])
    op.create_index("ix_second_readings_raised_by", "second_readings", ["raised_by"])


def downgrade() -> None:
    op.drop_table("second_readings")
