"""Replacement of a damaged ledger by a new file with everything that could be saved.

The new file is complete before the damaged one is moved. If a crash interrupts the move, the next opening finishes it.
There is always a file to continue with.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..connection import Database
from ..errors import LedgerError, LedgerTooNew
from ..migrations import NEWEST, migrate
from .salvage import Salvaged, salvage
from .wreck import Wreck

_LOGGER = logging.getLogger(__name__)

_BESIDE = ("-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Mended:
    """The reason for the replacement, the path of the damaged file, and what was saved."""

    reason: str
    aside: Path
    salvaged: Salvaged


def mend(path: Path, reason: str, at: float) -> Mended:
    """Rename the damaged file, with the date of the UTC epoch second `at`, and leave a new file at its path.

    The file must be closed. Raises `LedgerTooNew` if a newer release wrote the file, and other kinds of `LedgerError`
    if the new file cannot be written; the damaged file then stays at its path.
    """
    try:
        aside, salvaged = _exchange(path, at)
    except (OSError, sqlite3.Error) as error:
        raise LedgerError(
            f"Ledger {path} is damaged ({reason}) and cannot be put aside ({error}). "
            "Check the free space and the permissions of its folder, then restart Home Assistant"
        ) from error
    _LOGGER.error(
        "Ledger %s was damaged (%s) and is kept as %s. Saved sessions: %s, of these incomplete: %s, lost sessions: %s",
        path,
        reason,
        aside.name,
        salvaged.saved,
        salvaged.incomplete,
        _lost(salvaged),
    )
    return Mended(reason, aside, salvaged)


def finish(path: Path) -> None:
    """Finish a replacement that a crash interrupted between the two moves."""
    fresh = fresh_path(path)
    if fresh.exists() and not path.exists():
        for ending in _BESIDE:
            # These belong to the damaged file. SQLite would apply them to the new one.
            beside(path, ending).unlink(missing_ok=True)
        _settle(fresh, path)


def _exchange(path: Path, at: float) -> tuple[Path, Salvaged]:
    finish(path)
    fresh = fresh_path(path)
    remove(fresh)
    try:
        salvaged = _filled(fresh, path)
        aside = aside_path(path, at)
        path.rename(aside)
    except BaseException:
        remove(fresh)
        raise
    _move_beside(path, aside)
    _settle(fresh, path)
    return aside, salvaged


def _filled(fresh: Path, path: Path) -> Salvaged:
    """Make the new file with the rows that can be read in the damaged one."""
    database = Database(fresh, 0.0)
    try:
        migrate(database)
        with Wreck(path) as wreck, database.writing() as connection:
            _refuse_newer(wreck, path)
            salvaged = salvage(wreck, connection)
        database.close()
    except BaseException:
        database.release()
        raise
    return salvaged


def _refuse_newer(wreck: Wreck, path: Path) -> None:
    version = wreck.version()
    if version is not None and version > NEWEST:
        raise LedgerTooNew(
            f"Ledger {path} is damaged and was written by a newer release (schema version {version}). "
            "Install that release again"
        )


def aside_path(path: Path, at: float, why: str = "damaged") -> Path:
    """Return a new file name for a file that is put aside, with the reason and the date in it."""
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}.{why}-{stamp}{path.suffix}")
    count = 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{path.stem}.{why}-{stamp}-{count}{path.suffix}")
    return aside


def _move_beside(path: Path, aside: Path) -> None:
    """Move the WAL and its index after the damaged file. `finish` deletes them if a crash prevents this move."""
    for ending in _BESIDE:
        if beside(path, ending).exists():
            beside(path, ending).rename(beside(aside, ending))


def _settle(fresh: Path, path: Path) -> None:
    """Move the new file to the ledger's path, durable even if the power fails right after."""
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def fresh_path(path: Path) -> Path:
    """Return the path of a complete new file that waits to be moved; `finish` moves it after a crash."""
    return path.with_name(f"{path.name}.mending")


def beside(path: Path, ending: str) -> Path:
    """Return the path of a file that belongs to the database, such as its WAL."""
    return path.with_name(f"{path.name}{ending}")


def remove(path: Path) -> None:
    """Delete a database with the files that belong to it."""
    for ending in ("", *_BESIDE):
        beside(path, ending).unlink(missing_ok=True)


def _lost(salvaged: Salvaged) -> str:
    if salvaged.lost is None:
        return "unknown"
    return str(salvaged.lost)
