"""The diagnostics download: its content, and no personal data in it."""

from __future__ import annotations

import json

from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager import pipeline
from custom_components.ev_charging_manager.adapters.household.devices import own_devices
from custom_components.ev_charging_manager.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from tests.support.garage import Garage


async def _one_session(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    charger = garage.chargers["left"]
    charger.card("1")
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    for _ in range(4):
        charger.charge(100)
        await garage.pass_house_seconds(20)
    charger.unplug()
    await garage.events.wait("session_completed")


async def test_the_download_shows_the_graph_and_the_health_of_each_actor(hass: HomeAssistant, garage: Garage) -> None:
    await _one_session(garage)

    download = await async_get_config_entry_diagnostics(hass, garage.entry)

    charger = download["chargers"][garage.id_of("left")]
    names = [actor["name"] for actor in charger["health"]["actors"]]
    assert names == [place.actor.name for place in pipeline.GRAPH]
    assert [edge["receiver"] for edge in charger["graph"]] == names
    assert all(actor["handled"] > 0 for actor in charger["health"]["actors"])
    assert download["sessions"][0]["energy_mwh"] == 400_000


async def test_no_personal_data_is_in_the_download(hass: HomeAssistant, garage: Garage) -> None:
    await _one_session(garage)
    device = own_devices(hass, garage.entry)[garage.id_of("left")]

    whole = await async_get_config_entry_diagnostics(hass, garage.entry)
    one = await async_get_device_diagnostics(hass, garage.entry, device)

    text = json.dumps([whole, one], default=str)
    assert [word for word in ("Anna", "Ben", "slot 1", "serial-left") if word in text] == []


async def test_the_household_shows_its_sums(hass: HomeAssistant, garage: Garage) -> None:
    await _one_session(garage)
    device = own_devices(hass, garage.entry)[garage.entry.entry_id]

    download = await async_get_device_diagnostics(hass, garage.entry, device)

    assert download["totals"]["energy_mwh"] == 400_000


async def test_diagnostics_of_an_unloaded_household_show_its_state(hass: HomeAssistant, garage: Garage) -> None:
    device = own_devices(hass, garage.entry)[garage.id_of("left")]
    await garage.unload()
    download = await async_get_config_entry_diagnostics(hass, garage.entry)
    assert download["state"] == "not_loaded"
    assert len(download["subentries"]) == len(garage.entry.subentries)
    assert (await async_get_device_diagnostics(hass, garage.entry, device))["state"] == "not_loaded"
