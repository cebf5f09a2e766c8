"""Other entities for an existing charger: they are used immediately, and the history stays."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from tests.support.garage import Garage


async def map_entities(garage: Garage, **entities: str | None) -> None:
    """Map other entities to roles of the left charger; None removes the role's entity."""
    mapped: dict[str, Any] = dict(garage.entry.subentries[garage.id_of("left")].data["entities"]) | entities
    garage.edit("left", entities={role: entity for role, entity in mapped.items() if entity is not None})
    await garage.hass.async_block_till_done()


async def charge(garage: Garage, name: str = "left") -> dict[str, Any]:
    """Record a session of 0.8 kWh with the entities of this name; return its event."""
    count = len(garage.events.named("session_completed")) + 1
    charger = garage.chargers[name]
    charger.plug_in()
    charger.power(40_000)
    await garage.events.wait("session_started", count)
    for _ in range(4):
        charger.charge(200)
        await garage.pass_house_seconds(20)
    charger.unplug()
    return (await garage.events.wait("session_completed", count))[-1]


async def test_a_replaced_charger_records_immediately_under_the_same_history(garage: Garage) -> None:
    before = await charge(garage)
    garage.know("spare")
    garage.chargers["spare"].session_wh = 7_000.0
    garage.chargers["spare"].idle()
    entities = garage.entry.subentries[garage.id_of("left")].data["entities"]
    neighbour = garage.entry.runtime_data.chargers[garage.id_of("right")]
    await map_entities(garage, **{role: entity.replace("left", "spare") for role, entity in entities.items()})

    after = await charge(garage, "spare")

    assert after["charger_id"] == before["charger_id"]
    assert (after["energy_kwh"], after["deviation_pct"]) == (pytest.approx(0.8), 0.0)
    assert (after["data_gap"], after["reconstructed"]) == (False, False)
    assert garage.state("sensor", "left", "status") == "idle"
    assert garage.entry.runtime_data.chargers[garage.id_of("right")] is neighbour


async def test_another_counter_in_the_middle_of_a_session_adds_no_energy_that_was_not_delivered(
    hass: HomeAssistant, garage: Garage
) -> None:
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(40_000)
    await garage.events.wait("session_started")
    charger.charge(400)
    await garage.pass_house_seconds(60)
    hass.states.async_set("sensor.better_wh", "5.0", {"unit_of_measurement": "kWh"})
    await map_entities(garage, session_energy="sensor.better_wh")
    hass.states.async_set("sensor.better_wh", "5.3", {"unit_of_measurement": "kWh"})
    await garage.pass_house_seconds(60)
    charger.unplug()
    (completed,) = await garage.events.wait("session_completed")
    assert completed["energy_kwh"] == pytest.approx(0.7)
    assert completed["reconstructed"] is False
    assert len(garage.events.named("session_started")) == 1


async def test_a_session_that_began_with_another_total_is_not_compared_with_the_new_one(
    hass: HomeAssistant, garage: Garage
) -> None:
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(40_000)
    await garage.events.wait("session_started")
    hass.states.async_set("sensor.meter", "4711", {"unit_of_measurement": "kWh"})
    await map_entities(garage, total_energy="sensor.meter")
    for _ in range(4):
        charger.charge(200)
        await garage.pass_house_seconds(20)
    hass.states.async_set("sensor.meter", "4711.8", {"unit_of_measurement": "kWh"})
    await garage.pass_house_seconds(20)
    charger.unplug()
    (completed,) = await garage.events.wait("session_completed")
    assert (completed["energy_kwh"], completed["meter_end_kwh"]) == (pytest.approx(0.8), pytest.approx(4711.8))
    assert completed["deviation_pct"] == 0.0


async def test_sessions_after_the_total_was_unmapped_have_no_reading(garage: Garage) -> None:
    assert (await charge(garage))["meter_end_kwh"] is not None
    await map_entities(garage, total_energy=None)
    completed = await charge(garage)
    assert (completed["meter_start_kwh"], completed["meter_end_kwh"], completed["deviation_pct"]) == (None, None, None)


async def test_renaming_a_charger_does_not_restart_it(garage: Garage) -> None:
    before = garage.entry.runtime_data.chargers[garage.id_of("left")]
    garage.edit("left", title="Carport")
    await garage.hass.async_block_till_done()
    assert garage.entry.runtime_data.chargers[garage.id_of("Carport")] is before
