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
