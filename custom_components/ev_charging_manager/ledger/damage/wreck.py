"""Read access to a damaged database with SQLite: an unreadable page does not end the reading."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Double, Table

from .pages import page_rows

type Row = dict[str, Any]

# The number of keys in one query. If it fails, its halves are tried, down to a single key.
_SPAN = 500
# The smallest row of a table that is read by key. It limits the highest key that a damaged page can claim.
_LEAST_ROW_BYTES = 40
_PROBES = 200


class Wreck:
    """A damaged database, opened without write access. Unreadable rows are left out without an error."""

    def __init__(self, path: Path) -> None:
        """Open the file. A file that is not a database has no rows."""
        uri = f"{path.absolute().as_uri()}?mode=ro"
        self._connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        # This writes nothing, in spite of its name. It allows reading a file that is shorter than its header claims.
        self._connection.execute("PRAGMA writable_schema=ON")
        self._path = path
        self._most = path.stat().st_size // _LEAST_ROW_BYTES + _SPAN

    def __enter__(self) -> Self:
        """Return the wreck itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self._connection.close()

    def version(self) -> int | None:
        """Return the schema version; None if it cannot be read."""
        value = self._first("SELECT value FROM meta WHERE key = 'schema_version'")
        if isinstance(value, str) and value.isdecimal():
            return int(value)
        return None

    def user_version(self) -> int:
        """Return the number that applications may store in the file's header; 0 if there is none."""
        return _whole_or_0(self._first("PRAGMA user_version"))

    def highest(self, table: str, key: str) -> int | None:
        """Return the highest value of an integer key, 0 in an empty table; None if it cannot be read."""
        rows = self._until_error(f"SELECT max({key}) AS highest FROM {table}")
        if not rows:
            return None
        return min(_whole_or_0(rows[0]["highest"]), self._most)

    def sum(self, table: str, column: str) -> int:
        """Return the sum of an integer column; 0 if it cannot be read."""
        return _whole_or_0(self._first(f"SELECT sum({column}) FROM {table}"))

    def holds(self, table: str) -> bool:
        """Return whether the file's schema has this table."""
        try:
            self._connection.execute(f"SELECT 1 FROM {table} LIMIT 0")
        except sqlite3.DatabaseError:
            return False
        return True

    def rows(self, table: str, key: str = "rowid", highest: int | None = None) -> Iterator[list[Row]]:
        """Yield all readable rows in batches, in the order of an integer key that the table is sorted by.

        `highest` is the highest key according to another table or an index.
        """
        known = [number for number in (highest, self.highest(table, key)) if number is not None]
        highest = max(known, default=self._most)
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
        """Yield every cell of any page that looks like a row of the table; it can be unreachable or outdated."""
        names = [column.name for column in table.columns]
        reals = {column.name for column in table.columns if isinstance(column.type, Double)}
        key = next((column.name for column in table.columns if column.primary_key), None)
        with_rowid = table.dialect_options["sqlite"]["with_rowid"]
        for rowid, values in page_rows(self._path, len(names), with_rowid):
            row = dict(zip(names, values, strict=True))
            if with_rowid and key:
                row[key] = rowid
            # SQLite stores a real without fraction as an integer.
            yield row | {name: float(row[name]) for name in reals if isinstance(row[name], int)}

    def _is_hopeless(self, table: str, key: str, highest: int) -> bool:
        """Return whether no row can be read, for example because the table's root page is damaged."""
        probes = range(1, highest + 1, max(1, highest // _PROBES))
        return all(self._span(table, key, probe, probe) is None for probe in probes)

    def _span(self, table: str, key: str, low: int, high: int) -> list[Row] | None:
        """Return the rows with these keys; None if one of them cannot be read."""
        try:
            return [*self._query(f"SELECT * FROM {table} WHERE {key} BETWEEN {low} AND {high} ORDER BY {key}")]
        except sqlite3.DatabaseError:
            return None

    def _both_ways(self, table: str, key: str, value: int) -> list[Row]:
        """Return the rows with one key that come before the first unreadable page and after the last one."""
        statement = f"SELECT * FROM {table} WHERE {key} = {value} ORDER BY {key}"
        if key != "rowid":
            forward = self._until_error(f"{statement}, position")
            behind = self._until_error(f"{statement} DESC, position DESC")[::-1]
            return forward + [row for row in behind if row not in forward]
        return self._until_error(statement)

    def _first(self, statement: str) -> Any:
        """Return the first value of the first row; None if there is none."""
        rows = self._until_error(statement)
        if not rows:
            return None
        return next(iter(rows[0].values()))

    def _until_error(self, statement: str) -> list[Row]:
        """Return the rows up to the first error."""
        rows: list[Row] = []
        try:
            for row in self._query(statement):
                rows.append(row)  # noqa: PERF402  # keep the rows before an error
        except sqlite3.DatabaseError:
            return rows
        return rows

    def _query(self, statement: str) -> Iterator[Row]:
        cursor = self._connection.execute(statement)
        names = [column[0] for column in cursor.description]
        return (dict(zip(names, values, strict=True)) for values in cursor)


def _whole_or_0(value: Any) -> int:
    if isinstance(value, int):
        return value
    return 0
