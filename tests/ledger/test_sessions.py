"""Sessions in a ledger on disk."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from custom_components.ev_charging_manager.domain.records import Interval, Outcome, SessionRecord
from custom_components.ev_charging_manager.ledger import CodecError, Ledger

from .making import MARCH_NOON, NOBODY, QUARTER, commit, last_session, opened, records, session, sums


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with opened(tmp_path_factory.mktemp("ledger") / "ledger.db") as ledger:
        yield ledger


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records)
def test_a_session_comes_back_exactly_as_it_was_recorded(shared: Ledger, record: SessionRecord) -> None:
    shared.commit([commit(record)])
    assert shared.session(record.session_id) == record
    assert shared.measured(record.session_id) == record


def test_a_running_session_becomes_a_completed_one_and_stays_one_row(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        running = session(quarters=1, outcome=Outcome.RUNNING, ended_at=None)
        ledger.commit([commit(running)])
        assert ledger.running() == [running]
        assert ledger.last_sessions() == []
        done = session(quarters=3)
        ledger.commit([commit(done)])
        assert ledger.running() == []
        assert ledger.session("s1") == done
        assert [found.session_id for found in ledger.last_sessions()] == ["s1"]


def test_intervals_are_replaced_where_they_differ(tmp_path: Path) -> None:
    def with_energies(*energies: int) -> SessionRecord:
        first = int(MARCH_NOON)
        return session(intervals=tuple(Interval(first + n * QUARTER, e, None, None) for n, e in enumerate(energies)))

    with opened(tmp_path / "ledger.db") as ledger:
        for energies in ((1, 2, 3), (1, 2, 4), (1, 2), (5,), (), (1, 1, 1, 1), (1, 1, 1, 1)):
            ledger.commit([commit(with_energies(*energies))])
            assert ledger.session("s1") == with_energies(*energies)


def test_two_prices_in_one_quarter_hour_are_two_intervals(tmp_path: Path) -> None:
    quarter = int(MARCH_NOON)
    parts = (Interval(quarter, 5, 100, 1), Interval(quarter, 6, 200, 2, True))
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session(intervals=parts))])
        found = ledger.session("s1")
    assert found is not None
    assert found.intervals == parts


def test_two_chargers_commits_share_a_transaction_and_both_are_there_after_reopening(tmp_path: Path) -> None:
    yard = session("s2", charger_id="yard", identity=NOBODY)
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(session("s1")), commit(yard, charger_id="yard")])
    with opened(tmp_path / "ledger.db") as ledger:
        assert ledger.session("s1") == session("s1")
        assert ledger.session("s2") == yard
        assert ledger.checkpoint("garage", {}) is not None
        assert ledger.checkpoint("yard", {}) is not None


def test_of_two_commits_of_a_session_in_one_transaction_the_later_counts(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        earlier = session(quarters=1, outcome=Outcome.RUNNING)
        ledger.commit([commit(earlier), commit(session(quarters=2))])
        assert ledger.session("s1") == session(quarters=2)


def test_a_session_that_was_never_recorded_is_none(tmp_path: Path) -> None:
    with opened(tmp_path / "ledger.db") as ledger:
        assert ledger.session("nothing") is None
        assert ledger.measured("nothing") is None
        assert last_session(ledger) is None
        assert ledger.commit([]) == []


def edited(path: Path, statement: str) -> None:
    """Change the file directly with SQLite."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_unknown_fields_of_a_newer_release_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(session())])
    edited(path, """UPDATE sessions SET more = '{"weather": "rain", "driver": {"age": 5}}'""")
    with opened(path) as ledger:
        assert ledger.session("s1") == session()


@pytest.mark.parametrize("change", ["more = '{'", "outcome = 'melted'", "windows = '[1]'", "more = '[5]'"])
def test_a_row_that_cannot_be_read_is_an_error_when_asked_for_and_can_be_recorded_again(
    tmp_path: Path, change: str
) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(session())])
    edited(path, f"UPDATE sessions SET {change}")
    with opened(path) as ledger:
        with pytest.raises(CodecError):
            ledger.session("s1")
        ledger.last_sessions()
        ledger.commit([commit(session())])
        assert ledger.session("s1") == session()
        assert sums(ledger.month_totals())[2] == 1


def test_names_with_quotes_markup_and_nul_come_back_unharmed(tmp_path: Path) -> None:
    odd = "'; DROP TABLE sessions; --<b>=1+1\x00\u202eÅ🚗"
    record = session(odd, identity=replace(NOBODY, user_name=odd, card=odd))
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(record)])
        assert ledger.session(odd) == record
