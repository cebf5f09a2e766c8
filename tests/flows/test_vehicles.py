"""Vehicles: added and edited."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager.adapters.configuration import household_of

from . import house
from .house import add, edit, fields, household, kept, submit, user, vehicle

GOOD = {"name": "ID.4", "capacity_kwh": 82, "usable_kwh": 77}


async def test_vehicle_is_added_with_sensible_defaults(hass: HomeAssistant) -> None:
    entry = household(hass)
    shown = await add(hass, entry, "vehicle")
    assert kept(shown) == {"efficiency": 0.9}

    assert (await submit(hass, shown, {"name": " Zoe ", "capacity_kwh": 52}))["type"] == "create_entry"

    zoe = house.only(entry, "vehicle", "Zoe")
    assert zoe.data == {
        "capacity_kwh": 52,
        "usable_kwh": 52,
        "efficiency": 0.9,
    }
    car = household_of(entry).vehicles[zoe.subentry_id]
    assert (car.capacity_kwh, car.usable_kwh, car.efficiency) == (52, 52, 0.9)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"name": " "}, "name_required"),
        ({"name": "zoe"}, "name_in_use"),
        ({"capacity_kwh": 0}, "must_be_positive"),
        ({"capacity_kwh": 77_000}, "capacity_out_of_range"),
        ({"usable_kwh": 1e-300}, "capacity_out_of_range"),
        ({"capacity_kwh": -82, "usable_kwh": 77}, "must_be_positive"),
        ({"capacity_kwh": float("nan")}, "must_be_positive"),
        ({"usable_kwh": 0}, "must_be_positive"),
        ({"usable_kwh": 82.1}, "usable_above_capacity"),
        ({"efficiency": 0.79}, "invalid_efficiency"),
        ({"efficiency": 1}, "invalid_efficiency"),
        ({"efficiency": float("nan")}, "invalid_efficiency"),
    ],
)
async def test_wrong_number_shows_an_error_at_its_field_and_is_kept(
    hass: HomeAssistant, wrong: dict[str, Any], error: str
) -> None:
    entry = household(hass, vehicle("Zoe"))
    typed = {**GOOD, **wrong}
    shown = await submit(hass, await add(hass, entry, "vehicle"), typed)
    assert shown["errors"] == {next(iter(wrong)): error}
    stripped = {key: value.strip() if isinstance(value, str) else value for key, value in typed.items()}
    assert {key: kept(shown)[key] for key in typed} == pytest.approx(stripped, nan_ok=True)

    assert (await submit(hass, shown, GOOD))["type"] == "create_entry"
    assert house.only(entry, "vehicle", "ID.4").data["usable_kwh"] == 77


async def test_editing_starts_from_what_is_stored_and_keeps_the_id(hass: HomeAssistant) -> None:
    entry = household(hass, vehicle("ID.4"))
    shown = await edit(hass, entry, "id.4")
    assert kept(shown) == {
        "name": "ID.4",
        "capacity_kwh": 77.0,
        "usable_kwh": 74.0,
        "efficiency": 0.9,
    }

    done = await submit(hass, shown, {"name": "ID.4 GTX", "capacity_kwh": 77, "usable_kwh": 70})

    assert (done["type"], done["reason"]) == ("abort", "reconfigure_successful")
    changed = entry.subentries["id.4"]
    assert changed.title == "ID.4 GTX"
    assert changed.data == {
        "capacity_kwh": 77,
        "usable_kwh": 70,
        "efficiency": 0.9,
    }


async def test_a_vehicle_with_the_fields_of_an_older_release_is_read_and_loses_them_when_it_is_edited(
    hass: HomeAssistant,
) -> None:
    entry = household(hass, vehicle("ID.4", phases=2, max_charge_kw=7.4))
    assert household_of(entry).vehicles["id.4"].usable_kwh == 74.0
    shown = await edit(hass, entry, "id.4")
    assert set(kept(shown)) == fields(shown) - {"plug_entity"}
    assert entry.subentries["id.4"].data["phases"] == 2

    await submit(hass, shown, kept(shown))

    assert entry.subentries["id.4"].data == {"capacity_kwh": 77.0, "usable_kwh": 74.0, "efficiency": 0.9}


async def test_the_cars_own_plug_and_its_driver_are_kept_by_id_and_shown_again(hass: HomeAssistant) -> None:
    entry = household(hass, user("Anna"))
    plug = er.async_get(hass).async_get_or_create("binary_sensor", "renault", "zoe-plug")
    shown = await add(hass, entry, "vehicle")
    await submit(hass, shown, {**GOOD, "plug_entity": plug.entity_id, "user_id": "anna"})
    car = house.only(entry, "vehicle", "ID.4")
    assert (car.data["plug_entity"], car.data["user_id"]) == (plug.id, "anna")
    assert household_of(entry).vehicles[car.subentry_id].user_id == "anna"

    values = kept(await edit(hass, entry, car.subentry_id))
    assert (values["plug_entity"], values["user_id"]) == (plug.entity_id, "anna")

    hass.config_entries.async_remove_subentry(entry, "anna")
    assert "user_id" not in kept(await edit(hass, entry, car.subentry_id))


async def test_a_plug_can_be_taken_from_a_car_again(hass: HomeAssistant) -> None:
    entry = household(hass, user("Anna"), vehicle("ID.4", plug_entity="binary_sensor.plug", user_id="anna"))
    await submit(hass, await edit(hass, entry, "id.4"), {**GOOD, "name": "ID.4"})
    assert not {"plug_entity", "user_id"} & set(entry.subentries["id.4"].data)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("binary_sensor.gone", "entity_not_found"),
        ("device_tracker.zoe", "not_a_plug"),
        ("binary_sensor.other_cars", "plug_in_use"),
    ],
)
async def test_an_entity_that_cannot_be_this_cars_plug_is_refused(hass: HomeAssistant, typed: str, error: str) -> None:
    entry = household(hass, vehicle("Zoe", plug_entity="binary_sensor.other_cars"))
    hass.states.async_set("device_tracker.zoe", "home")
    hass.states.async_set("binary_sensor.other_cars", "off")
    shown = await submit(hass, await add(hass, entry, "vehicle"), {**GOOD, "plug_entity": typed})
    assert shown["errors"] == {"plug_entity": error}
    assert kept(shown)["plug_entity"] == typed
