"""Lists of sessions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import sqlalchemy

from custom_components.ev_charging_manager.domain.records import Outcome, SessionRecord
from custom_components.ev_charging_manager.ledger import Cursor, Ledger

from .making import ANNA, GUEST, MARCH_NOON, NOBODY, commit, last_session, opened, session


def bare(record: SessionRecord) -> SessionRecord:
    return replace(record, intervals=())


def walked(ledger: Ledger, limit: int, **wanted: str | None) -> list[SessionRecord]:
    """All sessions of a history, read page by page."""
    found: list[SessionRecord] = []
    before: Cursor | None = None
    while True:
        page = ledger.history(before, limit, **wanted)  # type: ignore[arg-type]
        found += page.sessions
        if page.older is None:
            return found
        assert len(page.sessions) == limit
        before = page.older


def test_pages_show_every_session_once_newest_first_even_when_they_began_together(tmp_path: Path) -> None:
    records = [session(f"s{n}", MARCH_NOON + n // 4, quarters=1) for n in range(23)]
    newest_first = sorted(records, key=lambda r: (r.started_at, r.session_id), reverse=True)
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(*records)])
        for limit in (1, 5, 23, 50):
            assert walked(ledger, limit) == [bare(record) for record in newest_first]


def test_a_session_recorded_between_two_pages_moves_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(*(session(f"s{n}", MARCH_NOON + n) for n in range(6)))])
        first = ledger.history(limit=3)
        ledger.commit([commit(session("new", MARCH_NOON + 60))])
        second = ledger.history(first.older, limit=3)
    assert [r.session_id for r in (*first.sessions, *second.sessions)] == ["s5", "s4", "s3", "s2", "s1", "s0"]


def test_a_history_can_be_of_one_charger_one_user_or_without_user(tmp_path: Path) -> None:
    records = [
        session("a", MARCH_NOON, identity=ANNA),
        session("b", MARCH_NOON + 1, identity=GUEST, charger_id="yard"),
        session("c", MARCH_NOON + 2, identity=NOBODY),
        session("d", MARCH_NOON + 3, identity=ANNA, charger_id="yard"),
        session("e", MARCH_NOON + 4, identity=ANNA, outcome=Outcome.DISCARDED),
    ]
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(*records)])

        def ids(**wanted: str | None) -> str:
            return "".join(record.session_id for record in walked(ledger, 2, **wanted))

        assert ids() == "dcba"
        assert ids(charger_id="yard") == "db"
        assert ids(user_id="anna") == "da"
        assert ids(user_id=None) == "c"
        assert ids(user_id="anna", charger_id="garage") == "a"
        last = last_session(ledger, "anna")
        assert last is not None
        assert last.session_id == "d"
        assert last_session(ledger, "anna", "garage") == bare(records[0])
        assert last_session(ledger, None) == bare(records[2])
        assert ledger.last_sessions("yard", 1) == [bare(records[3])]
        assert [r.session_id for r in ledger.history(outcome=Outcome.DISCARDED).sessions] == ["e"]


def test_one_unreadable_row_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(*(session(f"s{n}", MARCH_NOON + n) for n in range(3)))])
    other = sqlalchemy.create_engine(f"sqlite:///{path}")
    with other.begin() as connection:
        connection.exec_driver_sql("UPDATE sessions SET identified_by = 'telepathy' WHERE session_id = 's1'")
    other.dispose()
    with opened(path) as ledger:
        assert [record.session_id for record in ledger.history().sessions] == ["s2", "s0"]
        assert ledger.month_totals()[0].sessions == 3


def test_recent_sessions_are_selected_by_their_end_not_by_their_start(tmp_path: Path) -> None:
    day = 86_400.0
    stays = {"parked": (-20.0, 3.0), "over": (-9.0, -8.0), "short": (-3.0, -2.0), "last": (-1.0, 0.0)}
    records = [
        session(name, MARCH_NOON + began * day, ended_at=MARCH_NOON + ended * day)
        for name, (began, ended) in stays.items()
    ]
    with opened(tmp_path / "ledger.db") as ledger:
        nobody = session("nobody", MARCH_NOON - 30 * day, identity=NOBODY, ended_at=MARCH_NOON - 6 * day)
        ledger.commit([commit(*records, nobody, session("yard", MARCH_NOON, charger_id="yard"))])

        def ids(limit: int = 100, since: float = -7.0) -> list[str]:
            found = ledger.lately("garage", MARCH_NOON + since * day, limit)
            return [record.session_id for record in found]

        assert ids() == ["last", "short", "parked", "nobody"]
        assert ids(limit=2) == ["last", "short"]
        assert ids(since=-8.0) == ["last", "short", "over", "parked", "nobody"]
        assert ids(since=4.0) == []
        assert [r.session_id for r in ledger.lately("garage", MARCH_NOON - 7 * day, user_id=None)] == ["nobody"]
