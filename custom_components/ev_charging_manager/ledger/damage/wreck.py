"""What a damaged file still says, by SQLite's own means: reading goes on behind every page that cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Double, Table

from .carving import carved

type Row = dict[str, Any]

# Keys that are read with one question; one that fails is asked again in halves, down to the single key.
_SPAN = 500
# No row of a table that is read by key is smaller: what a torn page says about the highest key is not believed.
_LEAST_ROW_BYTES = 40
_PROBES = 200


class Wreck:
    """A damaged database, opened so that nothing in it changes. What cannot be read is left out, without an error."""

    def __init__(self, path: Path) -> None:
        """Open it. That fails for no file: what is no database has no rows."""
        uri = f"{path.absolute().as_uri()}?mode=ro"
        self._connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        # The name misleads: nothing is written. It lets a file be read that is shorter than it says.
        self._connection.execute("PRAGMA writable_schema=ON")
        self._path = path
        self._most = path.stat().st_size // _LEAST_ROW_BYTES + _SPAN

    def __enter__(self) -> Self:
        """The wreck itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file."""
        self._connection.close()

    def version(self) -> int | None:
        """The version of its tables; None if that cannot be read."""
        rows = self._until_error("SELECT value FROM meta WHERE key = 'schema_version'")
        value = rows[0]["value"] if rows else None
        return int(value) if isinstance(value, str) and value.isdecimal() else None

    def noted(self) -> int:
        """The number in the file's head that is there for whatever its owner likes; 0 if nobody wrote one."""
        rows = self._until_error("PRAGMA user_version")
        return int(rows[0]["user_version"]) if rows else 0

    def highest(self, table: str, key: str) -> int | None:
        """The highest value of a whole-number key, 0 if there is none; None if that cannot be read."""
        rows = self._until_error(f"SELECT max({key}) AS highest FROM {table}")
        if not rows:
            return None
        highest = rows[0]["highest"]
        return min(highest, self._most) if isinstance(highest, int) else 0

    def sum(self, table: str, column: str) -> int:
        """The sum of a column of whole numbers; 0 if it cannot be read."""
        rows = self._until_error(f"SELECT sum({column}) AS total FROM {table}")
        total = rows[0]["total"] if rows else None
        return total if isinstance(total, int) else 0

    def holds(self, table: str) -> bool:
        """Whether the file says that there is such a table."""
        try:
            self._connection.execute(f"SELECT 1 FROM {table} LIMIT 0")
        except sqlite3.DatabaseError:
            return False
        return True

    def rows(self, table: str, key: str = "rowid", highest: int | None = None) -> Iterator[list[Row]]:
        """All rows that can be read, some at a time, in the order of a whole-number key that the table is kept in.

        `highest`: the highest key, where something else than the table itself says so.
        """
        said = [known for known in (highest, self.highest(table, key)) if known is not None]
        highest = max(said, default=self._most)
        if not self.holds(table) or self._is_hopeless(table, key, highest):
            return
        spans = [(low, min(low + _SPAN - 1, highest)) for low in range(1, highest + 1, _SPAN)][::-1]
        while spans:
            low, high = spans.pop()
            rows = self._span(table, key, low, high)
            if rows is not None:
                yield rows
            elif low < high:
                middle = (low + high) // 2
                spans += [(middle + 1, high), (low, middle)]
            else:
                yield self._both_ways(table, key, low)

    def loose(self, table: Table) -> Iterator[Row]:
        """Whatever on any page looks like a row of a table, whether it can be reached or not, and perhaps outdated."""
        names = [column.name for column in table.columns]
        reals = {column.name for column in table.columns if isinstance(column.type, Double)}
        key = next((column.name for column in table.columns if column.primary_key), None)
        with_rowid = table.dialect_options["sqlite"]["with_rowid"]
        for rowid, values in carved(self._path, len(names), with_rowid):
            row = dict(zip(names, values, strict=True)) | ({key: rowid} if with_rowid and key else {})
            # A whole number is written as such, whatever the column.
            yield row | {name: float(row[name]) for name in reals if isinstance(row[name], int)}

    def _is_hopeless(self, table: str, key: str, highest: int) -> bool:
        """Whether nothing can be read anywhere, as when the page is torn from which all others are reached."""
        probes = range(1, highest + 1, max(1, highest // _PROBES))
        return all(self._span(table, key, probe, probe) is None for probe in probes)

    def _span(self, table: str, key: str, low: int, high: int) -> list[Row] | None:
        """The rows of these keys; None if one of them cannot be read."""
        try:
            return [*self._ask(f"SELECT * FROM {table} WHERE {key} BETWEEN {low} AND {high} ORDER BY {key}")]
        except sqlite3.DatabaseError:
            return None

    def _both_ways(self, table: str, key: str, value: int) -> list[Row]:
        """The rows of one key before the first page that cannot be read, and behind the last."""
        statement = f"SELECT * FROM {table} WHERE {key} = {value} ORDER BY {key}"
        if key != "rowid":
            forward = self._until_error(f"{statement}, position")
            behind = self._until_error(f"{statement} DESC, position DESC")[::-1]
            return forward + [row for row in behind if row not in forward]
        return self._until_error(statement)

    def _until_error(self, statement: str) -> list[Row]:
        rows: list[Row] = []
        try:
            for row in self._ask(statement):
                rows.append(row)  # noqa: PERF402  # what came before an error counts
        except sqlite3.DatabaseError:
            return rows
        return rows

    def _ask(self, statement: str) -> Iterator[Row]:
        cursor = self._connection.execute(statement)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, values, strict=True)) for values in cursor)
