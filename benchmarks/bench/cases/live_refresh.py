"""The cost of one second of charging: the wake of the pipeline and the entities that show the session."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from unittest import mock

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager.adapters.household import household

from ..bare import BareSensors
from ..clock import SteppingClock
from ..core import core, settle_memory
from ..deltas import CHANGES_PER_DELTA, Charging, say, turns
from ..frame import Lap, Stopwatch, measure
from ..household import household_entry
from ..listeners import listen_to_nothing
from ..result import NO_OP, OURS, Result, Target, cpu_of, wall_of

NAME = "live refresh"
WHAT = "event-loop time per second of an active charger with all entities refreshed every second"
LIMIT_US = 150.0
BARE = "bare"
# In this time the sums refresh three times and one checkpoint is written.
LAP_S = 30
DELTAS_PER_SECOND = 4
# Turns of the event loop that a wake needs, before the next delta.
TURNS = 15
# Seconds that the event loop sleeps before each delta so that the caches are cold.
PAUSE_S = 0.005
_SESSION_SENSOR = "sensor.garage_session_energy"


class Watched:
    """A charger that sends a few deltas per second."""

    def __init__(self, hass: HomeAssistant, name: str, slug: str) -> None:
        self.name = name
        self.pause_s = 0.0
        self.clock = SteppingClock()
        self.charging = Charging(slug, CHANGES_PER_DELTA * DELTAS_PER_SECOND)
        self._hass = hass
        say(hass, self.charging.at_rest())

    async def lap(self) -> Lap:
        """Play some house seconds. They pass as fast as the work is done, unless the loop sleeps in between."""
        deltas = self.charging.deltas(LAP_S * DELTAS_PER_SECOND)
        with Stopwatch() as watch:
            for number, delta in enumerate(deltas):
                if self.pause_s:
                    await asyncio.sleep(self.pause_s)
                say(self._hass, delta)
                if number % DELTAS_PER_SECOND == 0:
                    self.second()
                self.clock.move(1 / DELTAS_PER_SECOND)
                await turns(TURNS)
        await self._hass.async_block_till_done()
        return watch.lap(LAP_S)

    def second(self) -> None:
        """Begin a second."""


class Bare(Watched):
    """The same charger with four sensors that Home Assistant alone writes each second."""

    seconds = 0

    async def add(self) -> None:
        """Add the sensors."""
        self.sensors = BareSensors()
        await self.sensors.add(self._hass)

    def second(self) -> None:
        """Write all four."""
        self.seconds += 1
        self.sensors.say(self.charging.session_wh / 1000 + self.seconds / 1e6, self.charging.watts, self.seconds)


class Ours(Watched):
    """The same charger with the integration set up by its config entry."""

    entry: ConfigEntry[Any]

    async def add(self) -> None:
        """Set up and continue until the session is shown. Only the integration's clock is replaced."""
        self.entry = household_entry("ours", {"refresh_s": 1})
        with mock.patch.object(household, "house_clock", return_value=self.clock):
            await self._hass.config_entries.async_add(self.entry)
        await self._hass.async_block_till_done()
        if self.entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"the integration is not set up: {self.entry.reason or self.entry.state}")
        for _ in range(10):
            await self.lap()
            shown = self._hass.states.get(_SESSION_SENSOR)
            if shown is not None and shown.state not in {"unavailable", "unknown", "0.0"}:
                return
        raise RuntimeError("no session is shown, so that nothing can be measured")

    async def remove(self) -> None:
        """Unload it."""
        await self._hass.config_entries.async_unload(self.entry.entry_id)
        await self._hass.async_block_till_done()


class Writes:
    """Counts the writes of our entities and the writes without a change."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> None:
        registry = er.async_get(hass)
        self._ours = {entity.entity_id for entity in er.async_entries_for_config_entry(registry, entry.entry_id)}
        self.changed: dict[str, int] = {}
        self.unchanged: dict[str, int] = {}
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed)
        hass.bus.async_listen(EVENT_STATE_REPORTED, self._reported, event_filter=self._is_ours)

    @callback
    def _changed(self, event: Event[Any]) -> None:
        if self._is_ours(event.data):
            self._count(self.changed, event)

    @callback
    def _reported(self, event: Event[Any]) -> None:
        self._count(self.unchanged, event)

    @callback
    def _is_ours(self, data: Mapping[str, Any]) -> bool:
        return data["entity_id"] in self._ours

    @staticmethod
    def _count(counts: dict[str, int], event: Event[Any]) -> None:
        entity_id = event.data["entity_id"]
        counts[entity_id] = counts.get(entity_id, 0) + 1


async def run(rounds: int) -> Result:
    """Measure with warm caches, then with cold caches, then count the writes."""
    async with core() as hass:
        ours, nothing, bare = Ours(hass, OURS, "ours"), Watched(hass, NO_OP, "no_op"), Bare(hass, BARE, "bare")
        for charging in (nothing.charging, bare.charging):
            listen_to_nothing(hass, [charging.power, charging.session, charging.total])
        await bare.add()
        await ours.add()
        settle_memory()
        series = await measure((ours, nothing, bare), rounds)
        for variant in (ours, nothing, bare):
            variant.pause_s = PAUSE_S
        cold = cpu_of(await measure((ours, nothing, bare), max(1, rounds // 10)))
        written = await _written(ours, hass)
        await ours.remove()
    return _result(cpu_of(series), {"wall": wall_of(series), "over_no_op_cold": _over(cold), **written})


def _result(series: Mapping[str, tuple[float, ...]], details: Mapping[str, Any]) -> Result:
    over = _over(series)
    return Result(
        case=NAME,
        what=WHAT,
        unit="µs/charger-second",
        series=series,
        target=Target(f"≤ {LIMIT_US:.0f} µs over no-op", over[OURS], LIMIT_US),
        details={"over_no_op": over, **details},
    )


def _over(series: Mapping[str, tuple[float, ...]]) -> Mapping[str, float]:
    """Return the extra cost of each variant over the listener that does nothing."""
    return {name: min(values) - min(series[NO_OP]) for name, values in series.items() if name != NO_OP}


async def _written(ours: Ours, hass: HomeAssistant) -> Mapping[str, Any]:
    """Count the writes of one more lap: the entities, writes per charger-second, and writes without a change."""
    writes = Writes(hass, ours.entry)
    ours.pause_s = 0.0
    await ours.lap()
    return {"written": _rates(writes.changed), "written_without_change": _rates(writes.unchanged)}


def _rates(counts: Mapping[str, int]) -> Mapping[str, float]:
    return {entity_id: round(count / LAP_S, 2) for entity_id, count in counts.items()}
