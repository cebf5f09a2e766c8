"""What people ask of the ledger. Everything here only reads."""

from __future__ import annotations

from collections.abc import Collection

from ..domain.records import Outcome, SessionRecord
from ..domain.statistics.totals import MonthTotal
from . import corrections, history, sessions, totals
from .connection import Database
from .corrections import Correction
from .history import Cursor, Page, WhichUser
from .totals import MonthShare


class Questions:
    """Sessions, sums and corrections. Every method raises `LedgerError` (or a kind of it) when the database fails."""

    def __init__(self, database: Database) -> None:
        """Read this database, on the thread that opened it."""
        self._database = database

    def session(self, session_id: str) -> SessionRecord | None:
        """One session with everything, as corrected; raises `CodecError` if its row cannot be read."""
        with self._database.reading() as connection:
            return sessions.corrected(connection, session_id)

    def measured(self, session_id: str) -> SessionRecord | None:
        """One session with everything, as it was before any correction."""
        with self._database.reading() as connection:
            return sessions.measured(connection, session_id)

    def running(self, charger_id: str | None = None) -> list[SessionRecord]:
        """All sessions that have not ended, or those of a charger, with everything, oldest first."""
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
        """Sessions, newest first, without their intervals; `before` is the `older` of the page before."""
        with self._database.reading() as connection:
            return history.page(connection, before, limit, charger_id, user_id, outcome)

    def lately(self, charger_id: str, since: float, limit: int = 100, user_id: WhichUser = ...) -> list[SessionRecord]:
        """The newest completed sessions of a charger that ended since then (UTC epoch seconds), newest first.

        They have no intervals. One that lasted longer than a month may be missing.
        """
        with self._database.reading() as connection:
            return history.lately(connection, charger_id, since, limit, user_id)

    def last_sessions(self, charger_id: str | None = None, limit: int = 10) -> list[SessionRecord]:
        """The newest completed sessions, newest first, without their intervals."""
        return list(self.history(limit=limit, charger_id=charger_id).sessions)

    def last_session(self, user_id: WhichUser = ..., charger_id: str | None = None) -> SessionRecord | None:
        """The newest completed session of a user (None: of those who are no user), without its intervals."""
        found = self.history(limit=1, charger_id=charger_id, user_id=user_id).sessions
        return found[0] if found else None

    def last_of_each(self) -> list[SessionRecord]:
        """The newest completed session of each payer at each charger, oldest first, without their intervals."""
        with self._database.reading() as connection:
            return history.last_of_each(connection)

    def month_totals(self, months: Collection[str] | None = None) -> list[MonthTotal]:
        """Sums of all completed sessions, or of some months (`YYYY-MM`); as fast at any number of sessions."""
        with self._database.reading() as connection:
            return totals.month_totals_of(connection, months)

    def totals(self) -> list[MonthTotal]:
        """Sums of all completed sessions over all months; `month` is empty. As few after ten years as after one."""
        with self._database.reading() as connection:
            return totals.totals_of(connection)

    def user_month(self, user_id: str | None, month: str) -> list[MonthShare]:
        """What each session of a user (None: of those who are no user) put into a month, oldest first."""
        with self._database.reading() as connection:
            return history.user_month(connection, user_id, month)

    def corrections(self, session_id: str) -> list[Correction]:
        """All corrections of a session, oldest first."""
        with self._database.reading() as connection:
            return corrections.of(connection, session_id)
