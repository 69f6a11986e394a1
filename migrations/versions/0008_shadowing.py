"""Who reads a conversation along to learn, and who does not want that."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

STILL_OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "shadowings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("allowed_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shadowings")),
    )
    op.create_index(
        "uq_shadowings_open",
        "shadowings",
        ["contact_id"],
        unique=True,
        sqlite_where=STILL_OPEN,
        postgresql_where=STILL_OPEN,
    )
    op.create_index(op.f("ix_shadowings_person_id"), "shadowings", ["person_id"])
    op.add_column("wishes", sa.Column("no_shadowing", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("wishes") as wishes:
        wishes.drop_column("no_shadowing")
    op.drop_index(op.f("ix_shadowings_person_id"), table_name="shadowings")
    op.drop_index("uq_shadowings_open", table_name="shadowings")
    op.drop_table("shadowings")
