"""The house clock when somebody sets the wall's: durations stay right, over a restart too, and it is noticed."""

from __future__ import annotations

import time

import pytest
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.clock import FastMotion, HouseClock
from custom_components.ev_charging_manager.domain.moment import Moment
from tests.support.garage import Garage

HOUR = 3_600.0


class WallClock:
    """The wall's clock, which can be set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._true = time.time
        self.ahead = 0.0
        monkeypatch.setattr(time, "time", self.read)

    def read(self) -> float:
        return self._true() + self.ahead


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> WallClock:
    return WallClock(monkeypatch)


@pytest.mark.parametrize("step", [HOUR, -HOUR, 86_400.0 * 20_000])
def test_a_step_moves_the_time_of_day_and_no_duration_and_is_counted(wall: WallClock, step: float) -> None:
    clock = HouseClock()
    before = clock.now()
    wall.ahead = step
    after = clock.now()
    assert 0.0 <= after.since(before) < 5.0
    assert after.utc - before.utc == pytest.approx(step, abs=5.0)
    assert clock.health() == {"steps": 1, "last_step_s": pytest.approx(step, abs=5.0)}
    clock.now()
    assert clock.health()["steps"] == 1


def test_a_clock_that_is_kept_right_all_the_time_is_no_step(wall: WallClock) -> None:
    clock = HouseClock(FastMotion(100.0, time.time(), time.time()))
    for _ in range(50):
        wall.ahead += 0.5
        clock.now()
    assert clock.health()["steps"] == 0


@pytest.mark.parametrize("ahead", [-HOUR, 0.0, HOUR])
def test_after_a_restart_as_much_time_has_passed_as_the_wall_clock_says(wall: WallClock, ahead: float) -> None:
    """Ahead: by how much the clock had been set while the earlier process ran."""
    now = time.time()
    last = Moment(now - 600.0, now - 600.0 - ahead)
    clock = HouseClock()
    clock.go_on(last)
    assert clock.now().since(last) == pytest.approx(600.0, abs=5.0)
    assert clock.now().utc == pytest.approx(now, abs=5.0)
    assert clock.health()["steps"] == 0


def test_a_machine_that_starts_with_an_old_time_does_not_go_back_before_what_was(wall: WallClock) -> None:
    last = Moment(time.time() + HOUR, time.time() + HOUR)
    clock = HouseClock()
    clock.go_on(last)
    assert 0.0 <= clock.now().since(last) < 5.0


@pytest.mark.parametrize("step", [-2 * HOUR, 2 * HOUR])
async def test_a_session_that_goes_on_after_a_restart_with_another_time_lasts_as_long_as_it_did(
    hass: HomeAssistant, garage: Garage, wall: WallClock, step: float
) -> None:
    left = garage.chargers["left"]
    left.plug_in()
    left.power(11_000)
    await garage.events.wait("session_started")
    for _ in range(2):
        await garage.pass_house_seconds(330)
        left.charge(1_000)
    # In fast motion a second of the wall is many of the house.
    wall.ahead = step / garage.entry.runtime_data.clock.rate
    await garage.pass_house_seconds(120)
    await garage.unload()
    assert await hass.config_entries.async_setup(garage.entry.entry_id)
    await garage.pass_house_seconds(120)
    left.charge(500)
    await garage.until_state("sensor", "left", "session_energy", "2.5")
    left.unplug()
    (completed,) = await garage.events.wait("session_completed")
    assert completed["energy_kwh"] == 2.5
    # Whatever the machine needed for the reload; an hour more or less than that would be the step.
    assert 780 < completed["duration_seconds"] < 780 + HOUR
    assert completed["ended_at"] >= completed["started_at"]
