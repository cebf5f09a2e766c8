"""Ledgers made in bulk equal ledgers that a pipeline filled."""

from __future__ import annotations

import threading
from pathlib import Path

from benchmarks.bench.past import ZONE, past_ledger, past_sessions
from benchmarks.bench.statements import watched_statements
from custom_components.ev_charging_manager.domain.commits import Checkpoint, Commit
from custom_components.ev_charging_manager.domain.moment import Moment
from custom_components.ev_charging_manager.ledger.ledger import Ledger

COUNT = 60


def test_a_ledger_made_in_bulk_equals_a_committed_one(tmp_path: Path) -> None:
    sessions = tuple(past_sessions(COUNT))
    past_ledger(tmp_path / "bulk.db", COUNT)

    with Ledger.open(tmp_path / "committed.db", ZONE) as committed, Ledger.open(tmp_path / "bulk.db", ZONE) as bulk:
        committed.commit([Commit(Checkpoint("charger", Moment(1.0, 1.0)), sessions)])
        bulk.integrity()
        assert [bulk.session(each.session_id) for each in sessions] == list(sessions)
        assert bulk.history(limit=COUNT) == committed.history(limit=COUNT)
        assert bulk.month_totals() == committed.month_totals()
        assert bulk.last_of_each() == committed.last_of_each()


def test_a_statement_on_the_loops_thread_would_be_seen(tmp_path: Path) -> None:
    with watched_statements() as watch:
        Ledger.open(tmp_path / "here.db", ZONE).close()

    assert watch.on_loop > 10
    assert watch.elsewhere == 0


def test_statements_on_another_thread_are_counted_by_its_name(tmp_path: Path) -> None:
    def work() -> None:
        Ledger.open(tmp_path / "there.db", ZONE).close()

    with watched_statements() as watch:
        thread = threading.Thread(target=work, name="ledger's own")
        thread.start()
        thread.join()

    assert watch.on_loop == 0
    assert set(watch.by_thread) == {"ledger's own"}
