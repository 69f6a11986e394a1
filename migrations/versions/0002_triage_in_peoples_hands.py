"""Triage in the hands of people: coverage, shadow scores, screening answers, drift checks."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assessments", sa.Column("coverage", sa.Float(), nullable=True))
    op.create_index("ix_assessments_at", "assessments", ["at"])
    op.create_table(
        "shadow_assessments",
        sa.Column("assessment_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("message_number", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("risk", sa.Float(), nullable=True),
        sa.Column("urgency", sa.Float(), nullable=True),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("policy", sa.String(length=80), nullable=False),
        sa.Column("failure", sa.String(length=160), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("assessment_id", name=op.f("pk_shadow_assessments")),
    )
    op.create_index(op.f("ix_shadow_assessments_contact_id"), "shadow_assessments", ["contact_id"])
    op.create_index(op.f("ix_shadow_assessments_at"), "shadow_assessments", ["at"])
    op.create_table(
        "screenings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screenings")),
    )
    op.create_index(op.f("ix_screenings_contact_id"), "screenings", ["contact_id"])
    op.create_table(
        "drift_checks",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("measure", sa.String(length=12), nullable=False),
        sa.Column("psi", sa.Float(), nullable=True),
        sa.Column("recent", sa.Integer(), nullable=False),
        sa.Column("earlier", sa.Integer(), nullable=False),
        sa.Column("shifted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "language", "measure", name=op.f("pk_drift_checks")),
    )


def downgrade() -> None:
    op.drop_table("drift_checks")
    op.drop_index(op.f("ix_screenings_contact_id"), table_name="screenings")
    op.drop_table("screenings")
    op.drop_index(op.f("ix_shadow_assessments_at"), table_name="shadow_assessments")
    op.drop_index(op.f("ix_shadow_assessments_contact_id"), table_name="shadow_assessments")
    op.drop_table("shadow_assessments")
    op.drop_index("ix_assessments_at", table_name="assessments")
    op.drop_column("assessments", "coverage")
