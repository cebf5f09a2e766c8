"""The ledger's file is deleted or replaced while it is open: all sessions are written back, and both files are kept."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from custom_components.ev_charging_manager.ledger import Ledger, LedgerError
from custom_components.ev_charging_manager.ledger.errors import LedgerMoved
from tests.ledger.making import MARCH_NOON, commit, opened, session, sums

ENDINGS = ("", "-wal", "-shm")


def delete(path: Path) -> None:
    for ending in ENDINGS:
        Path(f"{path}{ending}").unlink(missing_ok=True)


def count(path: Path) -> int:
    with opened(path) as ledger:
        ledger.integrity()
        return sums(ledger.month_totals())[2]


def restored_after_commit(ledger: Ledger, session_id: str) -> Path | None:
    """Commit as the ledger's thread does: after a refusal, restore and repeat."""
    with pytest.raises(LedgerMoved):
        ledger.commit([commit(session(session_id))])
    aside = ledger.restore(MARCH_NOON).aside
    ledger.commit([commit(session(session_id))])
    return aside


@pytest.mark.parametrize("endings", [("",), ENDINGS])
def test_a_deleted_file_is_written_back_with_all_sessions(tmp_path: Path, endings: tuple[str, ...]) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(session("before"))])
        for ending in endings:
            Path(f"{path}{ending}").unlink(missing_ok=True)
        assert restored_after_commit(ledger, "after") is None
        ledger.commit([commit(session("later"))])
    assert count(path) == 3
    assert sorted(item.name for item in tmp_path.iterdir()) == ["ledger.db"]


@pytest.mark.parametrize("still", [False, True])
def test_a_file_that_replaced_the_ledger_is_kept_under_another_name(tmp_path: Path, still: bool) -> None:
    path = tmp_path / "ledger.db"
    other = tmp_path / "other.db"
    with opened(other) as ledger:
        ledger.commit([commit(*(session(f"o{n}", MARCH_NOON + n) for n in range(7)))])
    with opened(path) as ledger:
        ledger.commit([commit(session("before"))])
        if still:
            ledger.keep_still()
        other.rename(path)
        aside = restored_after_commit(ledger, "after")
    assert aside is not None
    assert aside.name == "ledger.replaced-20260310-120000.db"
    assert count(path) == 2
    assert count(aside) == 7


def test_the_wal_of_the_file_that_replaced_the_ledger_is_kept_with_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    other = tmp_path / "other.db"
    copied = tmp_path / "copied.db"
    with opened(other) as ledger:
        ledger.keep_still()
        ledger.commit([commit(*(session(f"o{n}", MARCH_NOON + n) for n in range(7)))])
        for ending in ("", "-wal"):
            shutil.copy(f"{other}{ending}", f"{copied}{ending}")
    with opened(path) as ledger:
        ledger.commit([commit(session("before"))])
        for ending in ("", "-wal"):
            Path(f"{copied}{ending}").rename(f"{path}{ending}")
        aside = restored_after_commit(ledger, "after")
    assert aside is not None
    assert count(path) == 2
    assert count(aside) == 7


def test_while_the_file_cannot_be_written_back_the_open_one_stays_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(session("before"))])
        delete(path)

        def full(copy: Path, target: Path) -> None:
            raise OSError("disk full")

        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", full)
            with pytest.raises(LedgerError, match="written back"):
                ledger.restore(MARCH_NOON)
        assert ledger.session("before") == session("before")
        assert restored_after_commit(ledger, "after") is None
    assert count(path) == 2


def test_a_crash_before_the_copy_is_moved_to_the_path_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ledger.db"
    ledger = opened(path)
    ledger.commit([commit(session("before"))])
    delete(path)

    def crash(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("custom_components.ev_charging_manager.ledger.damage.restoration.finish", crash)
        with pytest.raises(KeyboardInterrupt):
            ledger.restore(MARCH_NOON)
    ledger.release()
    assert count(path) == 1
