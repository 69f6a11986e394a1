"""Runs migrations on SQLite and PostgreSQL; the caller gives the connection, so that no address is read here."""

from alembic import context
from sqlalchemy import text

connection = context.config.attributes["connection"]
postgres = connection.dialect.name == "postgresql"

context.configure(connection=connection, target_metadata=None, render_as_batch=True, transaction_per_migration=True)
with context.begin_transaction():
    if postgres:
        connection.execute(text("SET LOCAL lock_timeout = '4s'"))
        connection.execute(text("SET LOCAL statement_timeout = '60s'"))
    context.run_migrations()
