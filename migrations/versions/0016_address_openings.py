"""Who opened a sealed network address for an emergency call: one asks, a second signs, each sees it once."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "address_openings",
        sa.Column("dispatch_id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.String(length=32), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("asker_saw_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signer_saw_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("dispatch_id", name=op.f("pk_address_openings")),
    )
    op.create_index(op.f("ix_address_openings_contact_id"), "address_openings", ["contact_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_address_openings_contact_id"), table_name="address_openings")
    op.drop_table("address_openings")
