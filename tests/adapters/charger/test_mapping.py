"""A charger's entities by registry id: renamed, missing, found again."""

from __future__ import annotations

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util.yaml.objects import NodeStrClass

from custom_components.ev_charging_manager.const import DOMAIN
from tests.support.garage import Garage, charger_data

_KEYS = {"status": "car_value", "session_energy": "wh", "power": "nrg_11"}


def _goe_entities(hass: HomeAssistant, serial: str) -> dict[str, str]:
    """Register the entities of the go-e integration for a charger; return their registry ids."""
    registry = er.async_get(hass)
    return {
        role: registry.async_get_or_create(
            "sensor",
            "goecharger_api2",
            f"goecharger_api2.goe_{serial}_{key}",
            suggested_object_id=f"goe_{key}",
        ).id
        for role, key in _KEYS.items()
    }


def _garage(hass: HomeAssistant, **data: Any) -> Garage:
    garage = Garage(hass, (), [charger_data("left", **data)])
    garage.know("left")
    return garage


def _named_by_goe(garage: Garage) -> None:
    for key, theirs in {"status": "car_value", "wh": "wh", "power": "nrg_11"}.items():
        garage.chargers["left"].renamed(key, f"sensor.goe_{theirs}")


async def test_entities_with_new_registry_ids_after_a_crash_are_found_by_serial(hass: HomeAssistant) -> None:
    _goe_entities(hass, "409787")
    lost = {role: f"{number:032x}" for number, role in enumerate(_KEYS, 1)}
    garage = _garage(hass, serial="409787", entities=lost)
    _named_by_goe(garage)
    await garage.set_up()

    garage.chargers["left"].plug_in()

    (started,) = await garage.events.wait("session_started")
    assert started["charger_name"] == "left"
    assert ir.async_get(hass).async_get_issue(DOMAIN, f"entities_missing_{garage.id_of('left')}") is None
    await garage.unload()


async def test_missing_entities_are_reported_and_used_once_they_are_back(hass: HomeAssistant) -> None:
    lost = {role: f"{number:032x}" for number, role in enumerate(_KEYS, 1)}
    garage = _garage(hass, serial="409787", entities=lost)
    _named_by_goe(garage)
    garage.entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(garage.entry.entry_id)
    issue_id = f"entities_missing_{garage.id_of('left')}"
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    assert issue is not None
    assert issue.translation_placeholders == {"charger": "left", "entities": "power, session_energy, status"}

    _goe_entities(hass, "409787")
    await hass.async_block_till_done()

    assert ir.async_get(hass).async_get_issue(DOMAIN, issue_id) is None
    garage.chargers["left"].idle()
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    await garage.unload()


async def test_a_currency_from_yaml_can_be_stored_in_the_ledger(hass: HomeAssistant) -> None:
    hass.config.currency = NodeStrClass("SEK")
    garage = Garage(hass, ("left",), [])
    await garage.set_up()
    garage.chargers["left"].plug_in()

    await garage.events.wait("session_started")

    assert garage.attribute("sensor", "left", "session_cost", "unit_of_measurement") == "SEK"
    await garage.unload()


async def test_an_entity_without_a_registry_entry_is_found_by_its_entity_id(hass: HomeAssistant) -> None:
    entities = {"status": "sensor.left_status", "session_energy": "sensor.left_wh"}
    garage = _garage(hass, entities=entities)
    await garage.set_up()
    garage.chargers["left"].plug_in()

    await garage.events.wait("session_started")
    await garage.unload()


async def test_an_entity_for_the_last_card_serves_as_the_reader_where_there_is_no_other(hass: HomeAssistant) -> None:
    entities = {"status": "sensor.left_status", "session_energy": "sensor.left_wh", "last_card": "select.left_trx"}
    garage = _garage(hass, profile="generic", entities=entities)
    await garage.set_up()
    garage.chargers["left"].card("nfc-04:A2:24:1B")
    garage.chargers["left"].plug_in()

    (started,) = await garage.events.wait("session_started")

    assert started["card"] == "4A2241B"
    assert started["unknown_reason"] == "card_unmapped"
    await garage.unload()
