"""What a charger-second costs while a car charges: the pipeline's wake, and the entities that people watch."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from custom_components.ev_charging_manager import const
from custom_components.ev_charging_manager.adapters.clock import FAST_MOTION

from ..core import core, settle_memory
from ..deltas import CHANGES_PER_DELTA, Charging, say
from ..frame import Lap, Stopwatch, measure
from ..household import household_entry
from ..listeners import listen_to_nothing
from ..result import NO_OP, OURS, Result, Target, cpu_of, wall_of

NAME = "live refresh"
WHAT = "loop time per second of a charging charger, all its entities refreshed every second"
LIMIT_US = 150.0
LAP_S = 10
# House seconds per second: the house clock in fast motion, as in the demo. Faster, the timers' own lag would count.
RATE = 20.0
DELTAS_PER_SECOND = 4
_SESSION_SENSOR = "sensor.garage_session_energy"


class Watched:
    """A charger that says something some times a second."""

    def __init__(self, hass: HomeAssistant, name: str, slug: str) -> None:
        self.name = name
        self.charging = Charging(slug, CHANGES_PER_DELTA * DELTAS_PER_SECOND)
        self._hass = hass
        say(hass, self.charging.at_rest())

    async def lap(self) -> Lap:
        """Some seconds of the house, at its pace; the time in between is not the loop's."""
        deltas = self.charging.deltas(LAP_S * DELTAS_PER_SECOND)
        begin = time.monotonic()
        with Stopwatch() as watch:
            for number, delta in enumerate(deltas, 1):
                say(self._hass, delta)
                await asyncio.sleep(max(0.0, begin + number / DELTAS_PER_SECOND / RATE - time.monotonic()))
        return watch.lap(LAP_S)


class Ours(Watched):
    """The same, with the integration set up by its config entry; only for its laps, because its clock never stops."""

    entry: ConfigEntry[Any]

    async def add(self) -> None:
        """Set it up for the first time, in fast motion."""
        self.entry = household_entry("ours", {const.OPT_REFRESH: 1})
        await self._hass.config_entries.async_add(self.entry)
        await self.warm()
        await self.remove()

    async def lap(self) -> Lap:
        """Go on with the session, and leave nothing running."""
        await self._hass.config_entries.async_setup(self.entry.entry_id)
        await self.warm()
        lap = await super().lap()
        await self.remove()
        return lap

    async def remove(self) -> None:
        """Unload it; the session waits in its checkpoint."""
        await self._hass.config_entries.async_unload(self.entry.entry_id)
        await self._hass.async_block_till_done()

    async def warm(self) -> None:
        """Wait until everything is set up and the session is shown."""
        await self._hass.async_block_till_done()
        if self.entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"the integration is not set up: {self.entry.reason or self.entry.state}")
        for _ in range(10):
            await super().lap()
            shown = self._hass.states.get(_SESSION_SENSOR)
            if shown is not None and shown.state not in {"unavailable", "unknown", "0.0"}:
                return
        raise RuntimeError("no session is shown: there would be nothing to measure")


class Writes:
    """Counts what is written of our entities, and what of it said nothing new."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._registry = er.async_get(hass)
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
        return self._registry.async_get(data["entity_id"]) is not None

    @staticmethod
    def _count(counts: dict[str, int], event: Event[Any]) -> None:
        entity_id = event.data["entity_id"]
        counts[entity_id] = counts.get(entity_id, 0) + 1


async def run(rounds: int) -> Result:
    """Measure, with the whole integration set up by its config entry."""
    async with core() as hass:
        ours, nothing = Ours(hass, OURS, "ours"), Watched(hass, NO_OP, "no_op")
        listen_to_nothing(hass, [nothing.charging.power, nothing.charging.session, nothing.charging.total])
        with _fast_motion():
            await ours.add()
            settle_memory()
            series = await measure((ours, nothing), rounds)
            written = await _written(ours, hass)
    return _result(cpu_of(series), {"wall": wall_of(series), **written})


def _result(series: Mapping[str, tuple[float, ...]], details: Mapping[str, Any]) -> Result:
    over = min(series[OURS]) - min(series[NO_OP])
    return Result(
        case=NAME,
        what=WHAT,
        unit="µs/charger-second",
        series=series,
        target=Target(f"≤ {LIMIT_US:.0f} µs over no-op", over, LIMIT_US),
        details=details,
    )


async def _written(ours: Ours, hass: HomeAssistant) -> Mapping[str, Any]:
    """Which entities one more lap writes, how often per charger-second, and which of it said nothing new."""
    await hass.config_entries.async_setup(ours.entry.entry_id)
    await ours.warm()
    writes = Writes(hass)
    await Watched.lap(ours)
    per_second = {"written": _rates(writes.changed), "written_without_change": _rates(writes.unchanged)}
    await ours.remove()
    return per_second


def _rates(counts: Mapping[str, int]) -> Mapping[str, float]:
    return {entity_id: round(count / LAP_S, 2) for entity_id, count in counts.items()}


@contextmanager
def _fast_motion() -> Generator[None]:
    """The environment in which the integration takes its clock."""
    now = time.time()
    os.environ[FAST_MOTION] = f"{RATE},{now},{now}"
    try:
        yield
    finally:
        del os.environ[FAST_MOTION]
