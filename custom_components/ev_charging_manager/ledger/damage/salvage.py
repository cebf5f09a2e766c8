"""Copying of the readable rows of a damaged ledger into a new file. `rebuild.py` computes the totals afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Double, Table, Text, insert, select

from ...domain.records import Identity, Outcome
from ..errors import CodecError
from ..migrations import catch_up
from ..rows import record_of
from ..schema import checkpoints, corrections, intervals, meta, month_totals, outbox, put_aside, sessions, shares
from ..sessions import effective
from .wreck import Row, Wreck


@dataclass(frozen=True, slots=True)
class Salvaged:
    """How many sessions were saved and how many were lost at least (None: unknown).

    `incomplete` counts the saved sessions that have their energy and cost but lack intervals or a correction.
    """

    saved: int = 0
    lost: int | None = None
    incomplete: int = 0


@dataclass(frozen=True, slots=True)
class _Copied:
    """The energy that the intervals must sum to (None: not completed), and whether the correction was readable."""

    energy_mwh: int | None
    corrected: bool


def salvage(wreck: Wreck, connection: Connection) -> Salvaged:
    """Copy all rows that can be read and decoded."""
    highest = _highest(wreck)
    by_session = _corrections(wreck)
    numbers = _sessions(wreck, connection, by_session, highest)
    incomplete = _intervals(wreck, connection, numbers, highest)
    kept = [row for number in numbers for row in by_session.get(number, ())]
    _insert(connection, corrections, kept)
    for table in (checkpoints, outbox, put_aside):
        for rows in wreck.rows(table.name):
            _insert(connection, table, _fitting(table, rows))
    catch_up(connection, wreck.version())
    return _counted(wreck, connection, numbers, highest, incomplete)


def _sessions(
    wreck: Wreck, connection: Connection, by_session: dict[int, list[Row]], highest: int | None
) -> dict[int, _Copied]:
    """Copy the sessions; return by number what is needed of each later."""
    copied: dict[int, _Copied] = {}
    ids: set[str] = set()
    for rows in _session_rows(wreck, copied, highest):
        good = []
        for row in _fitting(sessions, rows):
            if row["number"] not in copied and row["session_id"] not in ids and _decodes(row):
                copied[row["number"]] = _prepared(row, by_session.get(row["number"], []))
                ids.add(row["session_id"])
                good.append(row)
        _insert(connection, sessions, good)
    return copied


def _session_rows(wreck: Wreck, copied: Mapping[int, _Copied], highest: int | None) -> Iterator[list[Row]]:
    """Yield the rows of sessions; last, if some are missing, those on pages that cannot be reached."""
    yield from wreck.rows(sessions.name, highest=highest)
    if highest is None or len(copied) < highest:
        yield from ([row] for row in wreck.loose(sessions))


def _prepared(row: Row, known: list[Row]) -> _Copied:
    expected = row["correction"]
    _correct(row, known)
    corrected = row["correction"] == expected
    if row["outcome"] != Outcome.COMPLETED.value:
        return _Copied(None, corrected)
    return _Copied(row["energy_mwh"], corrected)


def _decodes(row: Row) -> bool:
    try:
        record_of(row)
    except CodecError:
        return False
    return True


def _correct(row: Row, known: list[Row]) -> None:
    """Point the session at its newest readable correction."""
    newest = max(known, key=lambda correction: int(correction["id"]), default=None)
    if newest is None:
        row["correction"] = None
        row["effective_user_id"] = row["user_id"]
        return
    row["correction"] = newest["id"]
    row["effective_user_id"] = effective(Identity(user_id=row["user_id"]), newest["after"]).user_id


def _corrections(wreck: Wreck) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for rows in wreck.rows(corrections.name):
        for row in _fitting(corrections, rows):
            if _has_identities(row):
                found[row["session"]].append(row)
    return found


def _has_identities(row: Row) -> bool:
    try:
        effective(Identity(), row["before"])
        effective(Identity(), row["after"])
    except CodecError:
        return False
    return True


def _intervals(wreck: Wreck, connection: Connection, numbers: dict[int, _Copied], highest: int | None) -> int:
    """Copy the intervals of the copied sessions; return how many completed sessions lack some, or a correction."""
    missing = {number: kept.energy_mwh for number, kept in numbers.items() if kept.energy_mwh is not None}
    for rows in wreck.rows(intervals.name, "session", highest):
        good = [row for row in _fitting(intervals, rows) if row["session"] in numbers]
        for row in good:
            if row["session"] in missing:
                missing[row["session"]] -= row["energy_mwh"]
        _insert(connection, intervals, good)
    if any(missing.values()):
        _loose_intervals(wreck, connection, missing)
    return sum(bool(missing.get(number)) or not kept.corrected for number, kept in numbers.items())


def _loose_intervals(wreck: Wreck, connection: Connection, missing: dict[int, int]) -> None:
    """Copy unreachable intervals of a session if they sum to its missing energy.

    A page can hold outdated rows. The sum is the proof that these are the current ones.
    """
    found: dict[int, dict[int, Row]] = defaultdict(dict)
    for row in _fitting(intervals, wreck.loose(intervals)):
        if missing.get(row["session"]):
            found[row["session"]][row["position"]] = row
    for number, parts in found.items():
        known = select(intervals.c.position).where(intervals.c.session == number)
        there = set(connection.scalars(known))
        new = [parts[position] for position in sorted(parts.keys() - there)]
        if sum(row["energy_mwh"] for row in new) == missing[number]:
            _insert(connection, intervals, new)
            missing[number] = 0


def _highest(wreck: Wreck) -> int | None:
    """Return the highest session number in the table or any of its indexes; None if all of them are unreadable."""
    by_index = (f"{sessions.name} INDEXED BY {index.name}" for index in sessions.indexes)
    found = [wreck.highest(table, "number") for table in (sessions.name, *by_index)]
    return max((number for number in found if number is not None), default=None)


def _counted(
    wreck: Wreck, connection: Connection, numbers: Mapping[int, _Copied], highest: int | None, incomplete: int
) -> Salvaged:
    mentioned = [wreck.highest(table.name, "session") or 0 for table in (intervals, shares, corrections)]
    highest = max([highest or 0, *numbers, *mentioned])
    missing = max(0, highest - len(numbers))
    # Session numbers have no gaps except those that an earlier salvage left. The header of the new file keeps their
    # count, so that the next salvage does not report the same losses again.
    connection.exec_driver_sql(f"PRAGMA user_version={missing}")
    if not wreck.holds(meta.name):
        return Salvaged(len(numbers), None, incomplete)
    completed = sum(copied.energy_mwh is not None for copied in numbers.values())
    # The totals are on pages of their table and can count sessions that are found nowhere else.
    uncounted = wreck.sum(month_totals.name, "sessions") - completed
    lost = max(0, missing - wreck.user_version(), uncounted)
    return Salvaged(len(numbers), lost, incomplete)


def _fitting(table: Table, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows with values that fit the types of the columns; 0 and 1 become booleans in a boolean column."""
    for row in rows:
        values = {column.name: row.get(column.name) for column in table.columns}
        if all(_fits(column, values[column.name]) for column in table.columns):
            booleans = [column.name for column in table.columns if isinstance(column.type, Boolean)]
            yield values | {name: bool(values[name]) for name in booleans}


def _fits(column: Column[Any], value: object) -> bool:
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, Boolean):
        return value in (0, 1)
    if isinstance(column.type, Text):
        return isinstance(value, str)
    if isinstance(column.type, Double):
        return isinstance(value, float)
    return isinstance(value, int)


def _insert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    if values := list(rows):
        connection.execute(insert(table).prefix_with("OR IGNORE", dialect="sqlite"), values)
