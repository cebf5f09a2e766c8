"""The one place that knows SQLite: how the file is opened and checked, and how a transaction begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool

from .errors import LedgerCorrupt, translated

_BEGIN = "ledger_begin"


class Database:
    """A SQLite file in the hands of one thread: the one that makes this object and calls everything on it."""

    def __init__(self, path: Path, busy_timeout_s: float) -> None:
        """Opens nothing yet; the file is opened, and made if need be, by the first transaction."""
        self.path = str(path)
        self._reader = _engine(self.path, busy_timeout_s)
        self._writer = self._reader.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the ledger and writes nothing."""
        with translated(self.path), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is on disk when this returns, or of which nothing is when it raises."""
        with translated(self.path), self._writer.begin() as connection:
            yield connection

    def check(self) -> None:
        """Read every page; raises `LedgerCorrupt`. Takes time in proportion to the file."""
        with self.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise LedgerCorrupt(f"Ledger {self.path}: it is damaged ({found})")

    def close(self) -> None:
        """Move what is in the WAL into the file, so that this alone is the whole ledger, and let go of it."""
        try:
            with translated(self.path), self._reader.connect() as connection:
                raw = connection.connection.driver_connection
                assert raw is not None
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            self.release()

    def release(self) -> None:
        """Let go of the file as it is."""
        self._reader.dispose()


def _engine(path: str, busy_timeout_s: float) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=path),
        # None: the driver begins no transaction of its own, so that a migration's tables are part of ours.
        connect_args={"isolation_level": None, "timeout": busy_timeout_s, "check_same_thread": True},
        poolclass=StaticPool,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _: Any) -> None:
    """FULL: a WAL commit at NORMAL may go with the power, and no session that was acknowledged may be lost."""
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()  # the pool knows nothing of it yet, and a file that is damaged is moved away next
        raise


def _begin(connection: Connection) -> None:
    """IMMEDIATE for writers: one that reads first and writes later cannot wait for another writer."""
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
