"""A damaged ledger: readable rows are saved, and the damaged file is kept."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest

from custom_components.ev_charging_manager.domain.records import Attribution, Outcome, SessionRecord, Window
from custom_components.ev_charging_manager.ledger import Ledger, LedgerCorrupt, LedgerError, LedgerTooNew, Mended
from custom_components.ev_charging_manager.ledger.damage.replacement import mend

from ..making import GUEST, MARCH_NOON, STOCKHOLM, commit, completed, expected_totals, opened, session, totals_by_key
from .damaging import PAGE, cut, leaves_of, overwrite, pages_of, root_of

AT = MARCH_NOON
COUNT = 200


def many(count: int = COUNT) -> list[SessionRecord]:
    return [session(f"s{n:03}", MARCH_NOON + 86_400.0 * n, quarters=12) for n in range(count)]


@cache
def made() -> bytes:
    """The bytes of a ledger with many sessions, one correction, stored events and a checkpoint."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        with opened(path) as ledger:
            ledger.commit([commit(*many(), events=[completed("s000"), completed("s001")], step=7)])
            ledger.assign("s010", Attribution(GUEST), "somebody", AT)
        return path.read_bytes()


def filled(path: Path) -> list[SessionRecord]:
    """Write that ledger into this file; return its sessions as corrected."""
    path.write_bytes(made())
    records = many()
    return [replace(record, identity=GUEST) if record.session_id == "s010" else record for record in records]


def mended(path: Path, zone: ZoneInfo = STOCKHOLM) -> tuple[Ledger, Mended]:
    ledger, found = Ledger.open_or_mend(path, zone, AT)
    assert found is not None
    return ledger, found


def found_in(ledger: Ledger, records: list[SessionRecord]) -> list[SessionRecord]:
    return [record for wanted in records if (record := ledger.session(wanted.session_id)) is not None]


def test_a_sound_file_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    filled(path)
    ledger, found = Ledger.open_or_mend(path, STOCKHOLM, AT)
    with ledger:
        assert found is None
    assert [item.name for item in tmp_path.iterdir()] == ["ledger.db"]


def test_a_file_that_is_no_database_is_kept_and_an_empty_ledger_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"not a database, but something else " * 400)
    before = path.read_bytes()
    ledger, found = mended(path)
    with ledger:
        assert (found.salvaged.saved, found.salvaged.lost) == (0, None)
        assert found.aside == tmp_path / "ledger.damaged-20260310-120000.db"
        assert found.aside.read_bytes() == before
        ledger.commit([commit(session())])
        assert ledger.session("s1") == session()


