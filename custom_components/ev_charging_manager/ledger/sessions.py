"""Sessions and their intervals: written as measured, however often; read with the newest correction on top."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, Select, bindparam, delete, insert, select, update

from ..domain.records import Identity, Outcome, SessionRecord
from .codec import parsed_object, structure
from .errors import CodecError
from .rows import INTERVAL_COLUMNS, interval_rows, record_of, row_of
from .schema import corrections, intervals, sessions
from .totals import countable, name_payer, recount, shares_of

_LOGGER = logging.getLogger(__name__)

WITH_CORRECTION: Select[Any] = select(sessions, corrections.c.after).outerjoin(
    corrections, sessions.c.correction == corrections.c.id
)
# Values come as parameters: a statement that holds them is taken apart anew at each call, to find it compiled.
_BY_ID = WITH_CORRECTION.where(sessions.c.session_id == bindparam("id"))
_ADD, _REPLACE = insert(sessions), update(sessions).where(sessions.c.number == bindparam("this"))
_MINE = intervals.c.session == bindparam("this")
_INTERVALS = select(*INTERVAL_COLUMNS).where(_MINE).order_by(intervals.c.position)
_DELETE_FROM = delete(intervals).where(_MINE, intervals.c.position >= bindparam("first"))
_ADD_INTERVALS = insert(intervals)


def save(connection: Connection, record: SessionRecord, zone: ZoneInfo) -> None:
    """Record a session, for the first time or again, with its intervals and its part in the totals."""
    number, identity = _save_row(connection, record)
    _save_intervals(connection, number, interval_rows(record))
    count(connection, number, record, identity, zone)


def count(connection: Connection, number: int, record: SessionRecord, identity: Identity, zone: ZoneInfo) -> None:
    """Bring the totals to what this record says under this effective identity."""
    session = countable(record, identity)
    parts = [(interval.quarter, interval.energy_mwh, interval.cost_micro) for interval in record.intervals]
    if session is not None:
        name_payer(connection, session.payer, record.started_at)
    recount(connection, number, shares_of(session, parts, zone) if session else {})


def _save_row(connection: Connection, record: SessionRecord) -> tuple[int, Identity]:
    """The row's number, and who the session counts for: what was measured, or what a correction says."""
    row = row_of(record)
    found = connection.execute(_BY_ID, {"id": record.session_id})
    known = found.mappings().one_or_none()
    if known is None:
        result = connection.execute(_ADD, row | {"effective_user_id": record.identity.user_id})
        assert result.inserted_primary_key is not None
        return result.inserted_primary_key[0], record.identity
    identity = effective(record.identity, known["after"])
    connection.execute(_REPLACE, row | {"effective_user_id": identity.user_id, "this": known["number"]})
    return known["number"], identity


def effective(measured: Identity, after: str | None) -> Identity:
    """An identity with a correction's `after` laid over it."""
    changes = parsed_object(after) if after is not None else {}
    if "identity" not in changes:
        return measured
    identity: Identity = structure(changes["identity"], Identity)
    return identity


def _save_intervals(connection: Connection, number: int, after: list[tuple[Any, ...]]) -> None:
    """Replace the intervals from the first that differs: a running session is saved often, changed at its end."""
    before = [tuple(row) for row in connection.execute(_INTERVALS, {"this": number})]
    pairs = enumerate(zip(before, after, strict=False))
    keep = next((at for at, (old, new) in pairs if old != new), min(len(before), len(after)))
    if len(before) > keep:
        connection.execute(_DELETE_FROM, {"this": number, "first": keep})
    names = [column.name for column in INTERVAL_COLUMNS]
    rows = [
        {"session": number, "position": position} | dict(zip(names, values, strict=True))
        for position, values in enumerate(after[keep:], keep)
    ]
    if rows:
        connection.execute(_ADD_INTERVALS, rows)


def find(connection: Connection, session_id: str) -> tuple[RowMapping, Sequence[RowMapping]] | None:
    """A session's row with its newest correction's `after`, and the rows of its intervals."""
    rows = connection.execute(_BY_ID, {"id": session_id})
    row = rows.mappings().one_or_none()
    return None if row is None else (row, _intervals_of(connection, [row["number"]])[row["number"]])


def corrected(connection: Connection, session_id: str) -> SessionRecord | None:
    """One whole session as corrected; raises `CodecError` if its row cannot be read."""
    found = find(connection, session_id)
    return record_of(found[0], found[0]["after"], found[1]) if found else None


def measured(connection: Connection, session_id: str) -> SessionRecord | None:
    """One whole session as it was before any correction; raises `CodecError` if its row cannot be read."""
    found = find(connection, session_id)
    return record_of(found[0], parts=found[1]) if found else None


def running(connection: Connection, charger_id: str | None = None) -> list[SessionRecord]:
    """The whole of every session that has not ended, or of those of a charger, oldest first."""
    statement = WITH_CORRECTION.where(sessions.c.outcome == Outcome.RUNNING.value)
    if charger_id is not None:
        statement = statement.where(sessions.c.charger_id == charger_id)
    rows = connection.execute(statement.order_by(sessions.c.started_at)).mappings().all()
    parts = _intervals_of(connection, [row["number"] for row in rows])
    records = (readable(row, parts[row["number"]]) for row in rows)
    return [record for record in records if record is not None]


def _intervals_of(connection: Connection, numbers: Sequence[int]) -> Mapping[int, list[RowMapping]]:
    statement = select(intervals).where(intervals.c.session.in_(numbers))
    ordered = statement.order_by(intervals.c.session, intervals.c.position)
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in connection.execute(ordered).mappings():
        found[row["session"]].append(row)
    return found


def readable(row: RowMapping, parts: Sequence[RowMapping] = ()) -> SessionRecord | None:
    """The record of a row in a list; None, with a warning, where one bad row must not hide the others."""
    try:
        return record_of(row, row["after"], parts)
    except CodecError as error:
        _LOGGER.warning("Session %s cannot be read and is left out: %s", row["session_id"], error)
        return None
