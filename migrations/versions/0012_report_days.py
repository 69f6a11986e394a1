"""What the reports counted for days that are over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_days",
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("end_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duty_seconds", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("start_at", name=op.f("pk_report_days")),
    )
    op.create_table(
        "report_cells",
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("answer_seconds", sa.LargeBinary(), nullable=False),
        sa.Column("leave_seconds", sa.LargeBinary(), nullable=False),
        sa.Column("quarters", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("start_at", "channel", "language", "level", name=op.f("pk_report_cells")),
    )


def downgrade() -> None:
    op.drop_table("report_cells")
    op.drop_table("report_days")
