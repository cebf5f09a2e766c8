"""Sessions from states to events, records and sensors, through a real Home Assistant."""

from __future__ import annotations

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from tests.support.garage import Garage


async def _charge_for_a_while(garage: Garage, name: str = "left", steps: int = 8) -> None:
    charger = garage.chargers[name]
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started", len(garage.events.named("session_started")) + 1)
    for _ in range(steps):
        charger.charge(100)
        await garage.pass_house_seconds(20)


async def test_a_session_fires_one_event_with_its_energy_and_its_cost(garage: Garage) -> None:
    await _charge_for_a_while(garage)
    garage.chargers["left"].unplug()

    (completed,) = await garage.events.wait("session_completed")

    assert completed["energy_kwh"] == pytest.approx(0.8)
    assert completed["cost"] == pytest.approx(0.2)
    assert completed["user_name"] == "Unknown"
    assert completed["unknown_reason"] == "no_card"
    assert completed["charger_name"] == "left"
    assert completed["device_id"]
    assert completed["redelivered"] is False
    assert completed["deviation_pct"] == pytest.approx(0.0)


async def test_a_card_tapped_late_assigns_the_running_session_to_its_user(garage: Garage) -> None:
    await garage.add_card("left", slot=1, user="Anna")
    await _charge_for_a_while(garage, steps=2)
    garage.chargers["left"].card("1")

    (identified,) = await garage.events.wait("session_identified")
    assert identified["user_name"] == "Anna"
    await garage.until_state("sensor", "left", "current_user", "Anna")

    for _ in range(4):
        garage.chargers["left"].charge(100)
        await garage.pass_house_seconds(20)
    garage.chargers["left"].unplug()
    (completed,) = await garage.events.wait("session_completed")
    assert completed["user_id"] == garage.id_of("Anna")
    assert completed["identified_by"] == "card"
    assert float(garage.state("sensor", "Anna", "total_energy")) == pytest.approx(0.6)
    assert float(garage.state("sensor", "Anna", "total_cost")) == pytest.approx(0.15)
    assert garage.state("sensor", "Anna", "session_count") == "1"


async def test_a_short_plug_in_is_discarded(garage: Garage) -> None:
    garage.chargers["left"].plug_in()
    await garage.events.wait("session_started")
    garage.chargers["left"].unplug()

    (discarded,) = await garage.events.wait("session_discarded")

    assert discarded["energy_kwh"] == 0
    assert garage.events.named("session_completed") == []


async def test_two_chargers_do_not_mix_their_sessions(garage: Garage) -> None:
    await _charge_for_a_while(garage, "left", steps=5)
    await _charge_for_a_while(garage, "right", steps=10)
    garage.chargers["left"].unplug()
    garage.chargers["right"].unplug()

    completed = await garage.events.wait("session_completed", 2)

    assert {one["charger_name"]: round(one["energy_kwh"], 3) for one in completed} == {"left": 0.5, "right": 1.0}


async def test_session_sensors_are_unavailable_without_a_session(garage: Garage) -> None:
    assert garage.state("sensor", "left", "status") == "idle"
    assert garage.state("sensor", "left", "session_energy") == "unavailable"
    assert garage.state("binary_sensor", "left", "charging") == "off"

    garage.chargers["left"].plug_in()
    garage.chargers["left"].power(11_000)
    await garage.until_state("sensor", "left", "status", "tracking")

    assert float(garage.state("sensor", "left", "session_energy")) == 0.0
    assert garage.state("sensor", "left", "phase") == "charging"
    assert garage.state("binary_sensor", "left", "charging") == "on"


async def test_an_outage_of_the_charger_ends_no_session(garage: Garage) -> None:
    charger = garage.chargers["left"]
    await _charge_for_a_while(garage, steps=4)
    charger.vanish()
    await garage.pass_house_seconds(120)
    charger.plug_again()
    charger.charge(400)
    await garage.pass_house_seconds(60)
    charger.unplug()

    (completed,) = await garage.events.wait("session_completed")

    assert completed["energy_kwh"] == pytest.approx(0.8)
    assert len(garage.events.named("session_started")) == 1


async def test_a_user_added_while_a_car_charges_disturbs_no_sensor(hass: HomeAssistant, garage: Garage) -> None:
    await _charge_for_a_while(garage, steps=4)
    await garage.until_state("sensor", "left", "status", "tracking")
    changes = garage.watch_charger("left")

    await garage.add_user("Clara")
    await hass.async_block_till_done()

    assert garage.state("sensor", "Clara", "session_count") == "0"
    assert garage.entry.state is ConfigEntryState.LOADED
    assert [change for change in changes if change.state in ("unavailable", "unknown")] == []
    assert garage.state("sensor", "left", "status") == "tracking"
    garage.chargers["left"].unplug()
    await garage.events.wait("session_completed")


async def test_a_reload_in_the_middle_leaves_no_mark_on_the_session(hass: HomeAssistant, garage: Garage) -> None:
    await _charge_for_a_while(garage, steps=4)
    assert await hass.config_entries.async_reload(garage.entry.entry_id)
    for _ in range(4):
        garage.chargers["left"].charge(100)
        await garage.pass_house_seconds(20)
    garage.chargers["left"].unplug()

    (completed,) = await garage.events.wait("session_completed")

    assert completed["energy_kwh"] == pytest.approx(0.8)
    assert completed["reconstructed"] is False
    assert completed["data_gap"] is False
    assert len(garage.events.named("session_started")) == 1


async def test_energy_that_came_during_a_reload_is_counted(hass: HomeAssistant, garage: Garage) -> None:
    await _charge_for_a_while(garage, steps=4)
    await garage.unload()
    garage.chargers["left"].charge(300)
    assert await hass.config_entries.async_setup(garage.entry.entry_id)
    await garage.pass_house_seconds(30)
    garage.chargers["left"].unplug()

    (completed,) = await garage.events.wait("session_completed")

    assert completed["energy_kwh"] == pytest.approx(0.7)


async def test_entities_that_are_renamed_are_still_followed(hass: HomeAssistant) -> None:
    garage = Garage(hass, ("left",), [], registered_key="wh")
    await garage.set_up()
    await garage.rename("left", "wh", "sensor.anything_else")
    await _charge_for_a_while(garage, steps=8)
    garage.chargers["left"].unplug()

    (completed,) = await garage.events.wait("session_completed")

    assert completed["energy_kwh"] == pytest.approx(0.8)
    await garage.unload()


async def test_units_are_read_from_each_state(garage: Garage) -> None:
    garage.chargers["left"].energy_unit = "Wh"
    await _charge_for_a_while(garage, steps=8)
    garage.chargers["left"].unplug()

    (completed,) = await garage.events.wait("session_completed")

    assert completed["energy_kwh"] == pytest.approx(0.8)


async def test_the_duration_grows_while_the_charger_is_silent(garage: Garage) -> None:
    await _charge_for_a_while(garage, steps=2)
    before = garage.attribute("sensor", "left", "session_duration", "seconds")
    changes = garage.watch_charger("left")

    await garage.pass_house_seconds(120)

    after = garage.attribute("sensor", "left", "session_duration", "seconds")
    assert after - before >= 100
    assert {change.entity_id for change in changes} == {garage.entity_id("sensor", "left", "session_duration")}
