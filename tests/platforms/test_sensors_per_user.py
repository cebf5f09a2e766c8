"""The sensors of each user at each charger: disabled by default, added and removed with chargers and users."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.ev_charging_manager.const import DOMAIN
from tests.support.garage import Garage
from tests.support.shown import KEYS, charge, entity_id_of, state_of


def _unique_id(garage: Garage, charger: str, user: str, key: str) -> str:
    return f"{garage.id_of(charger)}_{garage.id_of(user)}_{key}"


def _entry(garage: Garage, charger: str, user: str, key: str) -> er.RegistryEntry:
    entity_id = entity_id_of(garage, _unique_id(garage, charger, user, key))
    assert entity_id is not None
    entry = er.async_get(garage.hass).async_get(entity_id)
    assert entry is not None
    return entry


async def _enable(garage: Garage, charger: str, user: str, key: str) -> None:
    """Enable an entity as on its page. Home Assistant then reloads the entry after a delay; here it is immediate."""
    entity_id = _entry(garage, charger, user, key).entity_id
    er.async_get(garage.hass).async_update_entity(entity_id, disabled_by=None)
    assert await garage.hass.config_entries.async_reload(garage.entry.entry_id)
    await garage.hass.async_block_till_done()


async def test_they_are_disabled_by_default(garage: Garage) -> None:
    for charger in ("left", "right"):
        for user in ("Anna", "Ben"):
            for key in KEYS:
                entry = _entry(garage, charger, user, key)
                assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
                device = dr.async_get(garage.hass).async_get(entry.device_id or "")
                assert device is not None
                assert (DOMAIN, garage.id_of(charger)) in device.identifiers


async def test_an_enabled_sensor_counts_only_its_user_at_its_charger(garage: Garage) -> None:
    await _enable(garage, "left", "Anna", "total_energy")
    await garage.add_card("left", 1, "Anna")
    await garage.add_card("right", 1, "Anna")
    await charge(garage, "left", "1", 1000)
    await charge(garage, "right", "1", 400)
    await charge(garage, "left", None, 200)

    shown = state_of(garage, _unique_id(garage, "left", "Anna", "total_energy"))

    assert shown.state == "1.0"
    assert shown.name == "left Anna total energy"
    assert garage.state("sensor", "Anna", "total_energy") == "1.4"


async def test_a_renamed_user_is_renamed_in_all_of_them(garage: Garage) -> None:
    await _enable(garage, "left", "Anna", "total_energy")
    ids = {key: _entry(garage, "left", "Anna", key).entity_id for key in KEYS}

    garage.edit("Anna", title="Annika")
    await garage.hass.async_block_till_done()

    assert state_of(garage, _unique_id(garage, "left", "Annika", "total_energy")).name == "left Annika total energy"
    assert _entry(garage, "left", "Annika", "total_cost").original_name == "Annika total cost"
    assert {key: _entry(garage, "left", "Annika", key).entity_id for key in KEYS} == ids


async def test_an_added_charger_has_them_for_each_user(hass: HomeAssistant, garage: Garage) -> None:
    garage.add_charger("yard")
    await hass.async_block_till_done()

    assert _entry(garage, "yard", "Anna", "total_energy").disabled
    assert _entry(garage, "yard", "Ben", "last_session").disabled


async def test_those_of_a_user_deleted_while_the_entry_was_unloaded_are_removed_at_the_next_start(
    hass: HomeAssistant, garage: Garage
) -> None:
    gone = _unique_id(garage, "left", "Ben", "total_energy")
    await garage.unload()
    hass.config_entries.async_remove_subentry(garage.entry, garage.id_of("Ben"))
    assert entity_id_of(garage, gone)

    assert await hass.config_entries.async_setup(garage.entry.entry_id)
    await hass.async_block_till_done()

    assert entity_id_of(garage, gone) is None
    assert entity_id_of(garage, _unique_id(garage, "left", "Anna", "total_energy"))
