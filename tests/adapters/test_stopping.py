"""Home Assistant stops while a charger's pipeline is stopped or started for another reason."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest
from homeassistant.core import HassJob, HomeAssistant

from tests.support.garage import Garage

OURS = "custom_components.ev_charging_manager"
TURNS = (0, 1, 2, 3, 5, 8, 13, 21, 34)


async def charging(garage: Garage) -> None:
    """Begin a session and deliver 300 Wh."""
    left = garage.chargers["left"]
    left.plug_in()
    left.power(11_000)
    await garage.events.wait("session_started")
    left.charge(300)
    # Home Assistant reports a state at the end of the turn in which it changed.
    await turns(1)


async def turns(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return warnings and errors, without those of asyncio about a slow machine and of the loader."""
    spared = ("asyncio", "homeassistant.loader")
    return [
        f"{record.name}: {record.getMessage()}"
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name not in spared
    ]


def ledger_threads_left() -> bool:
    """Return whether a ledger's thread is still alive after 5 s."""
    threads = [each for each in threading.enumerate() if each.name.startswith("ev_charging_ledger")]
    for thread in threads:
        thread.join(5)
    return any(thread.is_alive() for thread in threads)


def energy_kept(garage: Garage) -> int:
    with garage.reopen_ledger() as ledger:
        running = garage.checkpoint(ledger, "left")["session"].running
    return 0 if running is None else int(running.energy_mwh)


@pytest.mark.parametrize("later", TURNS)
async def test_stop_while_an_edited_charger_restarts_keeps_what_was_seen(
    hass: HomeAssistant, garage: Garage, caplog: pytest.LogCaptureFixture, later: int
) -> None:
    await charging(garage)
    (charger,) = [each for each in garage.entry.subentries.values() if each.title == "left"]
    household = garage.entry.runtime_data
    runtime = household.chargers[charger.subentry_id]

    hass.config_entries.async_update_subentry(garage.entry, charger, data={**charger.data, "charging_words": ["Lädt"]})
    await turns(later)
    await hass.async_stop(force=True)

    assert runtime.health().status == "ended"
    assert all(each.health().status == "ended" for each in household.chargers.values())
    assert energy_kept(garage) == 300_000
    assert complaints(caplog) == []


@pytest.mark.parametrize("later", TURNS)
async def test_stop_while_the_household_is_reloaded_leaves_no_pipeline_and_no_open_ledger(
    hass: HomeAssistant, garage: Garage, caplog: pytest.LogCaptureFixture, later: int
) -> None:
    await charging(garage)
    households = {garage.entry.runtime_data}

    reload = hass.async_create_task(hass.config_entries.async_reload(garage.entry.entry_id))
    await turns(later)
    await hass.async_stop(force=True)
    await asyncio.wait([reload], timeout=5)

    # There is a second household only if the new set-up got far enough.
    households |= {found for found in [getattr(garage.entry, "runtime_data", None)] if found}
    assert {each.health().status for household in households for each in household.chargers.values()} == {"ended"}
    assert energy_kept(garage) == 300_000
    assert not ledger_threads_left()
    # Home Assistant logs an error about a set-up that it cancels; newer releases use our logger.
    ours = [complaint for complaint in complaints(caplog) if complaint.startswith(OURS)]
    assert not [complaint for complaint in ours if "Setup of config entry" not in complaint]


async def test_household_that_is_set_up_while_home_assistant_stops_is_closed(
    hass: HomeAssistant, garage: Garage
) -> None:
    await charging(garage)
    entry_id = garage.entry.entry_id
    # Runs beside the household's own shutdown job; the household that it sets up is too late for such a job.
    hass.async_add_shutdown_job(HassJob(hass.config_entries.async_reload), entry_id)

    await hass.async_stop(force=True)

    assert {each.health().status for each in garage.entry.runtime_data.chargers.values()} == {"ended"}
    assert not ledger_threads_left()
    assert energy_kept(garage) == 300_000


async def test_pipelines_that_home_assistant_cancels_while_they_drain_log_no_warning(
    hass: HomeAssistant, garage: Garage, caplog: pytest.LogCaptureFixture
) -> None:
    await charging(garage)
    over = threading.Event()
    ledger = garage.entry.runtime_data.ledger
    hanging = hass.async_create_background_task(ledger.call(over.wait, 30.0), "a disk that hangs")
    unloading = hass.async_create_task(hass.config_entries.async_unload(garage.entry.entry_id))
    await turns(20)
    for task in list(garage.entry._background_tasks):
        task.cancel()
    await turns(20)
    over.set()
    await asyncio.wait([hanging, unloading])
    assert complaints(caplog) == []
    assert energy_kept(garage) in {0, 300_000}
