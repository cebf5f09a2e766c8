"""Simulated chargers in a separate process, behind real WebSockets and the demo's stand-in for their integration."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
from homeassistant.config_entries import SOURCE_USER, ConfigEntry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import DATA_CLIENTSESSION, _make_key
from homeassistant.helpers.event import async_track_state_change_event

import custom_components
from benchmarks.demo.motion import FastMotion
from benchmarks.demo.scenario_file import write_scenario
from benchmarks.demo.simulator_process import ChargerAddress, SimulatorProcess
from benchmarks.simulator import Scenario

_STAND_INS = Path(__file__).parents[1] / "demo" / "stand_in"
_DOMAIN = "goecharger_api2"
_PATIENCE_S = 30.0


@asynccontextmanager
async def client_session(hass: HomeAssistant) -> AsyncGenerator[None]:
    """The client session that all integrations share. Home Assistant's own session would resolve names with multicast
    DNS.
    """
    async with aiohttp.ClientSession() as session:
        shared: Any = {_make_key(): session}
        hass.data[DATA_CLIENTSESSION] = shared
        try:
            yield
        finally:
            del hass.data[DATA_CLIENTSESSION]


@asynccontextmanager
async def simulated(scenario: Scenario, folder: Path) -> AsyncGenerator[SimulatorProcess]:
    """The simulator in real time. No car comes before `begin`."""
    now = time.time()
    file = write_scenario(scenario, folder / "scenario.json")
    async with SimulatorProcess(file, FastMotion(1.0, now, now), 1, folder / "simulator.log") as simulator:
        yield simulator


async def connect(hass: HomeAssistant, chargers: Sequence[ChargerAddress]) -> list[ConfigEntry[Any]]:
    """Set up the stand-in for each charger, and wait until all entities have values."""
    if str(_STAND_INS) not in custom_components.__path__:
        custom_components.__path__.append(str(_STAND_INS))
    entries = [_entry(charger) for charger in chargers]
    all_told = asyncio.Event()

    @callback
    def changed(_: Event[EventStateChangedData]) -> None:
        if all(_told(hass, charger) for charger in chargers):
            all_told.set()

    stop = async_track_state_change_event(hass, [entities_of(charger)["status"] for charger in chargers], changed)
    for entry in entries:
        await hass.config_entries.async_add(entry)
    async with asyncio.timeout(_PATIENCE_S):
        await all_told.wait()
    stop()
    return entries


def entities_of(charger: ChargerAddress) -> dict[str, str]:
    """Return the entities by their roles."""
    begin = f"goe_{charger.serial}"
    return {
        "status": f"sensor.{begin}_car_value",
        "plug": f"binary_sensor.{begin}_car_0",
        "lock": f"sensor.{begin}_cus_value",
        "session_energy": f"sensor.{begin}_wh",
        "total_energy": f"sensor.{begin}_eto",
        "power": f"sensor.{begin}_nrg_11",
        "card": f"select.{begin}_trx",
    }


def _told(hass: HomeAssistant, charger: ChargerAddress) -> bool:
    state = hass.states.get(entities_of(charger)["status"])
    return state is not None and state.state not in {"unavailable", "unknown"}


def _entry(charger: ChargerAddress) -> ConfigEntry[Any]:
    where = {"host": charger.host, "port": charger.port, "password": "", "serial": charger.serial}
    return ConfigEntry(
        domain=_DOMAIN,
        title=charger.name,
        version=1,
        minor_version=1,
        source=SOURCE_USER,
        data=where,
        options={},
        unique_id=charger.serial,
        discovery_keys=MappingProxyType({}),
        subentries_data=(),
    )
