"""Errors of the ledger. Each message names the file, the problem and the remedy."""

# ruff: noqa: N818  the names describe the problem

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, StatementError


class LedgerError(Exception):
    """A call of the ledger failed. It has changed nothing and can be repeated."""


class CodecError(LedgerError):
    """A value has no JSON form, or stored data does not fit the wanted type."""


class SessionUnknown(LedgerError):
    """The session does not exist, or it still runs and cannot be corrected."""


class LedgerTooNew(LedgerError):
    """A newer release wrote the file; its tables are unknown here."""


class LedgerCorrupt(LedgerError):
    """The file is damaged, or it is not a ledger."""


class LedgerFull(LedgerError):
    """The disk is full."""


class LedgerReadOnly(LedgerError):
    """The file or its directory cannot be written or opened."""


class LedgerLocked(LedgerError):
    """Another program holds the database for longer than the busy timeout."""


class LedgerMoved(LedgerError):
    """The file was deleted or replaced while it was open: nothing more may be written into the file without a name."""


class LedgerUnresponsive(LedgerError):
    """The disk did not answer in time. The call can still take effect later."""


_KINDS: dict[str, tuple[type[LedgerError], str]] = {
    "SQLITE_FULL": (LedgerFull, "the disk is full; free some space"),
    "SQLITE_READONLY": (LedgerReadOnly, "the file cannot be written; check its permissions"),
    "SQLITE_PERM": (LedgerReadOnly, "access is denied; check its permissions"),
    "SQLITE_CANTOPEN": (LedgerReadOnly, "the file cannot be opened; check its folder and permissions"),
    "SQLITE_BUSY": (LedgerLocked, "another program has locked the file; close that program"),
    "SQLITE_LOCKED": (LedgerLocked, "another program has locked the file; close that program"),
    "SQLITE_CORRUPT": (LedgerCorrupt, "the file is damaged"),
    "SQLITE_NOTADB": (LedgerCorrupt, "the file is not a database"),
    "SQLITE_CONSTRAINT": (CodecError, "a row contains an invalid value"),
    "SQLITE_MISMATCH": (CodecError, "a row contains a value of another type"),
    "SQLITE_TOOBIG": (CodecError, "a value is too long"),
    "SQLITE_IOERR": (LedgerError, "the disk reports an error; check it"),
}


def _translated(error: DBAPIError, path: str) -> LedgerError:
    """Return the ledger's error for a driver error. Extended codes such as SQLITE_IOERR_WRITE count as their family."""
    name = getattr(error.orig, "sqlite_errorname", None) or ""
    family = "_".join(name.split("_")[:2])
    kind, words = _KINDS.get(family, (LedgerError, "the database reports an error"))
    return kind(f"Ledger {path}: {words} ({error.orig})")


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Convert database errors to ledger errors, without the values of the statement: these name people."""
    try:
        yield
    except DBAPIError as error:
        raise _translated(error, path) from error
    except (StatementError, TypeError, ValueError, OverflowError, LookupError) as error:
        # A column holds a value that no release writes.
        raise CodecError(f"Ledger {path}: a row contains an invalid value ({type(error).__name__})") from error
