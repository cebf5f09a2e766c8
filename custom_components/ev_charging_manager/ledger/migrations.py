"""The version of the tables, and the way from an older one to the newest. Each step is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, inspect, select, update

from .connection import Database
from .errors import LedgerCorrupt, LedgerTooNew
from .schema import meta, metadata

FIRST = 1
_VERSION = "schema_version"

type Step = Callable[[Connection], None]

# STEPS[0] leads from version 1 to 2 and so on. A released step is never edited: it speaks of the tables as
# they were then, in its own words, while `schema.py` speaks of the newest, which a new file gets at once.
STEPS: tuple[Step, ...] = ()


def migrate(database: Database, steps: Sequence[Step] = STEPS) -> None:
    """Bring the file to the newest version, making the tables of an empty one.

    Raises `LedgerTooNew` for a file of a newer release, and `LedgerCorrupt` for a file that is no ledger.
    """
    newest = FIRST + len(steps)
    version = _version(database)
    if version is None:
        _create(database, newest)
    elif version > newest:
        raise LedgerTooNew(
            f"Ledger {database.path}: written by a newer release (version {version}, this one knows {newest})"
        )
    else:
        _climb(database, version, steps)


def _version(database: Database) -> int | None:
    """The file's version; None for an empty file."""
    with database.reading() as connection:
        tables = inspect(connection).get_table_names()
        if not tables:
            return None
        if meta.name not in tables:
            raise LedgerCorrupt(f"Ledger {database.path}: it is a database, but no ledger")
        value = connection.scalar(select(meta.c.value).where(meta.c.key == _VERSION))
    if value is None or not value.isdecimal() or int(value) < FIRST:
        raise LedgerCorrupt(f"Ledger {database.path}: it does not say its version")
    return int(value)


def _create(database: Database, version: int) -> None:
    with database.writing() as connection:
        metadata.create_all(connection)
        connection.execute(meta.insert().values(key=_VERSION, value=str(version)))


def _climb(database: Database, version: int, steps: Sequence[Step]) -> None:
    for reached, step in enumerate(steps[version - FIRST :], version + 1):
        with database.writing() as connection:
            step(connection)
            connection.execute(update(meta).where(meta.c.key == _VERSION).values(value=str(reached)))
