"""Brings what a damaged ledger still holds into a fresh one. Sums are left to `rebuild.py`."""

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
    """How many sessions were saved, and lost at least (None: nobody can tell), and how many of the saved lack a part.

    `incomplete` sessions have their energy and cost, and lack quarter-hours or a correction.
    """

    saved: int = 0
    lost: int | None = None
    incomplete: int = 0


@dataclass(frozen=True, slots=True)
class _Copied:
    """What the quarter-hours of a session should sum to (None: it is not over), and whether its correction is there."""

    energy_mwh: int | None
    corrected: bool


def salvage(wreck: Wreck, connection: Connection) -> Salvaged:
    """Copy everything that can be read and understood."""
    highest = _highest(wreck)
    by_session = _corrections(wreck)
    numbers = _sessions(wreck, connection, by_session, highest)
    partly = _intervals(wreck, connection, numbers, highest)
    kept = [row for number in numbers for row in by_session.get(number, ())]
    _insert(connection, corrections, kept)
    for table in (checkpoints, outbox, put_aside):
        for rows in wreck.rows(table.name):
            _insert(connection, table, _fitting(table, rows))
    catch_up(connection, wreck.version())
    return _counted(wreck, connection, numbers, highest, partly)


def _sessions(
    wreck: Wreck, connection: Connection, by_session: dict[int, list[Row]], highest: int | None
) -> dict[int, _Copied]:
    """Copy the sessions; what of each is needed later, by number."""
    copied: dict[int, _Copied] = {}
    ids: set[str] = set()
    for rows in _reached_or_loose(wreck, copied, highest):
        good = []
        for row in _fitting(sessions, rows):
            if row["number"] not in copied and row["session_id"] not in ids and _understood(row):
                copied[row["number"]] = _prepared(row, by_session.get(row["number"], []))
                ids.add(row["session_id"])
                good.append(row)
        _insert(connection, sessions, good)
    return copied


def _reached_or_loose(wreck: Wreck, copied: Mapping[int, _Copied], highest: int | None) -> Iterator[list[Row]]:
    """The rows of the sessions; those last, where some are missing, that can be found but not reached."""
    yield from wreck.rows(sessions.name, highest=highest)
    if highest is None or len(copied) < highest:
        yield from ([row] for row in wreck.loose(sessions))


def _prepared(row: Row, known: list[Row]) -> _Copied:
    wanted = row["correction"]
    _correct(row, known)
    completed = row["outcome"] == Outcome.COMPLETED.value
    return _Copied(row["energy_mwh"] if completed else None, row["correction"] == wanted)


def _understood(row: Row) -> bool:
    try:
        record_of(row)  # type: ignore[arg-type]  # a plain mapping will do
    except CodecError:
        return False
    return True


def _correct(row: Row, known: list[Row]) -> None:
    """Let the session stand as its newest correction that could be read says."""
    newest = max(known, key=lambda correction: int(correction["id"]), default=None)
    row["correction"] = newest["id"] if newest else None
    row["effective_user_id"] = row["user_id"]
    if newest is not None:
        identity = Identity(user_id=row["user_id"])
        row["effective_user_id"] = effective(identity, newest["after"]).user_id


def _corrections(wreck: Wreck) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for rows in wreck.rows(corrections.name):
        for row in _fitting(corrections, rows):
            if _says_whose(row):
                found[row["session"]].append(row)
    return found


def _says_whose(row: Row) -> bool:
    try:
        effective(Identity(), row["before"])
        effective(Identity(), row["after"])
    except CodecError:
        return False
    return True


def _intervals(wreck: Wreck, connection: Connection, numbers: dict[int, _Copied], highest: int | None) -> int:
    """Copy the quarter-hours of the sessions that are there; how many completed ones lack some, or a correction."""
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
    """Complete sessions with quarter-hours that cannot be reached, where all of a session's are found.

    A page may hold what stood there earlier: only what sums to the session's energy is believed.
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
    """The highest number of a session, as the table says or any of its indexes; None if none of them can be read."""
    by_index = (f"{sessions.name} INDEXED BY {index.name}" for index in sessions.indexes)
    said = [wreck.highest(table, "number") for table in (sessions.name, *by_index)]
    return max((number for number in said if number is not None), default=None)


def _counted(
    wreck: Wreck, connection: Connection, numbers: Mapping[int, _Copied], highest: int | None, partly: int
) -> Salvaged:
    mentioned = [wreck.highest(table.name, "session") or 0 for table in (intervals, shares, corrections)]
    highest = max([highest or 0, *numbers, *mentioned])
    missing = max(0, highest - len(numbers))
    # Numbers of sessions have no gaps but those that an earlier salvage left. How many these are stands in the file's
    # head, which every file has that anything can be read from.
    connection.exec_driver_sql(f"PRAGMA user_version={missing}")
    completed = sum(copied.energy_mwh is not None for copied in numbers.values())
    # Sums are small and stand apart from the sessions: they know of some that nothing else speaks of any more.
    lost = max(0, missing - wreck.noted(), wreck.sum(month_totals.name, "sessions") - completed)
    return Salvaged(len(numbers), lost if wreck.holds(meta.name) else None, partly)


def _fitting(table: Table, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows whose values are what the columns hold, with truth values as such."""
    for row in rows:
        values = {column.name: row.get(column.name) for column in table.columns}
        if all(_fits(column, values[column.name]) for column in table.columns):
            booleans = [column.name for column in table.columns if isinstance(column.type, Boolean)]
            yield values | {name: bool(values[name]) for name in booleans}


def _fits(column: Column[Any], value: Any) -> bool:
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
