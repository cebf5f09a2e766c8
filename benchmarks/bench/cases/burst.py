"""How long the loop stands still when ten thousand changes come at once, and that none of them is lost unseen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from homeassistant.core import HomeAssistant

from ..charger import BenchCharger
from ..clock import SteppingClock
from ..core import core, settle_memory
from ..deltas import CHANGES_PER_DELTA, Change, Charging, say, turns
from ..frame import Lap, measure
from ..household import household_entry
from ..listeners import listen_to_nothing
from ..result import NO_OP, OURS, Result, Target, cpu_of, wall_of

NAME = "burst"
WHAT = "longest turn of the loop when 10,000 state changes come in one, 500 of them discrete"
LIMIT = 1.2
CHANGES = 10_000
DISCRETE = 500
# As many as an actor's channel surely holds.
FEW_DISCRETE = 32
_WORDS = ("Wait for car", "Charging")


class Heart:
    """Beats once a turn; the longest pause between two beats is how long the loop stood still."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._beating = True
        self._wall, self._cpu = time.perf_counter(), time.thread_time()
        self.wall_s = self.cpu_s = self.busy_s = 0.0
        self._loop.call_soon(self._beat)

    def stop(self) -> None:
        """Beat no more."""
        self._beating = False

    def _beat(self) -> None:
        wall, cpu = time.perf_counter(), time.thread_time()
        self.wall_s = max(self.wall_s, wall - self._wall)
        self.cpu_s = max(self.cpu_s, cpu - self._cpu)
        self.busy_s += cpu - self._cpu
        self._wall, self._cpu = wall, cpu
        if self._beating:
            self._loop.call_soon(self._beat)


class Flooded:
    """A charger's entities that change all at once, and somebody who listens to them."""

    def __init__(self, hass: HomeAssistant, name: str, slug: str) -> None:
        self.name = name
        self.until_quiet_ms = float("inf")
        self.clock = SteppingClock()
        self.charging = Charging(slug, CHANGES)
        self.status = f"sensor.{slug}_status"
        self._hass = hass
        say(hass, self.charging.at_rest())

    async def lap(self) -> Lap:
        """One burst."""
        heart = await self.burst(DISCRETE)
        self.until_quiet_ms = min(self.until_quiet_ms, heart.busy_s * 1000)
        return Lap(heart.cpu_s, heart.wall_s, CHANGES)

    async def burst(self, discrete: int) -> Heart:
        """Everything in one turn of the loop, and some seconds for what follows."""
        changes = self._changes(discrete)
        await asyncio.sleep(0)
        heart = Heart()
        say(self._hass, changes)
        await turns()
        heart.stop()
        for _ in range(5):
            self.clock.move(1.0)
            await self.settle()
        return heart

    async def settle(self) -> None:
        """Let go through what the burst set off."""
        await turns()

    def _changes(self, discrete: int) -> Sequence[Change]:
        """The status among the samples, evenly; after an even number of words it is as it was."""
        apart = CHANGES // discrete
        deltas = self.charging.deltas((apart - 1) * discrete // CHANGES_PER_DELTA)
        samples = iter([change for delta in deltas for change in delta])
        return [
            Change(self.status, _WORDS[number // apart % 2]) if number % apart == 0 else next(samples)
            for number in range(apart * discrete)
        ]


class Ours(Flooded):
    """The same, listened to by this integration."""

    charger: BenchCharger

    async def open(self) -> None:
        """Begin a session."""
        self.charger = await BenchCharger.open(self._hass, self.clock, household_entry("ours"), "burst.db")
        await self.charger.start(self.clock.move)

    async def settle(self) -> None:
        """Let the pipeline, and the ledger, finish."""
        await self.charger.idle()


async def run(rounds: int) -> Result:
    """Measure the stall; then see what became of what was sent."""
    async with AsyncExitStack() as stack:
        hass = await stack.enter_async_context(core())
        ours, nothing = Ours(hass, OURS, "ours"), Flooded(hass, NO_OP, "no_op")
        await ours.open()
        stack.push_async_callback(ours.charger.stop)
        listen_to_nothing(hass, [nothing.status, *_sampled(nothing.charging)])
        settle_memory()
        within = await _became(ours, FEW_DISCRETE)
        series = await measure((ours, nothing), rounds)
        beyond = await _became(ours, DISCRETE)
    stalls = {name: tuple(us * CHANGES / 1000 for us in one) for name, one in cpu_of(series).items()}
    walls = {name: us * CHANGES / 1000 for name, us in wall_of(series).items()}
    quiet = {variant.name: variant.until_quiet_ms for variant in (ours, nothing)}
    return Result(
        case=NAME,
        what=WHAT,
        unit="ms stall",
        series=stalls,
        target=Target(f"≤ {LIMIT} × no-op", min(stalls[OURS]) / min(stalls[NO_OP]), LIMIT),
        details={"wall": walls, "until_quiet": quiet, "within_capacity": within, "beyond_capacity": beyond},
    )


def _sampled(charging: Charging) -> Sequence[str]:
    return charging.power, charging.session, charging.total


async def _became(ours: Ours, discrete: int) -> Mapping[str, Any]:
    """What a burst came to: acts that arrived and did not, and the session's energy against what was said."""
    runtime = ours.charger.runtime
    before, overflows = runtime.health(), runtime.ingestor.overflows
    await ours.burst(discrete)
    after = runtime.health()
    record = ours.charger.views[-1].progress.record
    return {
        "discrete": discrete,
        "capacity": after.actors[0].capacity,
        "arrived": after.actors[0].handled - before.actors[0].handled,
        "overflows": runtime.ingestor.overflows - overflows,
        "snapshots": after.resyncs - before.resyncs,
        "data_gap": None if record is None else record.data_gap,
        "session_kwh": None if record is None else record.energy_mwh / 1e6,
        "fed_kwh": ours.charging.session_wh / 1000,
    }
