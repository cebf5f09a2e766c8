"""A listener to simulated chargers, and the sessions that it recorded."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event

from benchmarks.demo.simulator_process import SimulatorProcess
from custom_components.ev_charging_manager import const
from custom_components.ev_charging_manager.domain.household import Options

from .connected import entities_of
from .household import household_around
from .lag import LagProbe
from .listeners import listen_to_nothing
from .percentile import percentile
from .visits import APART_S, BEFORE_S, STAY_S

_OPTIONS = {"shortest_session_s": 0, "least_energy_wh": 0}
_DEBOUNCE_S = Options().debounce_s
_PATIENCE_S = 15.0


@dataclass(slots=True)
class Run:
    """The outcome of one feed. Times are UTC epoch seconds by the charger's name."""

    lags_ms: Sequence[float] = ()
    busy: float = 0.0
    differences: Sequence[str] = ()
    unplugged_at: Mapping[str, float] = field(default_factory=dict)
    heard_at: dict[str, float] = field(default_factory=dict)
    completed_at: dict[str, float] = field(default_factory=dict)

    @property
    def lag_ms(self) -> float:
        """The 99th percentile of the lag."""
        return percentile(self.lags_ms, 99)

    def beyond_ms(self, since: Mapping[str, float]) -> list[float]:
        """The seconds from the unplug to `session_completed`, minus the debounce."""
        return [(at - since[name] - _DEBOUNCE_S) * 1000 for name, at in self.completed_at.items()]


class Listener:
    """The listener to the chargers: the whole integration, or none."""

    def __init__(self, hass: HomeAssistant, simulator: SimulatorProcess) -> None:
        self._hass = hass
        self._simulator = simulator
        self._entities = [entities_of(charger) for charger in simulator.chargers]
        self._entry = household_around(self._entities, _OPTIONS)
        self._names = {
            entities["plug"]: charger.name for entities, charger in zip(self._entities, simulator.chargers, strict=True)
        }
        self._run = Run()
        self._ours = False
        self._all = asyncio.Event()

    async def listen(self) -> None:
        """Set up the integration."""
        self._ours = True
        await self._hass.config_entries.async_add(self._entry)
        if self._entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"the integration is not set up: {self._entry.reason or self._entry.state}")
        self._hass.bus.async_listen(f"{const.DOMAIN}_session_completed", self._completed)
        async_track_state_change_event(self._hass, list(self._names), self._plug)

    async def do_nothing(self) -> None:
        """Set up no listener."""
        for entities in self._entities:
            listen_to_nothing(self._hass, list(entities.values()))

    async def follow(self) -> Run:
        """Play all visits, and wait until every session was announced."""
        gc.collect()
        gc.freeze()
        probe = LagProbe()
        await self._simulator.begin()
        await asyncio.sleep(BEFORE_S + APART_S * len(self._names) + STAY_S + _DEBOUNCE_S)
        self._run.busy = probe.stop()
        self._run.lags_ms = probe.lags_ms
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S if self._ours else 0):
                await self._all.wait()
        return self._run

    async def leave(self) -> None:
        """Remove the integration, and return the content of its ledger."""
        if self._ours:
            await self._hass.config_entries.async_unload(self._entry.entry_id)
            await self._hass.async_block_till_done()

    @callback
    def _completed(self, event: Event[Any]) -> None:
        self._run.completed_at[event.data["charger_name"]] = time.time()
        if len(self._run.completed_at) == len(self._names):
            self._all.set()

    @callback
    def _plug(self, event: Event[EventStateChangedData]) -> None:
        state = event.data["new_state"]
        if state is not None and state.state == "off":
            self._run.heard_at[self._names[state.entity_id]] = time.time()
