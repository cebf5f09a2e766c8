"""The charger wizard, from "Add integration"."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er

from custom_components.ev_charging_manager import const
from custom_components.ev_charging_manager.adapters.configuration import household_of, settings_of
from custom_components.ev_charging_manager.adapters.state_parsers import ENERGY_FACTORS, POWER_FACTORS
from custom_components.ev_charging_manager.domain.household import Role
from custom_components.ev_charging_manager.domain.tariff import StaticTariff
from custom_components.ev_charging_manager.profiles.generic import CHARGING_WORDS

from .. import house
from ..house import charger, fields, goe, household, kept, labels, meter, offered, start, submit, user


async def entities_step(hass: HomeAssistant, source: str = "generic", name: str = "Carport") -> Any:
    """Open the wizard and submit its steps up to the entities."""
    shown = await submit(hass, await start(hass), {"source": source})
    return await submit(hass, shown, {"name": name, "serial": f"serial of {name}"})


def good_meters(hass: HomeAssistant) -> dict[str, str]:
    """Return entities that pass every check, by role."""
    return {
        "status": meter(hass, "sensor.car", "charging", options=["idle", "busy", "charging"]),
        "plug": meter(hass, "binary_sensor.plug", "on"),
        "session_energy": meter(hass, "sensor.session", "3200", "Wh"),
        "total_energy": meter(hass, "sensor.total", "4.3", "MWh"),
        "power": meter(hass, "sensor.power", "7.2", "kW"),
    }


async def test_known_charger_makes_the_household_with_three_clicks_and_a_price(hass: HomeAssistant) -> None:
    area = ar.async_get(hass).async_create("Garage")
    entities = goe(hass, "409787", "Garage left", host="192.0.2.7", area_id=area.id)
    hass.config.currency = "SEK"

    shown = await start(hass)
    assert (shown["type"], shown["step_id"], shown["errors"]) == ("form", "choose", {})
    assert labels(shown, "source") == ["Garage left (go-e Charger 409787)", "go-e Charger", "Generic"]
    shown = await submit(hass, shown, {"source": offered(shown, "source")[0]})
    assert shown["step_id"] == "charger"
    assert kept(shown) == {"name": "Garage left", "serial": "409787", "area_id": area.id}
    shown = await submit(hass, shown, kept(shown))
    assert shown["step_id"] == "entities"
    assert kept(shown) == {
        **{role: entity.entity_id for role, entity in entities.items()},
        "host": "192.0.2.7",
        "max_power_kw": 22.0,
    }
    shown = await submit(hass, shown, kept(shown))
    assert shown["step_id"] == "pricing"
    assert (fields(shown), offered(shown, "method")) == ({"method", "price"}, ["static", "spot"])
    done = await submit(hass, shown, {"price": 1.85})
    await hass.async_block_till_done()

    assert (done["type"], done["title"]) == ("create_entry", "EV Charging Manager")
    (entry,) = hass.config_entries.async_entries(const.DOMAIN)
    assert entry.unique_id == const.DOMAIN
    (left,) = entry.subentries.values()
    assert (left.subentry_type, left.title, left.unique_id) == ("charger", "Garage left", "charger_409787")
    assert left.data == {
        "profile": "goe_api2",
        "serial": "409787",
        "area_id": area.id,
        "host": "192.0.2.7",
        "entities": {role: entity.id for role, entity in entities.items()},
        "max_power_kw": 22.0,
        "pricing": {"method": "static", "price": 1.85},
        "paused": False,
    }
    settings = settings_of(hass, entry, left)
    assert settings.charger.tariff == StaticTariff(1_850_000)
    assert settings.charger.maps(Role.CARD)
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_add_integration_again_adds_the_charger_to_the_household(hass: HomeAssistant) -> None:
    entry = household(hass, charger("Left", "1"), user("Anna"))
    typed = good_meters(hass)
    shown = await entities_step(hass)
    shown = await submit(hass, shown, {**typed, "default_user_id": "anna", "charging_words": [" busy ", "charging"]})
    done = await submit(hass, shown, {"method": "static", "price": 0})

    assert (done["type"], done["reason"]) == ("abort", "charger_added")
    assert done["description_placeholders"] == {"name": "Carport"}
    assert hass.config_entries.async_entries(const.DOMAIN) == [entry]
    assert house.only(entry, "charger", "Carport").data == {
        "profile": "generic",
        "serial": "serial of Carport",
        "entities": typed,
        "charging_words": ["busy", "charging"],
        "default_user_id": "anna",
        "pricing": {"method": "static", "price": 0},
        "paused": False,
    }
    assert household_of(entry).users["anna"].name == "Anna"


async def test_two_wizards_for_one_charger_add_it_once(hass: HomeAssistant) -> None:
    typed = good_meters(hass)
    first, second = [await submit(hass, await entities_step(hass), typed) for _ in range(2)]
    assert (await submit(hass, first, {"price": 0.3}))["type"] == "create_entry"
    await hass.async_block_till_done()
    (entry,) = hass.config_entries.async_entries(const.DOMAIN)

    # The second wizard was opened before the household existed: it must neither replace it nor add the charger again.
    done = await submit(hass, second, {"price": 0.4})

    assert (done["type"], done["reason"]) == ("abort", "already_configured")
    assert hass.config_entries.async_entries(const.DOMAIN) == [entry]
    assert len(entry.subentries) == 1
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_two_first_wizards_that_finish_together_create_one_household(hass: HomeAssistant) -> None:
    typed = good_meters(hass)
    first, second = [await submit(hass, await entities_step(hass, name=name), typed) for name in ("Left", "Right")]

    ends = await asyncio.gather(submit(hass, first, {"price": 0.3}), submit(hass, second, {"price": 0.3}))
    await hass.async_block_till_done()

    (entry,) = hass.config_entries.async_entries(const.DOMAIN)
    added = [end for end in ends if end["type"] == "create_entry" or end["reason"] == "charger_added"]
    assert len(entry.subentries) == len(added) > 0
    assert {end.get("reason") for end in ends} <= {None, "charger_added", "already_in_progress"}
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_charger_removed_while_the_list_is_open_shows_an_error(hass: HomeAssistant) -> None:
    entities = goe(hass, "409787", "Left")
    shown = await start(hass)
    source = offered(shown, "source")[0]
    for entity in entities.values():
        er.async_get(hass).async_remove(entity.entity_id)

    shown = await submit(hass, shown, {"source": source})
    assert shown["errors"] == {"source": "charger_gone"}
    assert offered(shown, "source") == ["goe_api2", "generic"]

    shown = await submit(hass, shown, {"source": "goe_api2"})
    assert (shown["step_id"], shown["description_placeholders"]) == ("charger", {"profile": "go-e Charger"})


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"name": "  ", "serial": "2"}, {"name": "name_required"}),
        ({"name": "Garage\tleft", "serial": "2\x1b"}, {"name": "unprintable", "serial": "unprintable"}),
        ({"name": "G" * 101, "serial": "2" * 101}, {"name": "too_long", "serial": "too_long"}),
        ({"name": "LEFT ", "serial": "2"}, {"name": "name_in_use"}),
        ({"name": "Right", "serial": " "}, {"serial": "serial_required"}),
        ({"name": "Right", "serial": " ab1 "}, {"serial": "serial_in_use"}),
        ({"name": "Right", "serial": "2", "area_id": "nowhere"}, {"area_id": "area_not_found"}),
        ({"name": "", "serial": "AB1"}, {"name": "name_required", "serial": "serial_in_use"}),
    ],
)
async def test_wrong_name_or_serial_shows_an_error_at_its_field_and_is_kept(
    hass: HomeAssistant, typed: dict[str, str], errors: dict[str, str]
) -> None:
    household(hass, charger("Left", "AB1"))
    shown = await submit(hass, await start(hass), {"source": "generic"})

    shown = await submit(hass, shown, typed)
    assert shown["errors"] == errors
    assert kept(shown) == {key: value.strip() for key, value in typed.items()}

    shown = await submit(hass, shown, {"name": " Right ", "serial": " 2 "})
    assert (shown["step_id"], shown["errors"]) == ("entities", {})
    assert shown["description_placeholders"]["name"] == "Right"


def wrong_entities(hass: HomeAssistant) -> dict[str, tuple[str, str, str]]:
    """Return role, entity and error for each way in which an entity can be wrong."""
    registry = er.async_get(hass)
    disabled = registry.async_get_or_create(
        "sensor", "x", "disabled", disabled_by=er.RegistryEntryDisabler.USER, unit_of_measurement="W"
    )
    silent = registry.async_get_or_create("sensor", "x", "silent")
    registered_lock = registry.async_get_or_create("binary_sensor", "x", "lock", original_device_class="lock")
    return {
        "missing": ("status", "sensor.missing", "entity_not_found"),
        "unknown registry id": ("plug", "0123456789abcdef0123456789abcdef", "entity_not_found"),
        "disabled": ("power", disabled.entity_id, "entity_disabled"),
        "kind": ("plug", meter(hass, "sensor.plug", "on"), "wrong_kind"),
        "lock for plug": (
            "plug",
            meter(hass, "binary_sensor.cable_locked", "on", device_class="lock"),
            "plug_is_lock",
        ),
        "registered lock for plug": ("plug", registered_lock.entity_id, "plug_is_lock"),
        "words for energy": ("total_energy", meter(hass, "sensor.words", "much", "kWh"), "not_numeric"),
        "not finite": ("session_energy", meter(hass, "sensor.nan", "nan", "kWh"), "not_numeric"),
        "power for energy": ("session_energy", meter(hass, "sensor.w", "5", "W"), "wrong_unit"),
        "energy for power": ("power", meter(hass, "sensor.wh", "5", "Wh"), "wrong_unit"),
        "no unit": ("power", meter(hass, "sensor.bare", "5"), "wrong_unit"),
        "wrong unit while away": ("power", meter(hass, "sensor.gas", "unavailable", "m³"), "wrong_unit"),
        "nothing known while away": ("power", meter(hass, "sensor.away", "unknown"), "entity_unavailable"),
        "registered and never seen": ("power", silent.entity_id, "entity_unavailable"),
        "lifetime register": ("session_energy", meter(hass, "sensor.life", "1000001", "Wh"), "looks_like_total"),
        "same entity twice": ("total_energy", "sensor.session", "entity_used_twice"),
    }


@pytest.mark.parametrize(
    "case",
    [
        "missing",
        "unknown registry id",
        "disabled",
        "kind",
        "lock for plug",
        "registered lock for plug",
        "words for energy",
        "not finite",
        "power for energy",
        "energy for power",
        "no unit",
        "wrong unit while away",
        "nothing known while away",
        "registered and never seen",
        "lifetime register",
        "same entity twice",
    ],
)
async def test_wrong_entity_shows_an_error_at_its_field_and_is_kept(hass: HomeAssistant, case: str) -> None:
    role, entity, error = wrong_entities(hass)[case]
    good = good_meters(hass)
    shown = await entities_step(hass)

    shown = await submit(hass, shown, {**good, role: entity})
    assert shown["errors"] == {role: error}
    assert kept(shown) == {**good, role: entity}

    shown = await submit(hass, shown, good)
    assert (shown["step_id"], shown["errors"]) == ("pricing", {})


@pytest.mark.parametrize(
    ("role", "state", "unit"),
    [
        *(("total_energy", "5", unit) for unit in ENERGY_FACTORS),
        *(("power", "0.007", unit) for unit in POWER_FACTORS),
    ],
)
async def test_every_unit_that_is_read_can_be_chosen(hass: HomeAssistant, role: str, state: str, unit: str) -> None:
    typed = {**good_meters(hass), role: meter(hass, "sensor.other", state, unit)}
    shown = await submit(hass, await entities_step(hass), typed)
    assert (shown["step_id"], shown["errors"]) == ("pricing", {})


async def test_every_wrong_unit_is_named(hass: HomeAssistant) -> None:
    good = good_meters(hass)
    typed = {"power": meter(hass, "sensor.gas", "5", "m³"), "total_energy": meter(hass, "sensor.bare", "5")}
    shown = await submit(hass, await entities_step(hass), {**good, **typed})

    assert shown["errors"] == {"power": "wrong_unit", "total_energy": "wrong_unit"}
    assert shown["description_placeholders"]["wrong_units"] == "sensor.gas: m³, sensor.bare: –"


@pytest.mark.parametrize(
    "known", [{"unit_of_measurement": "kWh"}, {"original_device_class": "energy"}], ids=["unit", "device class"]
)
async def test_unavailable_entity_is_accepted_if_the_registry_has_its_unit_or_device_class(
    hass: HomeAssistant, known: dict[str, Any]
) -> None:
    away = er.async_get(hass).async_get_or_create("sensor", "x", "away", **known)
    typed = {"plug": meter(hass, "binary_sensor.plug", "off"), "session_energy": away.entity_id}

    shown = await submit(hass, await entities_step(hass), typed)
    assert shown["step_id"] == "pricing"


async def test_unavailable_entity_is_accepted_if_its_state_has_the_device_class(hass: HomeAssistant) -> None:
    typed = {"power": meter(hass, "sensor.power", "unavailable", device_class="power")}
    shown = await submit(hass, await entities_step(hass), typed)
    assert shown["step_id"] == "pricing"


@pytest.mark.parametrize(
    ("source", "roles", "errors"),
    [
        ("generic", [], {"status": "needs_connection", "session_energy": "needs_energy"}),
        ("generic", ["session_energy"], {"status": "needs_connection"}),
        ("generic", ["plug"], {"session_energy": "needs_energy"}),
    ],
)
async def test_charger_without_connection_or_energy_is_refused(
    hass: HomeAssistant, source: str, roles: list[str], errors: dict[str, str]
) -> None:
    good = good_meters(hass)
    shown = await submit(hass, await entities_step(hass, source), {role: good[role] for role in roles})
    assert shown["errors"] == errors

    shown = await submit(hass, shown, {"power": good["power"]})
    assert shown["step_id"] == "pricing"


async def test_charger_family_decides_which_entities_are_required(hass: HomeAssistant) -> None:
    shown = await entities_step(hass, "goe_api2")
    required = {str(marker) for marker in shown["data_schema"].schema if type(marker).__name__ == "Required"}
    assert required == {"status", "session_energy"}
    assert "host" in fields(shown)
    assert "host" not in fields(await entities_step(hass, "generic", "Other"))


@pytest.mark.parametrize(
    ("field", "wrong", "error"),
    [
        ("host", "http://192.0.2.7", "invalid_host"),
        ("host", "192.0.2.777", "invalid_host"),
        ("host", "192.0.2.7:99999", "invalid_host"),
        ("host", "192.0.2.7:http", "invalid_host"),
        ("max_power_kw", 0, "must_be_positive"),
        ("max_power_kw", -3.7, "must_be_positive"),
        ("max_power_kw", float("nan"), "must_be_positive"),
        ("max_power_kw", 11_000, "power_too_high"),
    ],
)
async def test_wrong_host_or_power_shows_an_error_at_its_field_and_is_kept(
    hass: HomeAssistant, field: str, wrong: object, error: str
) -> None:
    good = good_meters(hass)
    shown = await entities_step(hass, "goe_api2")

    shown = await submit(hass, shown, {**good, field: wrong})
    assert shown["errors"] == {field: error}
    assert kept(shown)[field] == (wrong if field == "host" else pytest.approx(wrong, nan_ok=True))

    shown = await submit(hass, shown, {**good, "host": " charger-1.local ", "max_power_kw": 11})
    assert shown["step_id"] == "pricing"


async def test_charging_words_without_a_status_entity_show_an_error(hass: HomeAssistant) -> None:
    power = {"power": good_meters(hass)["power"]}
    shown = await submit(hass, await entities_step(hass), {**power, "charging_words": ["busy"]})
    assert shown["errors"] == {"charging_words": "words_without_status"}
    assert kept(shown) == {**power, "charging_words": ["busy"]}

    shown = await submit(hass, shown, {**power, "charging_words": ["  "]})
    assert shown["step_id"] == "pricing"


async def test_charging_words_offered_are_those_of_the_entity_else_of_the_family(hass: HomeAssistant) -> None:
    entities = goe(hass, "409787", "Left")
    hass.states.async_set(entities["status"].entity_id, "Frei", {"options": ["Frei", "Lädt"]})
    shown = await start(hass)
    shown = await submit(hass, shown, {"source": offered(shown, "source")[0]})
    shown = await submit(hass, shown, kept(shown))
    assert offered(shown, "charging_words") == ["Frei", "Lädt"]
    assert offered(await entities_step(hass), "charging_words") == list(CHARGING_WORDS)


async def test_inactive_users_are_not_offered_as_default(hass: HomeAssistant) -> None:
    household(hass, user("Anna"), user("Ben", active=False))
    shown = await entities_step(hass)
    assert offered(shown, "default_user_id") == ["anna"]


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"price": -0.01}, "negative_price"),
        ({}, "price_required"),
        ({"price": float("inf")}, "price_required"),
        ({"price": float("nan")}, "price_required"),
    ],
)
async def test_wrong_price_shows_an_error_at_its_field_and_is_kept(
    hass: HomeAssistant, typed: dict[str, float], error: str
) -> None:
    shown = await submit(hass, await entities_step(hass), good_meters(hass))

    shown = await submit(hass, shown, typed)
    assert shown["errors"] == {"price": error}
    assert kept(shown).pop("method") == "static"
    assert kept(shown).get("price") == pytest.approx(typed.get("price"), nan_ok=True)

    done = await submit(hass, shown, {"price": 0})
    assert done["type"] == "create_entry"
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(hass.config_entries.async_entries(const.DOMAIN)[0].entry_id)


async def test_price_of_another_charger_is_offered_first_and_once_for_equal_ones(hass: HomeAssistant) -> None:
    dear = {"method": "static", "price": 0.55}
    entry = household(hass, charger("Left", "1"), charger("Dear", "2", pricing=dear), charger("Right", "3"))
    hass.config.currency = "EUR"
    shown = await submit(hass, await entities_step(hass), good_meters(hass))
    assert labels(shown, "method") == ["Left, Right: 0.3 EUR/kWh", "Dear: 0.55 EUR/kWh", "static", "spot"]

    shown = await submit(hass, shown, {"method": offered(shown, "method")[1], "price": 0.2})
    assert shown["errors"] == {"price": "price_or_same"}
    assert kept(shown) == {"method": offered(shown, "method")[1], "price": 0.2}

    # Without a choice the first option applies.
    done = await submit(hass, shown, {})
    assert done["reason"] == "charger_added"
    assert house.only(entry, "charger", "Carport").data["pricing"] == {"method": "static", "price": 0.3}
