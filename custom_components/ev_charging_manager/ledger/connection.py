"""The SQLite connection: opening and checking the file, transactions, and a file that stays unchanged for a backup.

Only this module and `damage/` depend on SQLite.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from .errors import LedgerCorrupt, LedgerMoved, LedgerReadOnly, translated

_BEGIN = "ledger_begin"
_MOVE = "PRAGMA wal_checkpoint(TRUNCATE)"
# Pages of 4 KiB. 1,000 is SQLite's default, about what a household writes in a day.
_USUAL_PAGES = 1_000
_STILL_PAGES = 16_000


class Database:
    """A SQLite file. The thread that creates the object must make all calls."""

    def __init__(self, path: Path, busy_timeout_s: float) -> None:
        """Prepare; the first transaction opens the file, or creates it."""
        self.path = str(path)
        self._still = False
        # The open file, to notice that another one or none stands at the path, and the WAL that belongs to it.
        self._file: int | None = None
        self._wal: os.stat_result | None = None
        self._reader = _engine(self.path, busy_timeout_s)
        event.listen(self._reader, "connect", self._opened)
        self._writer = self._reader.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that only reads, from one state of the ledger."""
        with translated(self.path), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction: it is on disk when this returns; if it raises, nothing of it is.

        Raises `LedgerMoved` before anything is written, if the file was deleted or replaced.
        """
        self.refuse_moved()
        try:
            with translated(self.path), self._writer.begin() as connection:
                self._note_wal()
                yield connection
        except LedgerReadOnly:
            # A connection opened read-only stays read-only, even if the file becomes writable: open it again.
            self.release()
            raise

    def refuse_moved(self) -> None:
        """Raise `LedgerMoved` if the open file no longer stands at its path. Takes a few microseconds."""
        if self._file is None:
            return
        try:
            in_place = os.path.samestat(os.stat(self.path), os.fstat(self._file))
        except FileNotFoundError:
            in_place = False
        except OSError:
            # SQLite reports what is wrong with the disk.
            return
        if not in_place:
            raise LedgerMoved(f"Ledger {self.path}: the file was deleted or replaced while it was open")
        self._note_wal()

    def _note_wal(self) -> None:
        if self._wal is None:
            self._wal = _status(f"{self.path}-wal")

    @property
    def has_own_wal(self) -> bool:
        """Whether the WAL at the path belongs to the open file, and not to the one that replaced it."""
        found = _status(f"{self.path}-wal")
        return found is not None and self._wal is not None and os.path.samestat(found, self._wal)

    def copy_to(self, path: Path) -> None:
        """Write the whole open database, with the WAL, into a new file; it is on disk when this returns.

        Raises LedgerError or OSError.
        """
        with self._raw() as raw, closing(sqlite3.connect(path)) as copy:
            raw.backup(copy)
        with path.open("rb+") as written:
            os.fsync(written.fileno())

    def reopen(self) -> None:
        """Close the file and open the one at its path; a backup that is under way continues."""
        self.release()
        if self._still:
            self.keep_still(already=True)

    def _opened(self, _: Any, __: Any) -> None:
        with suppress(OSError):
            self._file = os.open(self.path, os.O_RDONLY)

    def check(self) -> None:
        """Read every page; raises `LedgerCorrupt`. The duration is proportional to the size of the file."""
        with self.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise LedgerCorrupt(f"Ledger {self.path} is damaged ({found})")

    def keep_still(self, already: bool) -> None:
        """Leave the file unchanged from now on. Move the WAL into it first, unless the copy has `already` begun.

        New transactions are kept in the WAL, which can be copied at any moment. A very long WAL is moved into the file
        in spite of the backup, because it would fill the disk.
        """
        with self._raw() as raw:
            if not already:
                raw.execute(_MOVE)
            raw.execute(f"PRAGMA wal_autocheckpoint={_STILL_PAGES}")
            # Otherwise closing moves the WAL into the file.
            raw.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)
        self._still = True

    def move_again(self) -> None:
        """Allow SQLite to move the WAL into the file again."""
        self._still = False
        with self._raw() as raw:
            raw.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, False)
            raw.execute(f"PRAGMA wal_autocheckpoint={_USUAL_PAGES}")

    def close(self) -> None:
        """Move the WAL into the file, so that this one file is the whole ledger, and close it."""
        try:
            if not self._still:
                with self._raw() as raw:
                    raw.execute(_MOVE)
        finally:
            self.release()

    @contextmanager
    def _raw(self) -> Iterator[sqlite3.Connection]:
        """Open the driver's connection, for statements outside a transaction."""
        with translated(self.path), self._reader.connect() as connection:
            raw = connection.connection.driver_connection
            assert raw is not None
            with _as_of_sqlalchemy():
                yield raw

    def release(self) -> None:
        """Close the file without moving the WAL."""
        self._reader.dispose()
        # Only now: closing any descriptor of the file drops the locks that SQLite holds on it.
        if self._file is not None:
            os.close(self._file)
        self._file = None
        self._wal = None


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except OSError:
        return None


@contextmanager
def _as_of_sqlalchemy() -> Iterator[None]:
    """Raise the driver's errors in the form that SQLAlchemy gives them."""
    try:
        yield
    except sqlite3.Error as error:
        raise DBAPIError(None, None, error) from error


def _engine(path: str, busy_timeout_s: float) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=path),
        # None: the driver begins no transaction, so that the tables of a migration are part of ours.
        connect_args={"isolation_level": None, "timeout": busy_timeout_s, "check_same_thread": True},
        poolclass=StaticPool,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: Any, _: Any) -> None:
    """Set up a new connection. With NORMAL instead of FULL, a power failure can lose acknowledged sessions."""
    try:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
    except BaseException:
        connection.close()  # the pool does not have it yet; a damaged file is moved next and must be closed
        raise


def _begin(connection: Connection) -> None:
    """Begin a transaction, IMMEDIATE for writers: one that reads before it writes cannot wait for another writer."""
    # Hot path: directly on the driver, because SQLAlchemy's execution takes longer than the statement.
    raw = connection.connection.driver_connection
    assert raw is not None
    with _as_of_sqlalchemy():
        raw.execute(connection.get_execution_options().get(_BEGIN, "BEGIN"))
