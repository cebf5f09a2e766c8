"""Restoration of a ledger whose file was deleted or replaced while it was open.

The open database still contains everything. It is written back to its path; another file that stands there is renamed
and kept, because it can be a backup that a user restored while Home Assistant ran.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from ..connection import Database
from ..errors import LedgerError
from .replacement import aside_path, beside, finish, fresh_path, remove

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Restored:
    """The path of the ledger, and that of the file that had replaced it; None if the file had been deleted."""

    path: Path
    aside: Path | None


def restore(database: Database, at: float) -> Restored:
    """Write the open database back to its path, and continue with that file.

    Raises `LedgerError`; the database then stays open.
    """
    path = Path(database.path)
    try:
        aside = _restored(database, path, at)
    except (OSError, sqlite3.Error) as error:
        raise LedgerError(
            f"Ledger {path} was deleted or replaced while it was open and cannot be written back ({error}). "
            "Check the free space and the permissions of its folder"
        ) from error
    if aside is None:
        _LOGGER.error("Ledger %s was deleted while Home Assistant ran; it was written back with all sessions", path)
    else:
        _LOGGER.error(
            "Ledger %s was replaced while Home Assistant ran; it was written back with all sessions. "
            "The other file is kept as %s",
            path,
            aside.name,
        )
    return Restored(path, aside)


def _restored(database: Database, path: Path, at: float) -> Path | None:
    copy = path.with_name(f"{path.name}.restoring")
    remove(copy)
    remove(fresh_path(path))
    try:
        database.copy_to(copy)
    except BaseException:
        remove(copy)
        raise
    # The copy is complete. From here on, the next opening finishes the move after a crash.
    copy.rename(fresh_path(path))
    aside = _put_aside(database, path, at)
    database.release()
    finish(path)
    database.reopen()
    return aside


def _put_aside(database: Database, path: Path, at: float) -> Path | None:
    """Rename the file that stands at the path, with its WAL; return its new path."""
    if not path.exists():
        return None
    aside = aside_path(path, at, "replaced")
    own_wal = database.has_own_wal
    path.rename(aside)
    if beside(path, "-wal").exists() and not own_wal:
        beside(path, "-wal").rename(beside(aside, "-wal"))
    return aside
