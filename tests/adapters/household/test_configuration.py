"""Edits of the household while it runs."""

from __future__ import annotations

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager.adapters.household.devices import own_devices
from custom_components.ev_charging_manager.const import DOMAIN
from tests.support.garage import Garage


async def test_a_charger_added_later_records_immediately(garage: Garage) -> None:
    garage.add_charger("garden")
    garage.chargers["garden"].idle()
    await garage.hass.async_block_till_done()
    await garage.until_state("sensor", "garden", "status", "idle")

    garage.chargers["garden"].plug_in()
    (started,) = await garage.events.wait("session_started")

    assert started["charger_name"] == "garden"


async def test_deleting_a_charger_deletes_only_its_entities(hass: HomeAssistant, garage: Garage) -> None:
    left = garage.id_of("left")
    garage.chargers["right"].plug_in()
    await garage.events.wait("session_started")

    hass.config_entries.async_remove_subentry(garage.entry, left)
    await hass.async_block_till_done()

    registry = er.async_get(hass)
    assert registry.async_get_entity_id("sensor", DOMAIN, f"{left}_status") is None
    assert garage.state("sensor", "right", "status") == "tracking"
    assert list(garage.entry.runtime_data.chargers) == [garage.id_of("right")]


async def test_a_new_price_applies_to_the_rest_of_the_running_session(garage: Garage) -> None:
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    charger.charge(400)
    await garage.pass_house_seconds(60)

    charger.charge(1)
    garage.edit("left", pricing={"method": "static", "price": 0.5})
    await garage.pass_house_seconds(120)
    charger.charge(400)
    await garage.pass_house_seconds(60)
    charger.unplug()

    (completed,) = await garage.events.wait("session_completed")
    # A few of the 120 s in which the last step flowed may lie before the edit.
    assert completed["cost"] == pytest.approx(0.401 * 0.25 + 0.4 * 0.5, rel=0.05)


async def test_renaming_a_user_changes_no_identifier(hass: HomeAssistant, garage: Garage) -> None:
    entity_id = garage.entity_id("sensor", "Anna", "total_energy")
    anna = garage.id_of("Anna")

    garage.edit("Anna", title="Anna-Lena")
    await hass.async_block_till_done()

    assert garage.id_of("Anna-Lena") == anna
    assert garage.entity_id("sensor", "Anna-Lena", "total_energy") == entity_id
    assert own_devices(hass, garage.entry)[anna].name == "Anna-Lena"


async def test_a_paused_charger_records_nothing_until_it_continues(garage: Garage) -> None:
    garage.edit("left", paused=True)
    await garage.hass.async_block_till_done()
    assert garage.state("sensor", "left", "status") == "unavailable"

    garage.edit("left", paused=False)
    await garage.hass.async_block_till_done()
    await garage.until_state("sensor", "left", "status", "idle")
