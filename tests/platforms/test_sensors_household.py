"""Sensors and devices are added, named and removed with chargers and users."""

from __future__ import annotations

import json
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

import custom_components.ev_charging_manager as integration
from custom_components.ev_charging_manager.adapters.household.devices import own_devices
from tests.support.garage import Garage
from tests.support.shown import KEYS, SETS, attribute, charge, entity_id_of, of_set, of_user, plug_in

ROOT = Path(integration.__file__).parent


async def test_all_sensors_have_their_stable_unique_ids(house: Garage) -> None:
    for key in KEYS:
        for name in SETS:
            assert entity_id_of(house, f"{house.entry.entry_id}_{name}_{key}")
        for user in ("Anna", "Gita"):
            assert entity_id_of(house, f"{house.id_of(user)}_{key}")
            assert entity_id_of(house, f"{house.id_of('left')}_{house.id_of(user)}_{key}")


async def test_deleting_a_user_removes_the_sensors_and_keeps_the_sessions(hass: HomeAssistant, house: Garage) -> None:
    await charge(house, "left", "1", 1000)
    anna = house.id_of("Anna")

    hass.config_entries.async_remove_subentry(house.entry, anna)
    await hass.async_block_till_done()

    assert [one.unique_id for one in _entries(house) if anna in one.unique_id] == []
    assert of_set(house, "household", "total_energy").state == "1.0"
    assert set(attribute(of_set(house, "household", "total_energy"), "by_user")) == {"Anna (removed)"}


async def test_a_user_added_while_a_car_charges_gets_sensors_immediately(house: Garage) -> None:
    await plug_in(house, "left", "1")
    await house.add_user("Clara")

    assert of_user(house, "Clara", "total_energy").state == "0.0"
    assert entity_id_of(house, f"{house.id_of('right')}_{house.id_of('Clara')}_total_cost")


async def test_removing_a_charger_removes_its_sensors_and_changes_no_sums(hass: HomeAssistant, house: Garage) -> None:
    await charge(house, "left", "1", 1000)
    left = house.id_of("left")

    hass.config_entries.async_remove_subentry(house.entry, left)
    await hass.async_block_till_done()

    assert [one.unique_id for one in _entries(house) if left in one.unique_id] == []
    assert of_user(house, "Anna", "total_energy").state == "1.0"
    assert of_user(house, "Anna", "session_count").state == "1"


def _entries(house: Garage) -> list[er.RegistryEntry]:
    return er.async_entries_for_config_entry(er.async_get(house.hass), house.entry.entry_id)


async def test_chargers_and_users_are_linked_to_the_household_and_it_has_its_own_sensors(house: Garage) -> None:
    devices = own_devices(house.hass, house.entry)
    household = devices[house.entry.entry_id]

    assert household.entry_type is dr.DeviceEntryType.SERVICE
    assert household.name == "Household"
    assert household.via_device_id is None
    for name in ("left", "right", "Anna", "Gita"):
        assert devices[house.id_of(name)].via_device_id == household.id
    of_household = er.async_entries_for_device(er.async_get(house.hass), household.id)
    assert {one.unique_id for one in of_household} == {
        f"{house.entry.entry_id}_{name}_{key}" for name in SETS for key in KEYS
    }


async def test_every_sensor_has_a_name_and_an_icon_and_none_is_unused(house: Garage) -> None:
    used = {entry.translation_key for entry in _entries(house) if entry.domain == "sensor"}
    for file in ("translations/en.json", "icons.json"):
        named = json.loads((ROOT / file).read_text(encoding="utf-8"))["entity"]["sensor"]
        assert set(named) == used
