"""Failing disks, damaged files, and locks of other programs."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from custom_components.ev_charging_manager.ledger import (
    LedgerCorrupt,
    LedgerError,
    LedgerLocked,
    LedgerReadOnly,
)

from .making import MARCH_NOON, commit, completed, opened, session, sums


def test_a_file_that_is_no_database_is_named_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"not a database, but 128 bytes of something else" * 100)
    before = path.read_bytes()
    with pytest.raises(LedgerCorrupt, match=str(path)):
        opened(path)
    assert path.read_bytes() == before


def filled(path: Path) -> Path:
    with opened(path) as ledger:
        ledger.commit([commit(*(session(f"s{n}", MARCH_NOON + n, quarters=20) for n in range(100)))])
    return path


def test_a_file_whose_tail_is_missing_is_found_at_opening(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.db")
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(LedgerCorrupt, match=str(path)):
        opened(path)


def test_a_page_torn_in_the_middle_is_found_by_the_integrity_check(tmp_path: Path) -> None:
    path = filled(tmp_path / "ledger.db")
    with opened(path) as ledger:
        ledger.integrity()
    with path.open("r+b") as file:
        pages = path.stat().st_size // 4096
        for page in range(pages * 3 // 4, pages, 3):
            file.seek(page * 4096)
            file.write(b"\xa5" * 4096)
    with opened(path) as ledger, pytest.raises(LedgerCorrupt, match=str(path)):
        ledger.integrity()


@contextmanager
def without_rights() -> Iterator[None]:
    """Be a user without write permission for a while; root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can read; the temporary folder of a test is private."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_file_without_write_permission_is_reported_as_read_only(open_folder: Path) -> None:
    path = filled(open_folder / "ledger.db")
    path.chmod(0o444)
    open_folder.chmod(0o555)
    with without_rights(), pytest.raises(LedgerReadOnly, match=str(path)):
        opened(path).commit([commit(session("new"))])
    open_folder.chmod(0o755)
    with opened(path) as ledger:
        assert sums(ledger.month_totals())[2] == 100


def test_a_folder_that_is_not_there_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "ledger.db"
    with pytest.raises(LedgerError, match=str(path)):
        opened(path)


def test_a_commit_waits_for_no_lock_longer_than_its_timeout_and_can_be_repeated(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path, busy_timeout_s=0.05) as ledger:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(LedgerLocked, match="another program"):
                ledger.commit([commit(session())])
            assert ledger.session("s1") is None
        ledger.commit([commit(session())])
        assert ledger.session("s1") == session()


@contextmanager
def full_disk(limit: int) -> Iterator[None]:
    """Limit the size of files of this process, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_loses_nothing_and_the_commit_can_be_repeated(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        ledger.commit([commit(session("before"), events=[completed("before")])])
        size = max(path.stat().st_size, Path(f"{path}-wal").stat().st_size)
        records = [session(f"s{n}", MARCH_NOON + n, quarters=50) for n in range(200)]
        wanted = commit(*records, events=[completed("s1")], actor=None)
        with full_disk(size + 8_192), pytest.raises(LedgerError, match=str(path)):
            ledger.commit([wanted])
        assert sums(ledger.month_totals())[2] == 1
        assert [entry.session_id for entry in ledger.pending_events()] == ["before"]
        ledger.commit([wanted])
        assert sums(ledger.month_totals())[2] == 201
        ledger.integrity()


def test_an_error_contains_no_name_of_a_user(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with opened(path) as ledger:
        nameless = session(charger_name=None)
        with pytest.raises(LedgerError) as caught:
            ledger.commit([commit(nameless)])
    assert "Anna" not in str(caught.value)
    assert "Anna" not in str(caught.value.__cause__)
