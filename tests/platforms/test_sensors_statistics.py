"""Long-term statistics and the energy dashboard accept the sensors, in the oldest and the newest release."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.energy.validate import async_validate
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.history import get_significant_states
from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
    validate_statistics,
)
from homeassistant.core import HomeAssistant, State
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)

from tests.support.garage import Garage
from tests.support.shown import SETS, charge, deliver, entity_id_of, of_set, plug_in

IN_STATISTICS = ("total_energy", "total_cost", "session_count")


def _shown(garage: Garage, *keys: str) -> set[str]:
    """Return the enabled sensors with these keys."""
    owners = [*(f"{garage.entry.entry_id}_{name}" for name in SETS), garage.id_of("Anna"), garage.id_of("Ben")]
    found = {entity_id_of(garage, f"{owner}_{key}") for owner in owners for key in keys}
    return {entity_id for entity_id in found if entity_id is not None}


def _session(garage: Garage, *keys: str) -> set[str]:
    return {garage.entity_id("sensor", "left", key) for key in keys}


async def _compile(hass: HomeAssistant) -> datetime:
    """Compile the statistics of the current five minutes."""
    now = dt_util.utcnow()
    start = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    await async_wait_recording_done(hass)
    do_adhoc_statistics(hass, start=start)
    await async_wait_recording_done(hass)
    return start


@pytest.mark.usefixtures("recorder_mock")
async def test_long_term_statistics_accept_every_sum_without_a_warning(
    hass: HomeAssistant, garage: Garage, caplog: pytest.LogCaptureFixture
) -> None:
    await charge(garage, "left", None, 1000)
    await plug_in(garage, "left")
    await deliver(garage, "left", 5)
    start = await _compile(hass)

    instance = get_instance(hass)
    known = await instance.async_add_executor_job(list_statistic_ids, hass)
    units = {one["statistic_id"]: one["statistics_unit_of_measurement"] for one in known}
    summed = _shown(garage, *IN_STATISTICS) | _session(garage, "session_energy", "session_cost")
    assert summed | _session(garage, "session_power") <= set(units)
    assert {units[entity_id] for entity_id in _shown(garage, "total_energy")} == {"kWh"}
    assert {units[entity_id] for entity_id in _shown(garage, "total_cost")} == {hass.config.currency}
    assert set(units) & _shown(garage, "last_session", "average_energy") == set()
    assert await instance.async_add_executor_job(validate_statistics, hass) == {}
    rows = await instance.async_add_executor_job(
        statistics_during_period, hass, start, None, summed, "5minute", None, {"sum", "state"}
    )
    assert set(rows) == summed
    assert "state class" not in caplog.text
    assert "unit" not in " ".join(record.message for record in caplog.records if record.levelname == "WARNING")


@pytest.mark.usefixtures("recorder_mock")
async def test_the_energy_dashboard_accepts_every_energy_and_every_cost(hass: HomeAssistant, garage: Garage) -> None:
    await charge(garage, "left", None, 1000)
    await _compile(hass)
    manager = await async_get_manager(hass)
    pairs = zip(sorted(_shown(garage, "total_energy")), sorted(_shown(garage, "total_cost")), strict=True)
    # A gas source has energy and cost, in one format since 2025.3; the format of a grid source changed.
    costs = {"entity_energy_price": None, "number_energy_price": None}
    sources = [{"type": "gas", "stat_energy_from": energy, "stat_cost": cost, **costs} for energy, cost in pairs]
    devices = [{"stat_consumption": entity_id} for entity_id in _shown(garage, "total_energy")]

    await manager.async_update({"energy_sources": sources, "device_consumption": devices})  # type: ignore[typeddict-item]
    found = (await async_validate(hass)).as_dict()

    assert len(found["energy_sources"]) == len(found["device_consumption"]) == len(devices)
    assert [issues for part in found.values() for issues in part if issues] == []


@pytest.mark.usefixtures("recorder_mock")
async def test_the_recorder_does_not_store_the_breakdowns(hass: HomeAssistant, garage: Garage) -> None:
    await charge(garage, "left", None, 1000)
    await async_wait_recording_done(hass)
    entity_id = of_set(garage, "household", "total_energy").entity_id
    assert {"monthly_breakdown", "by_user"} <= set(of_set(garage, "household", "total_energy").attributes)

    kept = await get_instance(hass).async_add_executor_job(_kept, hass, entity_id)

    assert kept[-1].state == "1.0"
    assert [state for state in kept if {"monthly_breakdown", "by_user"} & set(state.attributes)] == []


def _kept(hass: HomeAssistant, entity_id: str) -> list[State]:
    """Return the recorded states of the last day, with their attributes."""
    found = get_significant_states(hass, dt_util.utcnow() - timedelta(days=1), None, [entity_id], None, True, False)
    return [state for state in found[entity_id] if isinstance(state, State)]
