"""A listener takes calls on a telephone, in the browser or not at all; and when their browser last was ready."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("listening") as table:
        table.add_column(sa.Column("calls_by", sa.String(length=8), nullable=False, server_default="nothing"))
        table.add_column(sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.text("UPDATE listening SET calls_by = 'phone' WHERE by_phone"))
    with op.batch_alter_table("listening") as table:
        table.drop_column("by_phone")


def downgrade() -> None:
    with op.batch_alter_table("listening") as table:
        table.add_column(sa.Column("by_phone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.text("UPDATE listening SET by_phone = (calls_by = 'phone')"))
    with op.batch_alter_table("listening") as table:
        table.drop_column("ready_at")
        table.drop_column("calls_by")
