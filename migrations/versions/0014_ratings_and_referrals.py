"""How people rate themselves at start and end, and where a referral leads."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "self_ratings",
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("moment", sa.String(length=8), nullable=False),
        sa.Column("scale", sa.String(length=12), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", "number", name=op.f("pk_self_ratings")),
    )
    op.add_column("actions", sa.Column("tag", sa.String(length=16), nullable=True))
    op.add_column("actions", sa.Column("follows", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("actions") as actions:
        actions.drop_column("follows")
        actions.drop_column("tag")
    op.drop_table("self_ratings")
