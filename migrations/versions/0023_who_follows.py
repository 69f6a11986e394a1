"""Which contacts follow one another is asked before anything is erased, so it has an index."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_contacts_follows_contact_id"), "contacts", ["follows_contact_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_contacts_follows_contact_id"), table_name="contacts")
