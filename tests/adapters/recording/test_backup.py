"""A backup of Home Assistant while a car charges: the session continues after it is restored."""

from __future__ import annotations

import tarfile
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from homeassistant.components.backup import DOMAIN as BACKUP
from homeassistant.components.backup.const import DATA_MANAGER
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component

from custom_components.ev_charging_manager.adapters.household.household import LEDGER_FILE
from custom_components.ev_charging_manager.backup import async_post_backup, async_pre_backup
from custom_components.ev_charging_manager.const import DOMAIN
from tests.adapters.recording.test_ledger_trouble import ledger_file, locked
from tests.support.garage import Garage, person


@pytest.fixture
async def manager(hass: HomeAssistant) -> Any:
    """Home Assistant's backup manager with its local agent."""
    try:
        helper = import_module("homeassistant.helpers.backup")
    except ImportError:
        pass  # later releases need no more than the component
    else:
        helper.async_initialize_backup(hass)
    assert await async_setup_component(hass, BACKUP, {})
    await hass.async_block_till_done()
    return hass.data[DATA_MANAGER]


async def make(manager: Any) -> None:
    await manager.async_create_backup(
        agent_ids=["backup.local"],
        include_addons=None,
        include_all_addons=False,
        include_database=True,
        include_folders=None,
        include_homeassistant=True,
        name="in mid-session",
        password=None,
    )


def restore(hass: HomeAssistant) -> None:
    """Replace the ledger's files by those in the backup, like Home Assistant."""
    folder = Path(hass.config.config_dir)
    for item in folder.glob(f"{LEDGER_FILE}*"):
        item.unlink()
    (backup,) = Path(hass.config.path("backups")).glob("*.tar")
    with tarfile.open(backup) as outer:
        inner = outer.extractfile("homeassistant.tar.gz")
        assert inner is not None
        with tarfile.open(fileobj=BytesIO(inner.read())) as archive:
            for member in archive.getmembers():
                if Path(member.name).name.startswith(LEDGER_FILE):
                    content = archive.extractfile(member)
                    assert content is not None
                    (folder / Path(member.name).name).write_bytes(content.read())


def forget(hass: HomeAssistant) -> None:
    """Delete the integration's data of this process, like a restart."""
    data: dict[Any, Any] = hass.data
    for key in [key for key in data if str(key).startswith(DOMAIN)]:
        data.pop(key)


async def test_a_backup_in_mid_session_is_whole_and_restoring_it_goes_on_with_the_session(
    hass: HomeAssistant, manager: Any, tmp_path: Path
) -> None:
    garage = Garage(hass, ("left", "right"), [person("Anna")])
    await garage.set_up()
    left = garage.chargers["left"]
    left.plug_in()
    left.power(11_000)
    (started,) = await garage.events.wait("session_started")
    for _ in range(3):
        await garage.pass_house_seconds(330)
        left.charge(1_000)
    await garage.until_state("sensor", "left", "session_energy", "3.0")
    await garage.pass_house_seconds(60)
    await make(manager)
    left.charge(500)
    await garage.pass_house_seconds(60)
    left.unplug()
    (whole,) = await garage.events.wait("session_completed")
    assert whole["energy_kwh"] == 3.5
    await garage.unload()

    restore(hass)
    with garage.reopen_ledger() as ledger:
        (running,) = ledger.running()
        assert running.session_id == started["session_id"]
        ledger.integrity()
    forget(hass)
    left.plug_again()
    assert await hass.config_entries.async_setup(garage.entry.entry_id)
    await garage.until_state("sensor", "left", "session_energy", "3.5")
    left.unplug()
    again = (await garage.events.wait("session_completed", 2))[1]
    assert again["session_id"] == started["session_id"]
    assert again["energy_kwh"] == 3.5
    assert again["reconstructed"]
    await garage.unload()


async def test_a_locked_ledger_does_not_prevent_a_backup_and_no_extra_file_remains(
    hass: HomeAssistant, manager: Any, garage: Garage
) -> None:
    with locked(ledger_file(hass)):
        await make(manager)
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    await garage.unload()
    assert [item.name for item in ledger_file(hass).parent.glob(f"{LEDGER_FILE}*")] == [LEDGER_FILE]


async def test_a_household_that_is_reloaded_while_a_backup_runs_leaves_the_file_alone(
    hass: HomeAssistant, garage: Garage
) -> None:
    await async_pre_backup(hass)
    before = ledger_file(hass).read_bytes()
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    await garage.unload()
    assert await hass.config_entries.async_setup(garage.entry.entry_id)
    garage.chargers["left"].charge(100)
    await garage.pass_house_seconds(120)
    assert ledger_file(hass).read_bytes() == before
    await async_post_backup(hass)
    await garage.unload()
    assert ledger_file(hass).read_bytes() != before
