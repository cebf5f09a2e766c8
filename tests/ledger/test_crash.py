"""`kill -9` at any moment: acknowledged commits are stored; every other is stored completely or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from custom_components.ev_charging_manager.domain.records import Outcome
from custom_components.ev_charging_manager.ledger import Ledger

from .crashing import MOMENTS, next_commits, pair
from .making import opened, session, sums

REPOSITORY = Path(__file__).parents[2]


def command(how: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "tests.ledger.crashing", how, str(folder)]


def assert_nothing_of_it(ledger: Ledger) -> None:
    (running,) = ledger.running()
    assert (running.outcome, len(running.intervals)) == (Outcome.RUNNING, 2)
    assert ledger.session("new") is None
    assert ledger.month_totals() == []
    assert ledger.pending_events() == []
    assert_steps(ledger, garage=1, yard=None)


def assert_all_of_it(ledger: Ledger) -> None:
    assert ledger.running() == []
    assert ledger.session("old") == session("old", quarters=3)
    assert ledger.session("new") == session("new", quarters=4)
    assert sums(ledger.month_totals()) == (7_000_000, 2_100_000, 2)
    assert [entry.session_id for entry in ledger.pending_events()] == ["old", "new"]
    assert_steps(ledger, garage=2, yard=2)


def assert_steps(ledger: Ledger, **steps: int | None) -> None:
    for charger_id, step in steps.items():
        found = ledger.checkpoint(charger_id, {"step": int})
        assert (found.states["step"] if found else None) == step


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ledgers that killed processes left, each at another moment of the same transaction."""
    folder = tmp_path_factory.mktemp("crashed")
    subprocess.run(command("statements", folder), cwd=REPOSITORY, check=True, timeout=50)
    return folder


def test_a_kill_at_any_statement_leaves_nothing_of_the_transaction_and_a_repeat_all_of_it(
    crashed: Path,
) -> None:
    killed = [path for path in crashed.glob("*.db") if not path.name.startswith("survived")]
    assert len(killed) > 20, "every statement of the transaction should have been a place to die at"
    assert any(path.name.startswith("commit") for path in killed)
    for path in killed:
        with opened(path) as ledger:
            assert_nothing_of_it(ledger)
            ledger.commit(next_commits())
            assert_all_of_it(ledger)


def test_a_kill_that_comes_too_late_leaves_all_of_it_and_a_repeat_changes_nothing(crashed: Path) -> None:
    for moment in MOMENTS:
        with opened(crashed / f"survived-{moment}.db") as ledger:
            assert_all_of_it(ledger)
            ledger.commit(next_commits())
            assert_all_of_it(ledger)


@pytest.mark.parametrize("after", [1, 40])
def test_what_was_acknowledged_before_a_kill_is_on_disk_and_pairs_stay_pairs(tmp_path: Path, after: int) -> None:
    with subprocess.Popen(command("loop", tmp_path), cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(after)]
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout.read().split()]
    with opened(tmp_path / "ledger.db") as ledger:
        found = sums(ledger.month_totals())[2]
        assert found % 2 == 0
        assert found // 2 in (len(acknowledged), len(acknowledged) + 1)
        for number in range(found // 2):
            for record in pair(number).sessions:
                assert ledger.session(record.session_id) == record
        assert len(ledger.pending_events()) == found // 2
        assert_steps(ledger, garage=found // 2 - 1)
        ledger.integrity()
