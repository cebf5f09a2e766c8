"""The sensors of a running session, and its completed event."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from homeassistant.core import HomeAssistant

from tests.support.garage import SPEED, Garage, person

# The accuracy of times with the fast clock.
A_MOMENT_S = SPEED * 0.5


@pytest.fixture
async def garage(hass: HomeAssistant) -> AsyncIterator[Garage]:
    """Add the guest Gita, who is billed 0.50 per kWh at a price of 0.25, and a car with 40 kWh."""
    gita = person("Gita", "guest", billing={"method": "price", "price": 0.5})
    garage = Garage(hass, ("left",), [gita])
    await garage.set_up()
    garage.add("vehicle", "Zoe", {"capacity_kwh": 44.0, "usable_kwh": 40.0, "efficiency": 0.9})
    await hass.async_block_till_done()
    card = {"kind": "slot", "charger_id": garage.id_of("left"), "slot": 1}
    garage.add(
        "rfid_mapping",
        "slot 1",
        {**card, "user_id": garage.id_of("Gita"), "vehicle_id": garage.id_of("Zoe"), "active": True},
    )
    await hass.async_block_till_done()
    yield garage
    if garage.entry.state.recoverable:
        await garage.unload()


def shown(garage: Garage, key: str, domain: str = "sensor") -> str:
    """Return the state of an entity of the left charger."""
    return garage.state(domain, "left", key)


async def test_every_value_of_a_running_session_is_shown_in_its_documented_unit(garage: Garage) -> None:
    charger = garage.chargers["left"]
    assert (shown(garage, "status"), shown(garage, "phase")) == ("idle", "idle")
    assert shown(garage, "charging", "binary_sensor") == "off"
    charger.plug_in()
    charger.card("1")
    charger.power(20_000)
    await garage.events.wait("session_started")
    for _ in range(4):
        charger.charge(500)
        await garage.pass_house_seconds(100)
    await garage.until_state("sensor", "left", "session_energy", "2.0")
    await garage.until_state("sensor", "left", "session_charge_price", "1.0")

    assert (shown(garage, "status"), shown(garage, "phase")) == ("tracking", "charging")
    assert (shown(garage, "current_user"), shown(garage, "current_vehicle")) == ("Gita", "Zoe")
    assert (shown(garage, "session_power"), shown(garage, "session_cost")) == ("20000.0", "0.5")
    assert float(shown(garage, "soc_added")) == pytest.approx(2.0 * 0.9 / 40 * 100)
    assert shown(garage, "charging", "binary_sensor") == "on"
    assert garage.attribute("binary_sensor", "left", "charging", "session_active") is True
    hours, minutes, seconds = (int(part) for part in shown(garage, "session_duration").split(":"))
    seconds_shown = garage.attribute("sensor", "left", "session_duration", "seconds")
    assert seconds_shown == hours * 3600 + minutes * 60 + seconds
    assert seconds_shown == pytest.approx(400, abs=A_MOMENT_S)


async def test_a_connected_car_without_power_is_in_a_session_and_does_not_charge(garage: Garage) -> None:
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    charger.charge(400)
    charger.rest()
    await garage.events.wait("charging_finished")
    await garage.until_state("binary_sensor", "left", "charging", "off")
    assert garage.attribute("binary_sensor", "left", "charging", "session_active") is True
    assert shown(garage, "phase") == "charged"


async def test_the_completed_event_adds_up(garage: Garage) -> None:
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.card("1")
    charger.power(20_000)
    for _ in range(4):
        charger.charge(500)
        await garage.pass_house_seconds(100)
    charger.unplug()
    (done,) = await garage.events.wait("session_completed")
    assert (done["energy_kwh"], done["cost"], done["charge_price"], done["currency"]) == (2.0, 0.5, 1.0, "EUR")
    assert (done["cost_method"], done["price_fallback_kwh"]) == ("static", 0.0)
    assert (done["charging_windows"], done["max_power_w"]) == (1, 20_000)
    assert done["meter_end_kwh"] - done["meter_start_kwh"] == pytest.approx(2.0)
    assert (done["deviation_pct"], done["estimated_soc_added_pct"]) == (0.0, 4.5)
    assert done["duration_minutes"] == pytest.approx(done["duration_seconds"] / 60, abs=0.1)
    assert done["avg_power_w"] == pytest.approx(2.0 * 3_600_000 / done["charging_seconds"], rel=0.01)
    assert (done["data_gap"], done["reconstructed"], done["redelivered"]) == (False, False, False)
    assert garage.attribute("sensor", "left", "last_session", "charge_price") == 1.0
