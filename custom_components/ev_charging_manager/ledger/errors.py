"""What can go wrong with the ledger, said so that a person can act on it."""

# ruff: noqa: N818  the name of an error is its message

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, StatementError


class LedgerError(Exception):
    """The ledger could not do what was asked. Nothing of it is on disk; it may be tried again."""


class CodecError(LedgerError):
    """A value cannot be written, or what is written cannot be read as the type that was asked for."""


class SessionUnknown(LedgerError):
    """There is no such session, or it is still running and has no record to correct."""


class LedgerTooNew(LedgerError):
    """The file was written by a newer release, whose tables this one does not understand."""


class LedgerCorrupt(LedgerError):
    """The file is torn, or is no ledger at all."""


class LedgerFull(LedgerError):
    """The disk has no room left."""


class LedgerReadOnly(LedgerError):
    """The file or its directory cannot be written or opened."""


class LedgerLocked(LedgerError):
    """Another program holds the database for longer than the busy timeout."""


class LedgerUnresponsive(LedgerError):
    """The disk did not answer in time. What was asked for may still happen."""


_KINDS: dict[str, tuple[type[LedgerError], str]] = {
    "SQLITE_FULL": (LedgerFull, "the disk is full"),
    "SQLITE_READONLY": (LedgerReadOnly, "it cannot be written"),
    "SQLITE_PERM": (LedgerReadOnly, "access is refused"),
    "SQLITE_CANTOPEN": (LedgerReadOnly, "it cannot be opened"),
    "SQLITE_BUSY": (LedgerLocked, "another program holds it"),
    "SQLITE_LOCKED": (LedgerLocked, "another program holds it"),
    "SQLITE_CORRUPT": (LedgerCorrupt, "it is damaged"),
    "SQLITE_NOTADB": (LedgerCorrupt, "it is no database"),
    "SQLITE_IOERR": (LedgerError, "the disk refuses"),
}


def _translated(error: DBAPIError, path: str) -> LedgerError:
    """Our error for one of the driver's; extended codes such as SQLITE_IOERR_WRITE count as their family."""
    name = getattr(error.orig, "sqlite_errorname", None) or ""
    family = "_".join(name.split("_")[:2])
    kind, words = _KINDS.get(family, (LedgerError, "the database refuses"))
    return kind(f"Ledger {path}: {words} ({error.orig})")


@contextmanager
def translated(path: str) -> Iterator[None]:
    """Turn the database's errors into ours, without the statement's values: they name people."""
    try:
        yield
    except DBAPIError as error:
        raise _translated(error, path) from error
    except (StatementError, TypeError, ValueError, OverflowError, LookupError) as error:
        # A column holds what no release of this integration writes, and what was asked for depends on it.
        raise CodecError(f"Ledger {path}: a row cannot be read ({type(error).__name__})") from error
