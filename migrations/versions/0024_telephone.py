"""Legs of calls, our numbers, what a provider told already; numbers known again by hash; words by every channel."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "legs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact_id", sa.String(length=32), nullable=False),
        sa.Column("sid", sa.String(length=34), nullable=True),
        sa.Column("party", sa.String(length=8), nullable=False),
        sa.Column("person_id", sa.String(length=32), nullable=True),
        sa.Column("offer_id", sa.String(length=32), nullable=True),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("inbound", sa.Boolean(), nullable=False),
        sa.Column("line", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("memory", sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("unfinished", sa.LargeBinary(), nullable=True),
        sa.Column("safe_again", sa.Boolean(), nullable=True),
        sa.Column("hold", sa.Boolean(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("joined_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("why", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_legs_contact_id_contacts"),
        sa.PrimaryKeyConstraint("id", name="pk_legs"),
        sa.UniqueConstraint("sid", name="uq_legs_sid"),
    )
    still = sa.text("ended_at IS NULL")
    op.create_index("ix_legs_contact", "legs", ["contact_id", "at"])
    op.create_index("ix_legs_open", "legs", ["contact_id"], sqlite_where=still, postgresql_where=still)
    op.create_table(
        "webhooks",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_webhooks"),
    )
    op.create_index("ix_webhooks_at", "webhooks", ["at"])
    op.create_table(
        "phone_lines",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("set_at", TIME, nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("removed_at", TIME, nullable=True),
        sa.Column("removed_by", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_phone_lines"),
    )
    standing = sa.text("removed_at IS NULL")
    op.create_index(
        "uq_phone_lines_open",
        "phone_lines",
        ["channel", "number"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    with op.batch_alter_table("contacts") as table:
        table.add_column(sa.Column("reply_by", sa.String(length=12), nullable=False, server_default="web"))
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("channel", sa.String(length=12), nullable=False, server_default="web"))
    with op.batch_alter_table("identities") as table:
        table.add_column(sa.Column("lookup", sa.String(length=64), nullable=True))
        table.create_index("ix_identities_lookup", ["lookup"])
    with op.batch_alter_table("listening") as table:
        table.add_column(sa.Column("by_phone", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("listening", "by_phone")
    op.drop_index("ix_identities_lookup", table_name="identities")
    op.drop_column("identities", "lookup")
    op.drop_column("messages", "channel")
    op.drop_column("contacts", "reply_by")
    for name in ("phone_lines", "webhooks", "legs"):
        op.drop_table(name)
