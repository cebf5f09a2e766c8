"""An edited price in a real Home Assistant: what a counter showed before the edit keeps the price from before it."""

from __future__ import annotations

import pytest

from tests.support.garage import Garage


async def test_energy_of_the_last_second_before_an_edit_has_the_price_from_before_it(garage: Garage) -> None:
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    charger.charge(400)
    await garage.pass_house_seconds(60)

    charger.charge(100)
    await garage.hass.async_block_till_done()
    garage.edit("left", pricing={"method": "static", "price": 0.9})
    await garage.pass_house_seconds(60)
    charger.unplug()

    (completed,) = await garage.events.wait("session_completed")
    assert completed["cost"] == pytest.approx(0.5 * 0.25)


async def test_energy_after_an_edit_has_the_edited_price_after_a_reload_too(garage: Garage) -> None:
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    charger.charge(400)
    await garage.hass.async_block_till_done()
    garage.edit("left", pricing={"method": "static", "price": 0.9})
    await garage.hass.async_block_till_done()

    await garage.hass.config_entries.async_reload(garage.entry.entry_id)
    await garage.hass.async_block_till_done()
    await garage.pass_house_seconds(60)
    charger.charge(100)
    await garage.pass_house_seconds(60)
    charger.unplug()

    (completed,) = await garage.events.wait("session_completed")
    # A small part of the second step is older than the edit.
    assert completed["cost"] == pytest.approx(0.4 * 0.25 + 0.1 * 0.9, rel=0.02)
