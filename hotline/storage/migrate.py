"""Brings a database to the newest schema; every process would otherwise meet tables it does not know."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from hotline.storage.engine import Database, enable_wal

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Apply all migrations up to ``revision``; sets SQLite's write-ahead log first."""
    enable_wal(database)
    _run(database, "upgrade", revision)


def downgrade(database: Database, revision: str) -> None:
    """Undo migrations down to ``revision`` (``base`` for all of them)."""
    _run(database, "downgrade", revision)


def _run(database: Database, direction: str, revision: str) -> None:
    config = _config()
    with database.engine.connect().execution_options(hotline_write=True) as conn, conn.begin():
        config.attributes["connection"] = conn
        getattr(command, direction)(config, revision)


def is_current(database: Database) -> bool:
    """Whether the schema is the newest one this program knows."""
    heads = set(ScriptDirectory.from_config(_config()).get_heads())
    with database.read() as conn:
        return set(MigrationContext.configure(conn).get_current_heads()) == heads
