"""The one place that knows SQLite, but for damaged files (`wreck.py`, `carving.py`).

How the file is opened and checked, how a transaction begins, and how it keeps still for a backup.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from .errors import LedgerCorrupt, LedgerReadOnly, translated

_BEGIN = "ledger_begin"
_MOVE = "PRAGMA wal_checkpoint(TRUNCATE)"
# Of 4 KiB: SQLite's own default, and what a household writes in a day or so.
_USUAL_PAGES = 1_000
_STILL_PAGES = 16_000


class Database:
    """A SQLite file in the hands of one thread: the one that makes this object and calls everything on it."""

    def __init__(self, path: Path, busy_timeout_s: float) -> None:
        """Opens nothing yet; the file is opened, and made if need be, by the first transaction."""
        self.path = str(path)
        self._still = False
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
        try:
            with translated(self.path), self._writer.begin() as connection:
                yield connection
        except LedgerReadOnly:
            # A file that was opened for reading only stays so, whoever may write to it later.
            self.release()
            raise

    def check(self) -> None:
        """Read every page; raises `LedgerCorrupt`. Takes time in proportion to the file."""
        with self.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise LedgerCorrupt(f"Ledger {self.path}: it is damaged ({found})")

    def keep_still(self, already: bool) -> None:
        """Change nothing in the file from now on, after everything has been moved into it, unless that was `already`.

        Transactions go on: they gather in the WAL beside it, which a copy may be taken of at any moment. Where they
        are many, the file is written to all the same: a WAL without end would fill the disk.
        """
        with self._raw() as raw:
            if not already:
                raw.execute(_MOVE)
            raw.execute(f"PRAGMA wal_autocheckpoint={_STILL_PAGES}")
            # Closing moves the WAL into the file, too.
            raw.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)
        self._still = True

    def move_again(self) -> None:
        """Let what gathers in the WAL be moved into the file again, as usual."""
        self._still = False
        with self._raw() as raw:
            raw.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, False)
            raw.execute(f"PRAGMA wal_autocheckpoint={_USUAL_PAGES}")

    def close(self) -> None:
        """Move what is in the WAL into the file, so that this alone is the whole ledger, and let go of it."""
        try:
            if not self._still:
                with self._raw() as raw:
                    raw.execute(_MOVE)
        finally:
            self.release()

    @contextmanager
    def _raw(self) -> Iterator[sqlite3.Connection]:
        """The driver's connection, for what is no part of any transaction."""
        with translated(self.path), self._reader.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            with _as_of_sqlalchemy():
                yield raw

    def release(self) -> None:
        """Let go of the file as it is."""
        self._reader.dispose()


@contextmanager
def _as_of_sqlalchemy() -> Iterator[None]:
    """Errors of the driver as they arrive where SQLAlchemy runs the statement."""
    try:
        yield
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error) from error


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
    # Straight to the driver: this is part of every call, and SQLAlchemy's ways cost more than the statement.
    raw = connection.connection.driver_connection
    assert raw is not None
    with _as_of_sqlalchemy():
        raw.execute(connection.get_execution_options().get(_BEGIN, "BEGIN"))
