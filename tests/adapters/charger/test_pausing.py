"""A paused charger: the changes during the pause are recovered when it continues."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.adapters.household.presence import RELOAD_S, Presence
from tests.support.garage import Garage


async def paused(garage: Garage, value: bool) -> None:
    garage.edit("left", paused=value)
    await garage.hass.async_block_till_done()


async def begun(garage: Garage) -> None:
    """Begin a session and deliver 0.4 kWh."""
    charger = garage.chargers["left"]
    charger.plug_in()
    charger.power(11_000)
    await garage.events.wait("session_started")
    for _ in range(4):
        charger.charge(100)
        await garage.pass_house_seconds(20)


async def test_another_car_that_came_while_the_charger_was_paused_is_another_session(garage: Garage) -> None:
    await begun(garage)
    await paused(garage, True)
    charger = garage.chargers["left"]
    charger.charge(100)
    charger.unplug()
    charger.plug_in()
    charger.charge(200)
    await garage.pass_house_seconds(1_000)
    await paused(garage, False)
    (first,) = await garage.events.wait("session_completed")
    charger.power(11_000)
    for _ in range(4):
        charger.charge(100)
        await garage.pass_house_seconds(20)
    charger.unplug()

    second = (await garage.events.wait("session_completed", 2))[-1]
    assert first["reconstructed"]
    assert first["energy_kwh"] + second["energy_kwh"] == 1.1
    assert second["session_id"] != first["session_id"]


async def test_same_car_that_charged_during_the_pause_has_one_session_with_all_energy(
    garage: Garage,
) -> None:
    await begun(garage)
    await paused(garage, True)
    charger = garage.chargers["left"]
    charger.charge(300)
    await garage.pass_house_seconds(1_000)
    await paused(garage, False)
    await garage.until_state("sensor", "left", "status", "tracking")
    charger.charge(100)
    await garage.pass_house_seconds(20)
    charger.unplug()

    (completed,) = await garage.events.wait("session_completed")
    assert completed["energy_kwh"] == 0.8
    assert completed["reconstructed"]


@pytest.mark.parametrize(("away_s", "absent"), [(1.5, False), (RELOAD_S + 1, True)])
def test_reload_is_no_absence_and_an_entry_that_was_disabled_is_one(away_s: float, absent: bool) -> None:
    presence = Presence()
    assert presence.arrive("left", 10.0), "nobody has watched it before"
    presence.leave("left", 20.0)
    assert presence.arrive("left", 20.0 + away_s) is absent


def test_pipeline_that_is_rebuilt_is_no_absence() -> None:
    presence = Presence()
    presence.arrive("left", 10.0)
    assert not presence.arrive("left", 10_000.0)
