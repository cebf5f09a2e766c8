"""Queries of the ledger; none of them writes."""

from __future__ import annotations

from collections.abc import Collection

from ..domain.records import Outcome, SessionRecord
from ..domain.statistics.totals import MonthTotal
from . import corrections, history, sessions, totals
from .connection import Database
from .corrections import Correction
from .history import Cursor, Page, WhichUser
from .totals import MonthShare


class Queries:
    """Sessions, totals and corrections. Every method raises `LedgerError` (or a kind of it) when the database fails."""

    def __init__(self, database: Database) -> None:
        """Read from `database`, on the thread that opened it."""
        self._database = database

    def session(self, session_id: str) -> SessionRecord | None:
        """Return one whole session as corrected; None if there is none; raises `CodecError` for an unreadable row."""
        with self._database.reading() as connection:
            return sessions.corrected(connection, session_id)

    def measured(self, session_id: str) -> SessionRecord | None:
        """Return one whole session as it was before any correction."""
        with self._database.reading() as connection:
            return sessions.measured(connection, session_id)

    def running(self, charger_id: str | None = None) -> list[SessionRecord]:
        """Return all sessions that have not ended, or those of a charger, whole, oldest first."""
        with self._database.reading() as connection:
            return sessions.running(connection, charger_id)

    def history(
        self,
        before: Cursor | None = None,
        limit: int = 50,
        charger_id: str | None = None,
        user_id: WhichUser = ...,
        outcome: Outcome = Outcome.COMPLETED,
    ) -> Page:
        """Return sessions, newest first, without intervals; `before` is the `older` of the previous page."""
        with self._database.reading() as connection:
            return history.page(connection, before, limit, charger_id, user_id, outcome)

    def lately(self, charger_id: str, since: float, limit: int = 100, user_id: WhichUser = ...) -> list[SessionRecord]:
        """Return the newest completed sessions of a charger that ended since `since` (UTC epoch seconds), newest first.

        They have no intervals. Sessions longer than 31 days can be missing.
        """
        with self._database.reading() as connection:
            return history.lately(connection, charger_id, since, limit, user_id)

    def last_sessions(self, charger_id: str | None = None, limit: int = 10) -> list[SessionRecord]:
        """Return the newest completed sessions, newest first, without intervals."""
        return list(self.history(limit=limit, charger_id=charger_id).sessions)

    def last_of_each(self) -> list[SessionRecord]:
        """Return the newest completed session of each payer at each charger, oldest first, without intervals."""
        with self._database.reading() as connection:
            return history.last_of_each(connection)

    def month_totals(self, months: Collection[str] | None = None) -> list[MonthTotal]:
        """Return the monthly totals of completed sessions, or those of some months (`YYYY-MM`).

        The duration does not depend on the number of sessions.
        """
        with self._database.reading() as connection:
            return totals.month_totals_of(connection, months)

    def totals(self) -> list[MonthTotal]:
        """Return the totals of completed sessions over all months; `month` is empty.

        Their number does not grow with the history.
        """
        with self._database.reading() as connection:
            return totals.totals_of(connection)

    def user_month(self, user_id: str | None, month: str) -> list[MonthShare]:
        """Return the share of each session of a user (None: without a user) in a month, oldest first."""
        with self._database.reading() as connection:
            return history.user_month(connection, user_id, month)

    def corrections(self, session_id: str) -> list[Correction]:
        """Return all corrections of a session, oldest first."""
        with self._database.reading() as connection:
            return corrections.of(connection, session_id)
