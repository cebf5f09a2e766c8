"""Chargers that Home Assistant knows."""

from __future__ import annotations

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er

from custom_components.ev_charging_manager.adapters.charger.discovery import known_chargers
from custom_components.ev_charging_manager.domain.household import Role

from ..house import GOE_CLOUD_UNIQUE_IDS, charger, goe, household


async def test_known_goe_is_found_with_name_host_area_and_entities(hass: HomeAssistant) -> None:
    area = ar.async_get(hass).async_create("Garage")
    entities = goe(hass, "409787", "Garage left", host="192.0.2.7", area_id=area.id)

    (known,) = known_chargers(hass, None)

    assert (known.serial, known.name, known.host, known.area_id) == ("409787", "Garage left", "192.0.2.7", area.id)
    assert known.label == "Garage left (go-e Charger 409787)"
    assert known.device_id == entities["status"].device_id
    assert known.entities == {Role(role): entity.id for role, entity in entities.items()}


async def test_renamed_entities_and_device_are_still_found_under_the_new_name(hass: HomeAssistant) -> None:
    entities = goe(hass, "409787", "go-e")
    er.async_get(hass).async_update_entity(entities["status"].entity_id, new_entity_id="sensor.car_left")
    dr.async_get(hass).async_update_device(str(entities["status"].device_id), name_by_user="Carport")

    (known,) = known_chargers(hass, None)

    assert known.name == "Carport"
    assert known.entities[Role.STATUS] == entities["status"].id


async def test_cloud_mode_and_bare_unique_ids_are_the_same_charger_family(hass: HomeAssistant) -> None:
    goe(hass, "409787", "Cloud", templates={**GOE_CLOUD_UNIQUE_IDS, "power": "goe_{}_nrg_11"})

    (known,) = known_chargers(hass, None)

    assert known.serial == "409787"
    assert len(known.entities) == len(GOE_CLOUD_UNIQUE_IDS)


async def test_charger_connected_twice_is_offered_twice_and_never_mixed(hass: HomeAssistant) -> None:
    local = goe(hass, "409787", "Local")
    cloud = goe(hass, "409787", "Cloud", templates=GOE_CLOUD_UNIQUE_IDS)

    found = {one.name: one for one in known_chargers(hass, None)}

    assert found["Cloud"].entities[Role.POWER] == cloud["power"].id
    assert found["Local"].entities[Role.POWER] == local["power"].id
    assert found["Cloud"].key != found["Local"].key


async def test_chargers_of_the_household_are_left_out_except_the_edited_one(hass: HomeAssistant) -> None:
    goe(hass, "409787", "Left")
    goe(hass, "409788", "Right")
    entry = household(hass, charger("Left", "409787", profile="goe_api2"))

    assert [one.serial for one in known_chargers(hass, entry)] == ["409788"]
    assert [one.serial for one in known_chargers(hass, entry, edited_id="409787")] == ["409787", "409788"]


async def test_disabled_and_foreign_entities_are_ignored(hass: HomeAssistant) -> None:
    entities = goe(hass, "409787", "Left")
    registry = er.async_get(hass)
    registry.async_update_entity(entities["lock"].entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    registry.async_get_or_create("sensor", "other_integration", "goecharger_api2.goe_1_car_value")
    registry.async_get_or_create("button", "goecharger_api2", "goecharger_api2.goe_2_wh")

    (known,) = known_chargers(hass, None)

    assert known.serial == "409787"
    assert Role.LOCK not in known.entities


async def test_select_is_preferred_to_a_sensor_of_the_same_unique_id(hass: HomeAssistant) -> None:
    entities = goe(hass, "409787", "Left")
    theirs = hass.config_entries.async_get_entry(str(entities["card"].config_entry_id))
    twin = entities["card"].unique_id
    er.async_get(hass).async_get_or_create("sensor", "goecharger_api2", twin, config_entry=theirs)

    (known,) = known_chargers(hass, None)

    assert known.entities[Role.CARD] == entities["card"].id


async def test_charger_without_device_is_named_after_its_entry_or_its_family(hass: HomeAssistant) -> None:
    goe(hass, "409787", None)
    er.async_get(hass).async_get_or_create("sensor", "goecharger_api2", "goecharger_api2.goe_5_wh")

    by_serial = {one.serial: one for one in known_chargers(hass, None)}

    assert by_serial["409787"].name == "go-e 409787"
    assert by_serial["409787"].device_id is None
    assert by_serial["5"].name == "go-e Charger"
    assert by_serial["5"].host is None
