"""The house clock when the wall clock is set: durations stay right, also over a restart, and the step is counted."""

from __future__ import annotations

import time

import pytest
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.adapters.clock import FastMotion, HouseClock
from custom_components.ev_charging_manager.domain.moment import Moment
from tests.support.garage import Garage

HOUR = 3_600.0


class WallClock:
    """A wall clock that can be set."""

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
def test_a_step_changes_the_time_of_day_but_no_duration_and_is_counted(wall: WallClock, step: float) -> None:
    clock = HouseClock()
    before = clock.now()
    wall.ahead = step
    after = clock.now()
    assert 0.0 <= after.since(before) < 5.0
    assert after.utc - before.utc == pytest.approx(step, abs=5.0)
    assert clock.health() == {"steps": 1, "last_step_s": pytest.approx(step, abs=5.0)}
    clock.now()
    assert clock.health()["steps"] == 1


def test_small_corrections_of_the_wall_clock_are_no_step(wall: WallClock) -> None:
    clock = HouseClock(FastMotion(100.0, time.time(), time.time()))
    for _ in range(50):
        wall.ahead += 0.5
        clock.now()
    assert clock.health()["steps"] == 0


@pytest.mark.parametrize("ahead", [-HOUR, 0.0, HOUR])
def test_the_time_over_a_restart_is_that_of_the_wall_clock(wall: WallClock, ahead: float) -> None:
    """`ahead`: seconds by which the wall clock was set while the earlier process ran."""
    now = time.time()
    last = Moment(now - 600.0, now - 600.0 - ahead)
    clock = HouseClock()
    clock.continue_from(last)
    assert clock.now().since(last) == pytest.approx(600.0, abs=5.0)
    assert clock.now().utc == pytest.approx(now, abs=5.0)
    assert clock.health()["steps"] == 0


def test_a_machine_that_starts_with_an_old_time_does_not_go_back_in_monotonic_time(wall: WallClock) -> None:
    last = Moment(time.time() + HOUR, time.time() + HOUR)
    clock = HouseClock()
    clock.continue_from(last)
    assert 0.0 <= clock.now().since(last) < 5.0


@pytest.mark.parametrize("step", [-2 * HOUR, 2 * HOUR])
async def test_a_step_of_the_clock_over_a_restart_does_not_change_a_sessions_duration(
    hass: HomeAssistant, garage: Garage, wall: WallClock, step: float
) -> None:
    left = garage.chargers["left"]
    left.plug_in()
    left.power(11_000)
    await garage.events.wait("session_started")
    for _ in range(2):
        await garage.pass_house_seconds(330)
        left.charge(1_000)
    # In fast motion a second of the wall clock is many of the house clock.
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
    # The reload takes less than an hour; the step of the clock would add or subtract more.
    assert 780 < completed["duration_seconds"] < 780 + HOUR
    assert completed["ended_at"] >= completed["started_at"]
