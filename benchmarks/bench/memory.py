"""The memory of one more charger, measured with tracemalloc."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager import pipeline
from custom_components.ev_charging_manager.actors.ingestor import Ingestor
from custom_components.ev_charging_manager.adapters.charger.feed import Feed
from custom_components.ev_charging_manager.adapters.configuration import settings_of
from custom_components.ev_charging_manager.domain.commits import Commit
from custom_components.ev_charging_manager.domain.messages import Announced, LiveView, Logged, Recorded
from custom_components.ev_charging_manager.repairs.notices import RepairNotices
from custom_components.ev_charging_manager.runtime.stage import Wiring
from custom_components.ev_charging_manager.runtime.supervisor import Supervisor

from .charger import BenchCharger, WatchedLedger
from .clock import SteppingClock
from .core import core
from .deltas import Charging, say, turns
from .household import charger_ids, charger_slug, household_entry

FEW, MANY = 5, 25
_CHECKPOINT_S = 30.0
_SLUG = "memory"

type Build = Callable[[HomeAssistant, int], Awaitable[Any]]
"""Starts this number of charging chargers. The result keeps them alive and has an async `close`."""


async def memory_per_charger(few: int = FEW, many: int = MANY) -> Mapping[str, Any]:
    """Return the KiB of one more charger with a running session: the slope from few to many, without shared objects."""
    builds: Mapping[str, Build] = {
        "bare pipeline": Bare.build,
        "charger without entities": Whole.build,
        "charger with entities": SetUp.build,
    }
    kib = {}
    for name, build in builds.items():
        # The first run loads modules and fills caches.
        _, least, most = [await _traced(build, count) for count in (few, few, many)]
        kib[name] = (most - least) / (many - few) / 1024
    return {"by": "tracemalloc", "chargers": [few, many], "kib_per_charger": kib}


async def _traced(build: Build, count: int) -> int:
    """Return the additional bytes in use."""
    async with core() as hass:
        for number in range(count):
            say(hass, Charging(charger_slug(_SLUG, number), 4.0).at_rest())
        gc.collect()
        tracemalloc.start()
        try:
            built = await build(hass, count)
            gc.collect()
            held = tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()
        await built.close()
    return held


class Bare:
    """Ingestor and pipeline, without listeners."""

    def __init__(self, ledger: WatchedLedger, clock: SteppingClock) -> None:
        self.ledger = ledger
        self.clock = clock
        self._supervisors: list[tuple[Supervisor, Ingestor, asyncio.Task[None]]] = []

    @classmethod
    async def build(cls, hass: HomeAssistant, count: int) -> Bare:
        """Set each charger's entities to their present states."""
        bare = cls(await _ledger(hass), SteppingClock())
        entry = household_entry(_SLUG, chargers=count)
        for charger_id in charger_ids(count):
            bare._add(hass, entry, entry.subentries[charger_id])
        await _run(bare.clock, bare.ledger)
        return bare

    def _add(self, hass: HomeAssistant, entry: ConfigEntry[Any], charger: ConfigSubentry) -> None:
        settings = settings_of(hass, entry, charger)
        ingestor = Ingestor(settings, self.clock.now, hass.loop.call_soon, False)
        exits: dict[type, Callable[[Any], None]] = dict.fromkeys((LiveView, Announced, Recorded, Logged), _drop)
        supervisor = Supervisor(
            charger.subentry_id,
            pipeline.stages(lambda: settings),
            ingestor,
            self.clock,
            Wiring(effects={Commit: self.ledger.commit}, exits=exits),
            checkpoint_every=_CHECKPOINT_S,
            restore=dict,
        )
        ingestor.connect(supervisor)
        feed = Feed(hass, charger, ingestor, self.clock.mono, RepairNotices(hass, entry))
        feed.start()
        feed.stop()
        self._supervisors.append((supervisor, ingestor, asyncio.create_task(supervisor.run())))

    async def close(self) -> None:
        """Drain the pipelines."""
        await asyncio.gather(*(supervisor.drain(10.0) for supervisor, *_ in self._supervisors))
        await self.ledger.close()


class Whole:
    """Ingestor, pipeline, feed, prices and display."""

    def __init__(self, ledger: WatchedLedger, clock: SteppingClock, chargers: list[BenchCharger]) -> None:
        self._ledger = ledger
        self._chargers = chargers
        self.clock = clock

    @classmethod
    async def build(cls, hass: HomeAssistant, count: int) -> Whole:
        """Start all of them."""
        ledger, clock = await _ledger(hass), SteppingClock()
        entry = household_entry(_SLUG, chargers=count)
        chargers = [BenchCharger(hass, clock, entry, ledger, each) for each in charger_ids(count)]
        await asyncio.gather(*(each.runtime.start(entry) for each in chargers))
        await _run(clock, ledger)
        return cls(ledger, clock, chargers)

    async def close(self) -> None:
        """Stop them."""
        await asyncio.gather(*(each.runtime.stop(10.0) for each in self._chargers))
        await self._ledger.close()


class SetUp:
    """The whole integration by its config entry, with devices and entities."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._entry_id = entry_id

    @classmethod
    async def build(cls, hass: HomeAssistant, count: int) -> SetUp:
        """Set it up."""
        entry = household_entry(_SLUG, chargers=count)
        await hass.config_entries.async_add(entry)
        await hass.async_block_till_done()
        if entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"the integration is not set up: {entry.reason or entry.state}")
        return cls(hass, entry.entry_id)

    async def close(self) -> None:
        """Unload it."""
        await self._hass.config_entries.async_unload(self._entry_id)


async def _ledger(hass: HomeAssistant) -> WatchedLedger:
    ledger = await WatchedLedger.open(Path(hass.config.path("memory.db")), ZoneInfo(hass.config.time_zone))
    assert isinstance(ledger, WatchedLedger)
    return ledger


async def _run(clock: SteppingClock, ledger: WatchedLedger) -> None:
    """Play half a minute: sessions begin, and wakes and a checkpoint happen."""
    for _ in range(35):
        clock.move(1.0)
        await turns()
        while await ledger.settle():
            await turns()


def _drop(_: object) -> None:
    """Ignore the message."""
