"""Numbers and units as no sensor should have them."""

from __future__ import annotations

from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from tests.support.garage import Garage


@pytest.mark.parametrize(
    ("state", "unit"),
    [
        # More milliwatt-hours than a float holds.
        ("1e305", "kWh"),
        ("-1e305", "kWh"),
        ("7", ["kWh"]),
        ("7", {"unit": "kWh"}),
        ("7", "apples"),
        ("seven", "kWh"),
        ("nan", "kWh"),
    ],
)
async def test_reading_that_cannot_be_is_put_aside_without_a_word_in_the_log(
    hass: HomeAssistant, garage: Garage, caplog: pytest.LogCaptureFixture, state: str, unit: Any
) -> None:
    ingestor = garage.entry.runtime_data.chargers[garage.id_of("left")].ingestor
    before = ingestor.unreadable
    hass.states.async_set("sensor.left_wh", state, {"unit_of_measurement": unit})
    await hass.async_block_till_done()
    assert ingestor.unreadable == before + 1
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
