"""Lists of sessions, newest first. The records have no intervals, which only a single session needs."""

from __future__ import annotations

from dataclasses import dataclass
from types import EllipsisType
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from ..domain.records import Outcome, SessionRecord
from .schema import month_totals, sessions, shares
from .sessions import WITH_CORRECTION, readable
from .totals import MonthShare, payers_of

type WhichUser = str | EllipsisType | None
"""A user's id, None for sessions without a user, or `...` for all sessions."""

# Sessions longer than 31 days are not searched.
LONGEST_S = 31 * 86_400.0
_NEWEST_FIRST = (sessions.c.started_at.desc(), sessions.c.session_id.desc())


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in the history: right before (older than) this session."""

    started_at: float
    session_id: str


@dataclass(frozen=True, slots=True)
class Page:
    """Sessions, newest first, without intervals, and the position of the next page (None: there is none)."""

    sessions: tuple[SessionRecord, ...]
    older: Cursor | None


def page(
    connection: Connection,
    before: Cursor | None,
    limit: int,
    charger_id: str | None,
    user_id: WhichUser,
    outcome: Outcome,
) -> Page:
    """Return one page. It is selected by key, so that the last page takes no longer than the first."""
    statement = _which(charger_id, user_id, outcome)
    if before is not None:
        # The first condition is redundant, but it lets SQLite use an index.
        earlier = sessions.c.started_at < before.started_at
        statement = statement.where(sessions.c.started_at <= before.started_at)
        statement = statement.where(or_(earlier, sessions.c.session_id < before.session_id))
    rows = connection.execute(statement.order_by(*_NEWEST_FIRST).limit(limit + 1)).mappings().all()
    records = (readable(row) for row in rows[:limit])
    found = tuple(record for record in records if record is not None)
    if len(rows) <= limit:
        return Page(found, None)
    last = rows[limit - 1]
    return Page(found, Cursor(last["started_at"], last["session_id"]))


def lately(
    connection: Connection, charger_id: str, since: float, limit: int, user_id: WhichUser
) -> list[SessionRecord]:
    """Return the newest completed sessions of a charger that ended since `since`, newest first."""
    statement = _which(charger_id, user_id, Outcome.COMPLETED).where(
        # The index contains the start of each session: older rows are not read.
        sessions.c.started_at >= since - LONGEST_S,
        sessions.c.ended_at >= since,
    )
    rows = connection.execute(statement.order_by(*_NEWEST_FIRST).limit(limit)).mappings().all()
    return [record for row in rows if (record := readable(row)) is not None]


def _which(charger_id: str | None, user_id: WhichUser, outcome: Outcome) -> Select[Any]:
    statement = WITH_CORRECTION.where(sessions.c.outcome == outcome.value)
    if charger_id is not None:
        statement = statement.where(sessions.c.charger_id == charger_id)
    if not isinstance(user_id, EllipsisType):
        statement = statement.where(sessions.c.effective_user_id == user_id)
    return statement


def user_month(connection: Connection, user_id: str | None, month: str) -> list[MonthShare]:
    """Return the share of each of a user's sessions in a local month, oldest first."""
    amounts = (
        shares.c.energy_mwh.label("share_energy"),
        shares.c.cost_micro.label("share_cost"),
        shares.c.sessions.label("share_count"),
    )
    joined = WITH_CORRECTION.add_columns(*amounts).join(shares, shares.c.session == sessions.c.number)
    mine = joined.where(shares.c.payer.in_(payers_of(user_id)), shares.c.month == month)
    ordered = mine.order_by(sessions.c.started_at, sessions.c.session_id)
    rows = connection.execute(ordered).mappings().all()
    return [
        MonthShare(record, row["share_energy"], row["share_cost"], bool(row["share_count"]))
        for row in rows
        if (record := readable(row)) is not None
    ]


def _last_of_each() -> Select[Any]:
    """Return the statement for the newest session of each payer's last month at each charger."""
    cell = (month_totals.c.charger_id, month_totals.c.payer)
    began = select(*cell, func.max(month_totals.c.month).label("month")).where(month_totals.c.sessions > 0)
    last = began.group_by(*cell).subquery()
    rank = func.row_number().over(partition_by=(shares.c.charger_id, shares.c.payer), order_by=_NEWEST_FIRST)
    same = (shares.c[name] == last.c[name] for name in ("charger_id", "payer", "month"))
    numbered = select(shares.c.session, rank.label("rank")).join(last, and_(*same))
    ranked = numbered.join(sessions, sessions.c.number == shares.c.session).where(shares.c.sessions > 0).subquery()
    first = WITH_CORRECTION.join(ranked, ranked.c.session == sessions.c.number).where(ranked.c.rank == 1)
    return first.order_by(sessions.c.ended_at, sessions.c.session_id)


# Built once: building takes as long as running it.
_LAST_OF_EACH = _last_of_each()


def last_of_each(connection: Connection) -> list[SessionRecord]:
    """Return the newest completed session of each payer at each charger, oldest first.

    It reads only the last month in which the payer began a session there, so the length of the history does not matter.
    """
    rows = connection.execute(_LAST_OF_EACH).mappings().all()
    return [record for row in rows if (record := readable(row)) is not None]
