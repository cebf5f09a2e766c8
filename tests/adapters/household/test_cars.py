"""Cars with a plug entity."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager.domain.identity.car_match import WINDOW_S
from tests.support.garage import Garage, person


def car(garage: Garage, name: str, driver: str | None, entity: str | None = None) -> None:
    """Add a car with a plug entity."""
    data = {"capacity_kwh": 52.0, "usable_kwh": 50.0, "plug_entity": entity or plug_of(name)}
    garage.add("vehicle", name, data | ({"user_id": garage.id_of(driver)} if driver else {}))


def plug_of(name: str) -> str:
    """Return the id of a car's plug entity."""
    return f"binary_sensor.{name.lower()}_plug"


def plug(garage: Garage, name: str, state: str = "on") -> None:
    """Set the state of a car's plug entity."""
    garage.hass.states.async_set(plug_of(name), state)


@pytest.fixture
async def house(hass: HomeAssistant) -> AsyncIterator[Garage]:
    """Anna drives the Zoe, Ben the Kona; both are unplugged."""
    garage = Garage(hass, ("left", "right"), [person("Anna"), person("Ben")])
    await garage.set_up()
    for name, driver in (("Zoe", "Anna"), ("Kona", "Ben")):
        plug(garage, name, "off")
        car(garage, name, driver)
    await hass.async_block_till_done()
    yield garage
    if garage.entry.state.recoverable:
        await garage.unload()


async def test_the_car_that_plugs_in_with_the_session_names_its_driver(house: Garage) -> None:
    house.chargers["left"].plug_in()
    await house.events.wait("session_started")
    await house.pass_house_seconds(40)
    plug(house, "Zoe")
    (identified,) = await house.events.wait("session_identified")
    assert (identified["user_name"], identified["vehicle_name"]) == ("Anna", "Zoe")
    assert identified["identified_by"] == "vehicle"


async def test_a_car_that_plugs_in_before_the_session_is_found(house: Garage) -> None:
    plug(house, "Kona")
    await house.pass_house_seconds(30)
    house.chargers["right"].plug_in()
    (identified,) = await house.events.wait("session_identified")
    assert (identified["user_name"], identified["charger_name"]) == ("Ben", "right")


async def test_a_car_that_slept_while_it_was_plugged_in_is_found(house: Garage) -> None:
    plug(house, "Zoe", "unavailable")
    house.chargers["left"].plug_in()
    await house.events.wait("session_started")
    plug(house, "Zoe")
    (identified,) = await house.events.wait("session_identified")
    assert identified["user_name"] == "Anna"


async def test_two_cars_at_the_same_time_identify_no_user(house: Garage) -> None:
    house.chargers["left"].plug_in()
    await house.events.wait("session_started")
    plug(house, "Zoe")
    plug(house, "Kona")
    await house.pass_house_seconds(2 * WINDOW_S + 20)
    assert house.events.named("session_identified") == []
    assert house.state("sensor", "left", "current_user") == "Unknown"


async def test_a_car_that_was_plugged_in_all_the_time_identifies_no_user(hass: HomeAssistant, house: Garage) -> None:
    plug(house, "Zoe")
    await house.pass_house_seconds(2 * WINDOW_S + 20)
    house.chargers["left"].plug_in()
    await house.events.wait("session_started")
    await hass.config_entries.async_reload(house.entry.entry_id)
    await house.pass_house_seconds(2 * WINDOW_S + 20)
    assert house.events.named("session_identified") == []


async def test_a_plug_entity_that_is_renamed_is_still_used(hass: HomeAssistant, house: Garage) -> None:
    registered = er.async_get(hass).async_get_or_create(
        "binary_sensor", "test", "tesla-plug", suggested_object_id="tesla_plug"
    )
    hass.states.async_set(registered.entity_id, "off")
    car(house, "Tesla", "Ben", registered.id)
    await hass.async_block_till_done()
    er.async_get(hass).async_update_entity(registered.entity_id, new_entity_id=plug_of("Model_3"))
    plug(house, "Model_3", "off")
    await hass.async_block_till_done()
    house.chargers["left"].plug_in()
    await house.events.wait("session_started")
    plug(house, "Model_3")
    (identified,) = await house.events.wait("session_identified")
    assert identified["vehicle_name"] == "Tesla"


async def test_the_cars_plug_does_not_override_a_card_but_identifies_the_car(house: Garage) -> None:
    await house.add_card("left", slot=1, user="Ben")
    house.chargers["left"].plug_in()
    house.chargers["left"].card("1")
    await house.until_state("sensor", "left", "current_user", "Ben")
    plug(house, "Zoe")
    await house.until_state("sensor", "left", "current_vehicle", "Zoe")
    assert house.state("sensor", "left", "current_user") == "Ben"
