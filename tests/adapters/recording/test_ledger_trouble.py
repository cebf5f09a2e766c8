"""Problems of the ledger as users see them: tracking continues, and a repair explains the problem while it exists."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.ev_charging_manager.adapters.household.household import LEDGER_FILE
from custom_components.ev_charging_manager.adapters.recording.ledger_thread import Deadlines
from custom_components.ev_charging_manager.const import DOMAIN
from custom_components.ev_charging_manager.diagnostics import async_get_config_entry_diagnostics
from custom_components.ev_charging_manager.ledger import Ledger
from tests.ledger.damage.damaging import leaves_of, overwrite
from tests.ledger.making import MARCH_NOON, STOCKHOLM, commit, session
from tests.support.garage import Garage, person
from tests.support.rights import permissions_count


def ledger_file(hass: HomeAssistant) -> Path:
    return Path(hass.config.path(LEDGER_FILE))


def delete_ledger(hass: HomeAssistant) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{ledger_file(hass)}{ending}").unlink(missing_ok=True)


def aside(hass: HomeAssistant, pattern: str = "*.damaged-*.db") -> list[Path]:
    """Other files beside the ledger."""
    return [*ledger_file(hass).parent.glob(pattern)]


def issue(hass: HomeAssistant, issue_id: str = "ledger_unwritable") -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, issue_id)


def mended_issue(hass: HomeAssistant) -> ir.IssueEntry:
    (found,) = [item for (_, key), item in ir.async_get(hass).issues.items() if key.startswith("ledger_mended_")]
    return found


async def until_issue(hass: HomeAssistant, there: bool, garage: Garage) -> None:
    """Wait until the repair exists, or no longer exists."""
    for _ in range(400):
        if (issue(hass) is not None) is there:
            return
        await garage.pass_house_seconds(10)
    raise AssertionError(f"the repair should be {'there' if there else 'gone'}")


async def charge(garage: Garage, name: str, kwh: int = 2) -> None:
    """A car charges and leaves. Only states of the charger are awaited."""
    charger = garage.chargers[name]
    charger.plug_in()
    charger.power(11_000)
    await garage.until_state("sensor", name, "status", "tracking")
    for _ in range(kwh):
        await garage.pass_house_seconds(330)
        charger.charge(1_000)
    await garage.pass_house_seconds(30)
    charger.unplug()
    await garage.until_state("sensor", name, "status", "idle")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lock the ledger by a transaction of another program."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def test_while_another_program_locks_the_file_sessions_are_tracked_and_announced_afterwards(
    hass: HomeAssistant, garage: Garage
) -> None:
    with locked(ledger_file(hass)):
        await charge(garage, "left")
        await until_issue(hass, True, garage)
        found = issue(hass)
        assert found is not None
        assert found.translation_key == "ledger_locked"
        await charge(garage, "left", 3)
        assert garage.events.named("session_completed") == []
    first, second = await garage.events.wait("session_completed", 2)
    assert (first["energy_kwh"], second["energy_kwh"]) == (2.0, 3.0)
    await until_issue(hass, False, garage)


async def test_while_the_disk_hangs_sensors_are_updated_and_unloading_does_not_wait(
    hass: HomeAssistant, garage: Garage
) -> None:
    ledger = garage.entry.runtime_data.ledger
    over = threading.Event()
    hanging = hass.async_create_background_task(ledger.call(over.wait, 30.0), "a disk that hangs")
    ledger.deadlines = Deadlines(commit_s=0.5, call_s=0.5)
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    await garage.until_state("sensor", "left", "status", "tracking")
    await until_issue(hass, True, garage)
    found = issue(hass)
    assert found is not None
    assert found.translation_key == "ledger_unresponsive"
    charger.charge(100)
    await garage.until_state("sensor", "left", "session_energy", "0.1")
    diagnostics = await async_get_config_entry_diagnostics(hass, garage.entry)
    assert diagnostics["ledger"]["failing"] == "LedgerUnresponsive"
    assert diagnostics["sessions"] == [{"unreadable": "LedgerUnresponsive"}]
    over.set()
    await garage.events.wait("session_started")
    await until_issue(hass, False, garage)
    await hass.async_block_till_done()
    assert hanging.done()


async def test_a_damaged_ledger_is_replaced_at_set_up_and_the_repair_lists_the_losses(hass: HomeAssistant) -> None:
    path = ledger_file(hass)
    count = 300
    with Ledger.open(path, STOCKHOLM) as ledger:
        ledger.commit([commit(*(session(f"s{n:03}", MARCH_NOON + n, quarters=12) for n in range(count)))])
    overwrite(path, [2, *leaves_of(path, "sessions")[3:5]])
    garage = Garage(hass, ("left",), [person("Anna")])
    await garage.set_up()
    found = mended_issue(hass)
    placeholders = found.translation_placeholders
    assert placeholders is not None
    assert found.translation_key == "ledger_mended"
    assert found.is_persistent
    assert int(placeholders["saved"]) + int(placeholders["lost"]) == count
    assert int(placeholders["lost"]) > 0
    assert placeholders["file"] in [str(item) for item in aside(hass)]
    await charge(garage, "left")
    (completed,) = await garage.events.wait("session_completed")
    assert completed["energy_kwh"] == 2.0
    await garage.unload()


async def test_a_file_that_is_no_database_is_put_aside_and_tracking_begins(hass: HomeAssistant) -> None:
    ledger_file(hass).write_bytes(b"something else entirely " * 1_000)
    garage = Garage(hass, ("left",), [])
    await garage.set_up()
    assert mended_issue(hass).translation_key == "ledger_put_aside"
    await charge(garage, "left")
    await garage.events.wait("session_completed")
    await garage.unload()


async def test_a_ledger_of_a_newer_release_is_refused_and_not_touched(hass: HomeAssistant) -> None:
    path = ledger_file(hass)
    with Ledger.open(path, STOCKHOLM):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = path.read_bytes()
    garage = Garage(hass, ("left",), [])
    garage.entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(garage.entry.entry_id)
    assert garage.entry.state is ConfigEntryState.SETUP_ERROR
    assert garage.entry.error_reason_translation_key == "ledger_too_new"
    assert path.read_bytes() == before


async def test_a_ledger_that_cannot_be_opened_is_retried_and_reported(hass: HomeAssistant) -> None:
    path = ledger_file(hass)
    path.mkdir()
    garage = Garage(hass, ("left",), [])
    garage.entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(garage.entry.entry_id)
    assert garage.entry.state is ConfigEntryState.SETUP_RETRY
    assert garage.entry.error_reason_translation_key == "ledger_unavailable"
    found = issue(hass)
    assert found is not None
    assert found.translation_key == "ledger_read_only"
    path.rmdir()
    assert await hass.config_entries.async_reload(garage.entry.entry_id)
    assert issue(hass) is None
    await garage.unload()


async def test_with_a_read_only_file_sessions_are_tracked_and_written_when_permissions_return(
    hass: HomeAssistant,
) -> None:
    path = ledger_file(hass)
    with Ledger.open(path, ZoneInfo(hass.config.time_zone)) as ledger:
        ledger.commit([commit(session())])
    path.chmod(0o444)
    garage = Garage(hass, ("left",), [])
    with permissions_count():
        await garage.set_up()
    await charge(garage, "left")
    await until_issue(hass, True, garage)
    found = issue(hass)
    assert found is not None
    assert found.translation_key == "ledger_read_only"
    assert garage.events.named("session_completed") == []
    for item in (path, *aside(hass, "*.db-*")):
        item.chmod(0o644)
    (completed,) = await garage.events.wait("session_completed")
    assert completed["energy_kwh"] == 2.0
    await until_issue(hass, False, garage)
    await garage.unload()


async def test_a_running_session_with_a_damaged_checkpoint_is_ended(
    hass: HomeAssistant,
) -> None:
    garage = Garage(hass, ("left",), [])
    await garage.set_up()
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    (started,) = await garage.events.wait("session_started")
    await garage.unload()
    with closing(sqlite3.connect(ledger_file(hass), isolation_level=None)) as connection:
        connection.execute("UPDATE checkpoints SET states = '{'")
    assert await hass.config_entries.async_setup(garage.entry.entry_id)
    await hass.async_block_till_done()
    ended = (await garage.events.wait("session_discarded"))[0]
    assert ended["session_id"] == started["session_id"]
    assert ended["data_gap"]
    await garage.events.wait("session_started", 2)
    ledger = garage.entry.runtime_data.ledger
    running = await ledger.call(ledger.ledger.running)
    assert [record.session_id for record in running] == [garage.events.named("session_started")[1]["session_id"]]
    await garage.unload()


async def test_a_stop_in_the_middle_of_an_edit_does_not_wait_for_a_disk_that_hangs(
    hass: HomeAssistant, garage: Garage
) -> None:
    household = garage.entry.runtime_data
    over = threading.Event()
    hanging = hass.async_create_background_task(household.ledger.call(over.wait, 30.0), "a disk that hangs")
    hass.config_entries.async_remove_subentry(garage.entry, garage.id_of("right"))
    async with asyncio.timeout(10.0):
        await household.close()
    over.set()
    await hanging
    await hass.async_block_till_done()


async def test_a_deleted_file_is_written_back_and_a_repair_reports_it(hass: HomeAssistant, garage: Garage) -> None:
    await charge(garage, "left")
    await garage.events.wait("session_completed")
    delete_ledger(hass)
    await charge(garage, "left")
    await garage.events.wait("session_completed", 2)
    await hass.async_block_till_done()
    found = issue(hass, "ledger_restored_deleted")
    assert found is not None
    assert found.translation_key == "ledger_deleted"
    assert found.is_persistent
    assert await hass.config_entries.async_reload(garage.entry.entry_id)
    ledger = garage.entry.runtime_data.ledger
    assert len(await ledger.call(ledger.ledger.last_sessions)) == 2


async def test_a_session_that_cannot_be_stored_is_reported_and_the_next_one_is_recorded(
    hass: HomeAssistant, garage: Garage
) -> None:
    ledger = garage.entry.runtime_data.ledger
    await ledger.commit(commit(session("bad", meter_start_mwh=2**70), charger_id="another"))
    await hass.async_block_till_done()
    found = issue(hass, "ledger_value_put_aside")
    assert found is not None
    assert found.translation_placeholders == {"file": str(ledger_file(hass)), "count": "1"}
    assert issue(hass) is None
    await charge(garage, "left")
    await garage.events.wait("session_completed")