def test_another_damaged_file_of_the_same_second_does_not_replace_the_first(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    asides = set()
    for text in (b"one", b"two"):
        path.write_bytes(text * 4096)
        ledger, found = mended(path)
        ledger.close()
        asides.add(found.aside)
        path.unlink()
    assert sorted(aside.read_bytes()[:3] for aside in asides) == [b"one", b"two"]


def test_a_torn_index_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    records = filled(path)
    overwrite(path, [root_of(path, "sessions_by_charger")])
    with opened(path) as ledger:
        with pytest.raises(LedgerCorrupt) as caught:
            ledger.history(charger_id="garage")
        found = ledger.mend(caught.value, AT)
        assert (found.salvaged.saved, found.salvaged.lost, found.salvaged.incomplete) == (COUNT, 0, 0)
        assert found_in(ledger, records) == records
        assert totals_by_key(ledger.month_totals()) == expected_totals(records, STOCKHOLM)
        assert [entry.session_id for entry in ledger.pending_events()] == ["s000", "s001"]
        point = ledger.checkpoint("garage", {"step": int})
        assert point is not None
        assert point.states == {"step": 7}
        assert [correction.by for correction in ledger.corrections("s010")] == ["somebody"]
        assert len(ledger.history(charger_id="garage", limit=1_000).sessions) == COUNT
        ledger.integrity()


def test_only_the_sessions_of_a_torn_page_are_lost_and_they_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    records = filled(path)
    leaves = leaves_of(path, "sessions")
    overwrite(path, [leaves[3], leaves[-1]])
    with opened(path) as ledger:
        with pytest.raises(LedgerCorrupt) as caught:
            ledger.integrity()
        found = ledger.mend(caught.value, AT)
        left = found_in(ledger, records)
        assert found.salvaged.saved == len(left)
        assert found.salvaged.lost == COUNT - len(left)
        assert 0 < found.salvaged.lost < 2 * PAGE // 200
        assert all(record in records for record in left)
        assert totals_by_key(ledger.month_totals()) == expected_totals(left, STOCKHOLM)
        ledger.integrity()


def test_quarter_hours_that_are_lost_leave_the_session_with_its_energy_and_cost(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    records = filled(path)
    overwrite(path, leaves_of(path, "intervals")[2:3])
    with opened(path) as ledger:
        with pytest.raises(LedgerCorrupt) as caught:
            ledger.integrity()
        found = ledger.mend(caught.value, AT)
        left = found_in(ledger, records)
        assert [replace(record, intervals=()) for record in left] == [replace(r, intervals=()) for r in records]
        partly = [record for record, whole in zip(left, records, strict=True) if record != whole]
        assert 0 < len(partly) == found.salvaged.incomplete
        sums = ledger.month_totals()
        assert sum(total.energy_mwh for total in sums) == sum(record.energy_mwh for record in records)


def test_a_torn_page_that_leads_to_all_sessions_loses_none(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    records = filled(path)
    overwrite(path, [root_of(path, "sessions")])
    found = mend(path, "torn", AT)
    assert (found.salvaged.saved, found.salvaged.lost, found.salvaged.incomplete) == (COUNT, 0, 0)
    with opened(path) as ledger:
        assert found_in(ledger, records) == records
        assert totals_by_key(ledger.month_totals()) == expected_totals(records, STOCKHOLM)
        ledger.integrity()


def test_a_torn_page_that_leads_to_all_quarter_hours_loses_only_those_on_it(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    records = filled(path)
    overwrite(path, [root_of(path, "intervals")])
    found = mend(path, "torn", AT)
    with opened(path) as ledger:
        left = found_in(ledger, records)
        assert sum(record == whole for record, whole in zip(left, records, strict=True)) > COUNT * 0.9
        assert sum(record != whole for record, whole in zip(left, records, strict=True)) == found.salvaged.incomplete


@pytest.mark.parametrize("size", [15, 19, 100, 511, 513, 4097])
def test_a_file_of_a_few_bytes_is_put_aside_whatever_its_size(tmp_path: Path, size: int) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(b"\xa5" * size)
    ledger, found = mended(path)
    ledger.close()
    assert found.aside.stat().st_size == size


def test_a_record_longer_than_a_page_is_found_too(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    filled(path)
    windows = tuple(Window(MARCH_NOON + n, MARCH_NOON + n + 0.5) for n in range(500))
    long = session("long", MARCH_NOON, windows=windows)
    with opened(path) as ledger:
        ledger.commit([commit(long)])
    overwrite(path, [root_of(path, "sessions")])
    assert mend(path, "torn", AT).salvaged.lost == 0
    with opened(path) as ledger:
        assert ledger.session("long") == long


def test_a_file_whose_tail_is_missing_keeps_its_head(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    records = filled(path)
    cut(path, pages_of(path) // 2)
    ledger, found = mended(path)
    with ledger:
        left = found_in(ledger, records)
        assert len(left) == found.salvaged.saved > COUNT // 10
        assert found.salvaged.lost is not None
        assert 0 < found.salvaged.lost <= COUNT - len(left)
        ledger.integrity()


def test_rows_that_are_only_in_the_wal_are_saved(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    records = filled(path)
    late = session("late", MARCH_NOON - 86_400.0)
    with opened(path) as ledger:
        ledger.commit([commit(late)])
        copy = tmp_path / "copy"
        copy.mkdir()
        for item in tmp_path.glob("ledger.db*"):
            shutil.copy(item, copy / item.name)
    torn = copy / "ledger.db"
    overwrite(torn, leaves_of(torn, "shares")[:1])
    with opened(torn) as ledger:
        with pytest.raises(LedgerCorrupt) as caught:
            ledger.integrity()
        found = ledger.mend(caught.value, AT)
        assert (found.salvaged.saved, found.salvaged.lost) == (COUNT + 1, 0)
        assert ledger.session("late") == late
        assert totals_by_key(ledger.month_totals()) == expected_totals([*records, late], STOCKHOLM)


def test_a_second_damage_counts_only_its_own_losses(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    filled(path)
    for _ in range(2):
        with opened(path):
            pass
        overwrite(path, leaves_of(path, "sessions")[:1])
        with opened(path) as ledger:
            known = sum(total.sessions for total in ledger.month_totals())
            with pytest.raises(LedgerCorrupt) as caught:
                ledger.integrity()
            found = ledger.mend(caught.value, AT)
            assert found.salvaged.lost == known - found.salvaged.saved > 0


@pytest.mark.parametrize("torn", ["meta", "month_totals"])
def test_a_second_damage_to_any_page_does_not_count_the_losses_of_the_first(tmp_path: Path, torn: str) -> None:
    path = tmp_path / "ledger.db"
    filled(path)
    overwrite(path, leaves_of(path, "sessions")[:1])
    first = mend(path, "torn", AT).salvaged
    assert first.lost
    with opened(path):
        pass
    overwrite(path, [root_of(path, torn)])
    second = mend(path, "torn", AT).salvaged
    assert (second.saved, second.lost) == (first.saved, 0)


@pytest.mark.parametrize("seed", range(8))
def test_no_damage_adds_wrong_rows_and_the_ledger_stays_usable(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    path = tmp_path / "ledger.db"
    records = filled(path)
    if rng.random() < 0.3:
        cut(path, rng.randrange(1, pages_of(path)))
    last = pages_of(path)
    overwrite(path, rng.sample(range(1 + (seed % 4 > 0), last + 1), min(last - 1, rng.randrange(1, 12))), rng)
    try:
        ledger = opened(path)
    except LedgerCorrupt:
        ledger, found = mended(path)
    else:
        found = ledger.mend(LedgerCorrupt("torn"), AT)
    with ledger:
        whole = {record.session_id: replace(record, intervals=()) for record in [*many(), *records]}
        left = ledger.history(limit=1_000).sessions
        assert len(left) == found.salvaged.saved
        for record in left:
            assert record.energy_mwh == whole[record.session_id].energy_mwh
        ledger.commit([commit(session("new", MARCH_NOON - 1.0), step=8)])
        assert ledger.session("new") == session("new", MARCH_NOON - 1.0)
        ledger.integrity()


def test_a_replacement_that_was_interrupted_between_its_two_moves_is_finished_at_the_next_opening(
    tmp_path: Path,
) -> None:
    path = tmp_path / "ledger.db"
    records = filled(path)
    path.rename(tmp_path / "ledger.db.mending")
    (tmp_path / "ledger.db-wal").write_bytes(b"of the file that was damaged")
    with opened(path) as ledger:
        assert found_in(ledger, records) == records
    assert [item.name for item in tmp_path.iterdir()] == ["ledger.db"]


def test_where_no_fresh_file_can_be_written_the_damaged_one_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    filled(path)
    cut(path, pages_of(path) // 2)
    before = path.read_bytes()
    (tmp_path / "ledger.db.mending").mkdir()
    with pytest.raises(LedgerError, match="cannot be put aside"):
        Ledger.open_or_mend(path, STOCKHOLM, AT)
    assert path.read_bytes() == before


def test_a_damaged_file_of_a_newer_release_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    filled(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    overwrite(path, leaves_of(path, "sessions"))
    before = path.read_bytes()
    with pytest.raises(LedgerTooNew):
        Ledger.open_or_mend(path, STOCKHOLM, AT)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir() if "mending" in item.name or "damaged" in item.name] == []


def test_a_running_session_goes_on_after_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    running = session("live", MARCH_NOON, quarters=2, outcome=Outcome.RUNNING, ended_at=None)
    filled(path)
    with opened(path) as ledger:
        ledger.commit([commit(running)])
    overwrite(path, [root_of(path, "sessions_by_time")])
    with opened(path) as ledger:
        with pytest.raises(LedgerCorrupt) as caught:
            ledger.running()
        ledger.mend(caught.value, AT)
        assert ledger.running() == [running]
        ledger.commit([commit(session("live", MARCH_NOON, quarters=3))])
        assert ledger.running() == []
        assert ledger.session("live") == session("live", MARCH_NOON, quarters=3)


def test_rows_of_an_older_release_are_brought_to_the_newest_version(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    records = filled(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = '1' WHERE key = 'schema_version'")
        ((after,),) = connection.execute("SELECT after FROM corrections")
        old = json.dumps({"identity": json.loads(after)["identity"]})
        connection.execute("UPDATE corrections SET before = ?, after = ?", (old, old))
    overwrite(path, [root_of(path, "payers")])
    assert mend(path, "torn", AT).salvaged.saved == COUNT
    with opened(path) as ledger:
        assert found_in(ledger, records) == records
        (correction,) = ledger.corrections("s010")
        assert correction.after.identity == GUEST
    with closing(sqlite3.connect(path)) as connection:
        ((after,),) = connection.execute("SELECT after FROM corrections")
    assert "charge_price_micro" in json.loads(after)
