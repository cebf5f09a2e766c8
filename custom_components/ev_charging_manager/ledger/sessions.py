"""Sessions and their intervals, stored as measured and read with the newest correction."""

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
# Hot path: with values as parameters, SQLAlchemy finds the compiled statement without analysing it again.
_BY_ID = WITH_CORRECTION.where(sessions.c.session_id == bindparam("id"))
_ADD = insert(sessions)
_REPLACE = update(sessions).where(sessions.c.number == bindparam("this"))
_MINE = intervals.c.session == bindparam("this")
_INTERVALS = select(*INTERVAL_COLUMNS).where(_MINE).order_by(intervals.c.position)
_DELETE_FROM = delete(intervals).where(_MINE, intervals.c.position >= bindparam("first"))
_ADD_INTERVALS = insert(intervals)


def save(connection: Connection, record: SessionRecord, zone: ZoneInfo) -> None:
    """Store a session, for the first time or again, with its intervals and its shares of the totals."""
    number, identity = _save_row(connection, record)
    _save_intervals(connection, number, interval_rows(record))
    count(connection, number, record, identity, zone)


def count(connection: Connection, number: int, record: SessionRecord, identity: Identity, zone: ZoneInfo) -> None:
    """Update the totals for this record with this effective identity."""
    session = countable(record, identity)
    if session is None:
        recount(connection, number, {})
        return
    parts = [(interval.quarter, interval.energy_mwh, interval.cost_micro) for interval in record.intervals]
    name_payer(connection, session.payer, record.started_at)
    recount(connection, number, shares_of(session, parts, zone))


def _save_row(connection: Connection, record: SessionRecord) -> tuple[int, Identity]:
    """Store the row; return its number and the effective identity: the measured or the corrected one."""
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
    """Return the identity in a correction's `after` (JSON), or the measured one."""
    if after is None:
        return measured
    changes = parsed_object(after)
    if "identity" not in changes:
        return measured
    identity: Identity = structure(changes["identity"], Identity)
    return identity


def _save_intervals(connection: Connection, number: int, after: list[tuple[Any, ...]]) -> None:
    """Replace the intervals from the first difference on: a running session is saved often and changes at its end."""
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
    """Return a session's row, with `after` of its newest correction, and the rows of its intervals."""
    rows = connection.execute(_BY_ID, {"id": session_id})
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    number = row["number"]
    return row, _intervals_of(connection, [number])[number]


def corrected(connection: Connection, session_id: str) -> SessionRecord | None:
    """Return one whole session as corrected; raises `CodecError` for an unreadable row."""
    found = find(connection, session_id)
    if found is None:
        return None
    row, parts = found
    return record_of(row, row["after"], parts)


def measured(connection: Connection, session_id: str) -> SessionRecord | None:
    """Return one whole session as it was before any correction; raises `CodecError` for an unreadable row."""
    found = find(connection, session_id)
    if found is None:
        return None
    row, parts = found
    return record_of(row, parts=parts)


def running(connection: Connection, charger_id: str | None = None) -> list[SessionRecord]:
    """Return every session that has not ended, or those of a charger, whole, oldest first."""
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
    """Return the record in a row; None, with a warning, for an unreadable row, so that the others are still listed."""
    try:
        return record_of(row, row["after"], parts)
    except CodecError as error:
        _LOGGER.warning("Session %s cannot be read and is left out: %s", row["session_id"], error)
        return None
