"""Opens the database so that writers wait their turn, nothing hangs, and no error prints a person's words.

SQLite: WAL (set once, at migration), ``synchronous=FULL``, ``BEGIN IMMEDIATE``, one writer lock per process and our own
back-off with jitter between processes (``busy_timeout`` starved writers for ever from 16 on). PostgreSQL: timeouts on
connect and on silence, because the defaults hung for more than 40 s under a partition.
"""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import Connection, Engine

from hotline.domain.errors import Unavailable
from hotline.storage.fair_lock import FairLock

BUSY_LIMIT_SECONDS = 10.0
"""How long a writer waits for another process before the caller hears 503."""

POSTGRES_OPTIONS: dict[str, Any] = {
    "connect_timeout": 2,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 2000,
    "options": "-c statement_timeout=5000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=10000",
}


class Database:
    """One database for one process; threads share it, children must call :meth:`dispose` after a fork."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self._writer = FairLock()
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading, in one snapshot; raises ``Unavailable`` when the database does not answer."""
        with _translated(), self.engine.connect() as conn, conn.begin() as transaction:
            yield conn
            transaction.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection inside a write transaction; whoever leaves without ``commit()`` changes nothing."""
        if not self.is_sqlite:
            with _translated(), self.engine.connect() as conn:
                yield conn
            return
        if not self._writer.acquire(BUSY_LIMIT_SECONDS):
            raise Unavailable("the database is busy")
        try:
            with _translated(), self.engine.connect().execution_options(hotline_write=True) as conn:
                _begin_immediate(conn)
                yield conn
        finally:
            self._writer.release()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One's turn to write what every act of this process writes: the desk's topic, locked until the commit.

        PostgreSQL gives a contested row to whoever is quickest, so that some of 64 writers waited for seconds; in here
        they queue. SQLite's writers hold the process's lock already.
        """
        if self.is_sqlite:
            yield
            return
        if not self._writer.acquire(BUSY_LIMIT_SECONDS):
            raise Unavailable("the database is busy")
        try:
            yield
        finally:
            self._writer.release()

    def dispose(self) -> None:
        """Forget all pooled connections, after a fork or before the end."""
        self.engine.dispose(close=False)


def _begin_immediate(conn: Connection) -> None:
    """Take SQLite's write lock, backing off with jitter while another process holds it."""
    deadline = time.monotonic() + BUSY_LIMIT_SECONDS
    pause_seconds = 0.001
    while True:
        try:
            conn.begin()
        except exc.OperationalError as error:
            if "locked" not in str(error.orig) or time.monotonic() > deadline:
                raise
            conn.rollback()
            time.sleep(pause_seconds * random.uniform(0.5, 1.5))  # noqa: S311  # jitter, no secret
            pause_seconds = min(pause_seconds * 1.6, 0.05)
        else:
            return


@contextmanager
def _translated() -> Iterator[None]:
    """Turn 'the database does not answer' into our own word; other database errors are ours and stay loud."""
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
        raise Unavailable("the database does not answer") from error


def _sqlite_engine(url: str) -> Engine:
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        pool_size=24,
        max_overflow=40,
        pool_timeout=5,
        connect_args={"check_same_thread": False, "timeout": 0},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        write = conn.get_execution_options().get("hotline_write", False)
        conn.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def _postgres_engine(url: str) -> Engine:
    return sa.create_engine(
        url,
        hide_parameters=True,
        pool_size=20,
        max_overflow=60,
        pool_timeout=8,
        pool_pre_ping=True,
        connect_args=POSTGRES_OPTIONS,
    )


def enable_wal(database: Database) -> None:
    """Set SQLite's write-ahead log, once, at set-up; doing so in every worker caused stray errors."""
    if database.is_sqlite:
        with database.engine.connect() as conn:
            connection = conn.connection.dbapi_connection
            if connection is not None:
                connection.execute("PRAGMA journal_mode=WAL")


def forget_old_pages(database: Database) -> bool:
    """Empty SQLite's write-ahead log, which still holds pages as they were; ``False`` while somebody reads in it.

    Together with ``secure_delete`` nothing of a destroyed key stays in the files. PostgreSQL cleans up by itself
    (autovacuum); see the runbook.
    """
    if not database.is_sqlite:
        return True
    with database.engine.connect() as conn:
        connection = conn.connection.dbapi_connection
        if connection is None:
            return False
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def epoch_seconds(conn: Connection) -> sa.ColumnElement[float]:
    """The database's own clock as seconds since 1970, so that leases do not trust the clocks of machines."""
    if conn.dialect.name == "postgresql":
        return sa.cast(sa.extract("epoch", sa.func.clock_timestamp()), sa.Float)
    return (sa.func.julianday("now") - 2440587.5) * 86400.0
