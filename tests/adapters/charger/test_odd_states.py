"""Invalid numbers and units in the states of sensors."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from tests.support.garage import Garage


@pytest.mark.parametrize(
    ("state", "unit"),
    [
        # More milliwatt-hours than a float can hold.
        ("1e305", "kWh"),
        ("-1e305", "kWh"),
        ("7", ["kWh"]),
        ("7", {"unit": "kWh"}),
        ("7", "apples"),
        ("seven", "kWh"),
        ("nan", "kWh"),
    ],
)
async def test_impossible_reading_is_ignored_and_logs_nothing(
    hass: HomeAssistant, garage: Garage, caplog: pytest.LogCaptureFixture, state: str, unit: Any
) -> None:
    ingestor = garage.entry.runtime_data.chargers[garage.id_of("left")].ingestor
    before = ingestor.unreadable
    hass.states.async_set("sensor.left_wh", state, {"unit_of_measurement": unit})
    await hass.async_block_till_done()
    assert ingestor.unreadable == before + 1
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def charge(garage: Garage, name: str) -> None:
    """A car takes 0.5 kWh and leaves; the reader keeps its card."""
    charger = garage.chargers[name]
    charger.plug_in()
    charger.power(11_000)
    for _ in range(5):
        charger.charge(100)
        await garage.pass_house_seconds(20)
    charger.power(0)
    charger.unplug()


@pytest.mark.parametrize(("state", "unit"), [(str(2**64 - 1), "Wh"), ("3.4e38", "kWh"), ("1e13", "kWh")])
async def test_a_first_reading_of_the_total_that_no_meter_shows_loses_no_session(
    hass: HomeAssistant, garage: Garage, state: str, unit: str
) -> None:
    await garage.unload()
    hass.states.async_set("sensor.left_eto", state, {"unit_of_measurement": unit})
    assert await hass.config_entries.async_setup(garage.entry.entry_id)
    await hass.async_block_till_done()
    ingestor = garage.entry.runtime_data.chargers[garage.id_of("left")].ingestor
    assert ingestor.rejected == 1
    for count in (1, 2):
        await charge(garage, "left")
        found = await garage.events.wait("session_completed", count)
        assert found[-1]["energy_kwh"] == 0.5
    ledger = garage.entry.runtime_data.ledger
    records = await ledger.call(ledger.ledger.last_sessions)
    assert all((record.meter_start_mwh or 0) < 10**12 for record in records)


async def test_a_card_text_with_half_a_surrogate_pair_loses_no_session(hass: HomeAssistant, garage: Garage) -> None:
    garage.chargers["left"].card("\ud83d?")
    for count in (1, 2):
        await charge(garage, "left")
        await garage.events.wait("session_completed", count)
    assert garage.entry.runtime_data.ledger.health.failures == 0
