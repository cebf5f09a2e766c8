"""Computation of all totals from the sessions, for another time zone or after a salvage."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from ..domain.records import Identity, Outcome
from ..domain.statistics.totals import Part, month_of
from .errors import CodecError
from .schema import corrections, intervals, month_totals, payers, sessions, shares
from .sessions import effective
from .totals import (
    AMOUNTS,
    KEY,
    SHARE_AMOUNTS,
    SHARE_KEY,
    Countable,
    Payer,
    name_payer,
    payer_of,
    share_rows,
    shares_of,
)

_LOGGER = logging.getLogger(__name__)

_BATCH = 2_000
# Only the columns that totals need: a row with other damage still counts.
_NEEDED = (
    sessions.c.number,
    sessions.c.charger_id,
    sessions.c.currency,
    sessions.c.started_at,
    sessions.c.energy_mwh,
    sessions.c.cost_micro,
    sessions.c.user_id,
    sessions.c.user_name,
    sessions.c.user_type,
    corrections.c.after,
)


def rebuild(connection: Connection, zone: ZoneInfo) -> None:
    """Replace all shares, totals and payers by those of the recorded sessions."""
    for table in (shares, month_totals, payers):
        connection.execute(delete(table))
    newest: dict[str, Countable] = {}
    for batch in _batches(connection, zone):
        _share_out(connection, batch, zone)
        for session in batch.values():
            _note(newest, session)
    for session in newest.values():
        name_payer(connection, session.payer, session.started_at)
    _sum_up(connection)


def _batches(connection: Connection, zone: ZoneInfo) -> Iterator[dict[int, Countable]]:
    """Yield all completed sessions by number, in batches, so that memory does not grow with the history."""
    last = 0
    joined = select(*_NEEDED).outerjoin(corrections, sessions.c.correction == corrections.c.id)
    completed = joined.where(sessions.c.outcome == Outcome.COMPLETED.value)
    while True:
        following = completed.where(sessions.c.number > last).order_by(sessions.c.number).limit(_BATCH)
        rows = connection.execute(following).mappings().all()
        if not rows:
            return
        yield {row["number"]: session for row in rows if (session := _countable(row, zone)) is not None}
        last = rows[-1]["number"]


def _countable(row: RowMapping, zone: ZoneInfo) -> Countable | None:
    """Return the row's part in the totals; None, with a warning, for an unreadable row."""
    try:
        payer = Payer(row["user_id"], row["user_name"], row["user_type"])
        if row["after"] is not None:
            payer = payer_of(effective(Identity(), row["after"]))
        started_at = float(row["started_at"])
        month_of(started_at, zone)
        energy_mwh = int(row["energy_mwh"])
        cost_micro = _whole(row["cost_micro"])
        return Countable(row["charger_id"], row["currency"], started_at, energy_mwh, cost_micro, payer)
    except (CodecError, TypeError, ValueError, OverflowError) as error:
        _LOGGER.warning("Session number %s cannot be read and is missing in the totals: %s", row["number"], error)
        return None


def _note(newest: dict[str, Countable], session: Countable) -> None:
    known = newest.get(session.payer.key)
    if known is None or known.started_at <= session.started_at:
        newest[session.payer.key] = session


def _share_out(connection: Connection, batch: Mapping[int, Countable], zone: ZoneInfo) -> None:
    if not batch:
        return
    parts = _parts(connection, min(batch), max(batch), zone)
    rows = [
        row for number, session in batch.items() for row in share_rows(number, shares_of(session, parts[number], zone))
    ]
    connection.execute(insert(shares), rows)


def _parts(connection: Connection, first: int, last: int, zone: ZoneInfo) -> Mapping[int, list[Part]]:
    """Return the parts of each of these sessions; a session within one month has one part."""
    here = intervals.c.session.between(first, last)
    sums = (func.sum(intervals.c.energy_mwh), func.sum(intervals.c.cost_micro))
    quarters = (func.min(intervals.c.quarter), func.max(intervals.c.quarter))
    grouped = select(intervals.c.session, *quarters, *sums).where(here).group_by(intervals.c.session)
    found: dict[int, list[Part]] = defaultdict(list)
    for number, begin, end, energy, cost in connection.execute(grouped):
        try:
            if month_of(begin, zone) == month_of(end, zone):
                found[number] = [_part(begin, energy, cost)]
            else:
                found[number] = _each(connection, number)
        except (TypeError, ValueError, OverflowError):
            _LOGGER.warning(
                "The intervals of session number %s cannot be read; all its energy counts in the month of its start",
                number,
            )
    return found


def _part(quarter: Any, energy: Any, cost: Any) -> Part:
    return int(quarter), int(energy), _whole(cost)


def _whole(value: Any) -> int | None:
    if value is None:
        return None
    return int(value)


def _each(connection: Connection, number: int) -> list[Part]:
    columns = (intervals.c.quarter, intervals.c.energy_mwh, intervals.c.cost_micro)
    rows = connection.execute(select(*columns).where(intervals.c.session == number))
    return [_part(*row) for row in rows]


def _sum_up(connection: Connection) -> None:
    amounts = (func.sum(column) for column in SHARE_AMOUNTS)
    summed = select(*SHARE_KEY, *amounts).group_by(*SHARE_KEY)
    names = [column.name for column in (*KEY, *AMOUNTS)]
    connection.execute(insert(month_totals).from_select(names, summed))
