"""A session, event or checkpoint that cannot be stored is put aside and blocks nothing behind it."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from custom_components.ev_charging_manager.domain.commits import Commit
from custom_components.ev_charging_manager.ledger import CodecError

from .making import MARCH_NOON, commit, completed, opened, session, sums

HALF = "\ud83d"


def put_aside(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT what, content FROM put_aside ORDER BY id").fetchall()


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (commit(session("bad", meter_start_mwh=2**70)), "session bad"),
        (commit(session("bad", charger_name=HALF)), "session bad"),
        (commit(session("bad", charger_name=None)), "session bad"),
        (commit(events=[completed("bad", card=HALF)]), "event session_completed of session bad"),
        (commit(resolver=HALF), "checkpoint garage"),
        (commit(resolver=object()), "checkpoint garage"),
    ],
)
def test_a_value_that_cannot_be_stored_does_not_block_the_others_of_its_commit(
    tmp_path: Path, bad: Commit, what: str
) -> None:
    path = tmp_path / "ledger.db"
    good = commit(session("good"), events=[completed("good")])
    both = Commit(bad.checkpoint, (*bad.sessions, *good.sessions), (*bad.events, *good.events))
    with opened(path) as ledger:
        with pytest.raises(CodecError):
            ledger.commit([both])
        done = ledger.commit_writable(both)
        assert list(done.aside) == [what]
        assert "good" in [entry.session_id for entry in done.entries]
        assert "good" in [entry.session_id for entry in ledger.pending_events()]
        assert ledger.session("good") == session("good")
        assert ledger.session("bad") is None
        assert sums(ledger.month_totals())[2] == 1
        ledger.integrity()
    assert [name for name, _ in put_aside(path)] == [what]


def test_a_session_put_aside_again_and_again_takes_one_row_and_one_log_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        for energy in range(60):
            ledger.commit_writable(commit(session("bad", MARCH_NOON, meter_start_mwh=2**70, energy_mwh=energy)))
    ((what, content),) = put_aside(path)
    assert what == "session bad"
    assert "energy_mwh=59" in content
    lines = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert len(lines) == 1
    assert "Anna" not in lines[0].getMessage()


def test_an_old_checkpoint_does_not_outlive_one_that_cannot_be_stored(tmp_path: Path) -> None:
    types: dict[str, Any] = {"resolver": str}
    with opened(tmp_path / "ledger.db") as ledger:
        ledger.commit([commit(resolver="old")])
        ledger.commit_writable(commit(resolver=HALF))
        assert ledger.checkpoint("garage", types) is None, "its session would be billed again from the old counters"
