"""Copies of the file that are made while sessions are written: they open and contain the commits."""

from __future__ import annotations

import shutil
from pathlib import Path

from .making import MARCH_NOON, commit, completed, opened, session, sums


def copied(path: Path, folder: Path) -> Path:
    """Copy the files like a backup, without the shared memory, which belongs to the running processes."""
    folder.mkdir()
    for item in path.parent.glob(f"{path.name}*"):
        if not item.name.endswith("-shm"):
            shutil.copy(item, folder / item.name)
    return folder / path.name


def test_the_file_does_not_change_while_sessions_are_committed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(session("before"))])
        ledger.keep_still()
        before = path.read_bytes()
        for n in range(60):
            ledger.commit([commit(*(session(f"s{n}-{m}", MARCH_NOON + n, quarters=50) for m in range(20)))])
        assert path.read_bytes() == before
        ledger.move_again()
        ledger.commit([commit(session("after"))])
        assert path.read_bytes() != before
    with opened(path) as ledger:
        assert sums(ledger.month_totals())[2] == 1_202


def test_the_file_alone_is_the_state_at_the_start_of_the_backup(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(session("before"), events=[completed("before")], step=1)])
        ledger.keep_still()
        ledger.commit([commit(session("meanwhile"), step=2)])
        alone = tmp_path / "alone.db"
        shutil.copy(path, alone)
    with opened(alone) as restored:
        assert restored.session("before") == session("before")
        assert restored.session("meanwhile") is None
        assert [entry.session_id for entry in restored.pending_events()] == ["before"]
        found = restored.checkpoint("garage", {"step": int})
        assert found is not None
        assert found.states == {"step": 1}
        restored.integrity()


def test_a_copy_of_both_files_at_any_moment_holds_whole_transactions(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.keep_still()
        for n in range(10):
            ledger.commit([commit(session(f"a{n}"), session(f"b{n}"))])
        copy = copied(path, tmp_path / "copy")
        size = Path(f"{copy}-wal").stat().st_size
    for cut in range(0, size, size // 40):
        torn = copied(copy, tmp_path / f"cut-{cut}")
        with Path(f"{torn}-wal").open("r+b") as wal:
            wal.truncate(size - cut)
        with opened(torn) as restored:
            count = sums(restored.month_totals())[2]
            assert count % 2 == 0
            assert (count == 20) is (cut == 0)
            restored.integrity()


def test_closing_while_a_backup_runs_leaves_the_file_as_it_is_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.keep_still()
        before = path.read_bytes()
        ledger.commit([commit(session())])
    assert path.read_bytes() == before
    with opened(path) as ledger:
        assert ledger.session("s1") == session()
