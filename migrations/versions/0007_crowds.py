"""Two indexes for crowds: waiting contacts whose target was missed, and conversations by their end."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    late, talked = sa.text("status = 'waiting' AND targets_missed > 0"), sa.text("accepted_at IS NOT NULL")
    op.create_index("ix_queue_late", "queue", ["lane", "queue_key"], sqlite_where=late, postgresql_where=late)
    op.create_index("ix_contacts_talked", "contacts", ["ended_at"], sqlite_where=talked, postgresql_where=talked)


def downgrade() -> None:
    op.drop_index("ix_contacts_talked", table_name="contacts")
    op.drop_index("ix_queue_late", table_name="queue")
