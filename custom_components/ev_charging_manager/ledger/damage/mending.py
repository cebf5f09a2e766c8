"""A damaged ledger is put aside, and what can be saved of it goes on in a fresh file.

The fresh file is complete before the damaged one is moved, and a move that a crash cut short is finished by the
next opening: at no moment is there nothing to go on with.
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
    """What was wrong, where the damaged file is, and what was saved of it."""

    reason: str
    aside: Path
    salvaged: Salvaged


def mend(path: Path, reason: str, at: float) -> Mended:
    """Put the file aside, dated with a UTC epoch second, and leave a fresh one with what could be saved in its place.

    Nobody may have the file open. Raises `LedgerTooNew` for a file that a newer release understands, and the other
    kinds of `LedgerError` when the fresh one cannot be written; the damaged file is then where it was.
    """
    try:
        aside, salvaged = _exchange(path, at)
    except (OSError, sqlite3.Error) as error:
        raise LedgerError(f"Ledger {path}: it is damaged ({reason}) and cannot be put aside ({error})") from error
    _LOGGER.error("Ledger %s was damaged (%s) and is kept as %s: %s", path, reason, aside.name, _told(salvaged))
    return Mended(reason, aside, salvaged)


def finish(path: Path) -> None:
    """Finish what a crash cut short between the two moves."""
    fresh = _fresh(path)
    if fresh.exists() and not path.exists():
        for ending in _BESIDE:
            # They belong to the damaged file; left here they would be laid over the fresh one.
            _beside(path, ending).unlink(missing_ok=True)
        _settle(fresh, path)


def _exchange(path: Path, at: float) -> tuple[Path, Salvaged]:
    finish(path)
    fresh = _fresh(path)
    _remove(fresh)
    try:
        salvaged = _filled(fresh, path)
        aside = _aside(path, at)
        path.rename(aside)
    except BaseException:
        _remove(fresh)
        raise
    _follow(path, aside)
    _settle(fresh, path)
    return aside, salvaged


def _filled(fresh: Path, path: Path) -> Salvaged:
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
        raise LedgerTooNew(f"Ledger {path}: it is damaged, and was written by a newer release (version {version})")


def _aside(path: Path, at: float) -> Path:
    """A name beside the file that nobody has yet."""
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.stem}.damaged-{stamp}{path.suffix}")
    count = 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{path.stem}.damaged-{stamp}-{count}{path.suffix}")
    return aside


def _follow(path: Path, aside: Path) -> None:
    """What stood beside the file goes with it. After the file: what a crash leaves beside nothing, `finish` takes."""
    for ending in _BESIDE:
        if _beside(path, ending).exists():
            _beside(path, ending).rename(_beside(aside, ending))


def _settle(fresh: Path, path: Path) -> None:
    """Let the fresh file take the place, for good even if the power goes right after."""
    fresh.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _fresh(path: Path) -> Path:
    return path.with_name(f"{path.name}.mending")


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")


def _remove(path: Path) -> None:
    for ending in ("", *_BESIDE):
        _beside(path, ending).unlink(missing_ok=True)


def _told(salvaged: Salvaged) -> str:
    lost = "nobody can tell how many" if salvaged.lost is None else salvaged.lost
    return f"{salvaged.saved} sessions saved, {salvaged.incomplete} of them in part, lost: {lost}"
