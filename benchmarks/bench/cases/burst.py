"""How long ten thousand simultaneous changes block the event loop, and whether a lost change goes unnoticed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from homeassistant.core import HomeAssistant

from custom_components.ev_charging_manager.domain.records import SessionRecord

from ..charger import BenchCharger
from ..clock import SteppingClock
from ..core import core, settle_memory
from ..deltas import CHANGES_PER_DELTA, Change, Charging, say, turns
from ..frame import Lap, measure
from ..household import household_entry
from ..listeners import listen_to_nothing
from ..result import NO_OP, OURS, Result, Target, cpu_of, wall_of

NAME = "burst"
WHAT = "longest turn of the event loop with 10,000 simultaneous state changes, 500 of them discrete"
LIMIT = 1.2
CHANGES = 10_000
DISCRETE = 500
# As many as fit into an actor's channel.
FEW_DISCRETE = 32
_WORDS = ("Wait for car", "Charging")


class Heart:
    """Runs once per turn of the event loop. The longest pause between two runs is the time of a blocked loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._beating = True
        self._wall, self._cpu = time.perf_counter(), time.thread_time()
        self.wall_s = self.cpu_s = self.busy_s = 0.0
        self._loop.call_soon(self._beat)

    def stop(self) -> None:
        """Stop."""
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
    """The entities of a charger that all change at once, and a listener."""

    def __init__(self, hass: HomeAssistant, name: str, slug: str) -> None:
        self.name = name
        self.until_quiet_ms = float("inf")
        self.clock = SteppingClock()
        self.charging = Charging(slug, CHANGES)
        self.status = f"sensor.{slug}_status"
        self._hass = hass
        say(hass, self.charging.at_rest())

    async def lap(self) -> Lap:
        """Send one burst."""
        heart = await self.burst(DISCRETE)
        self.until_quiet_ms = min(self.until_quiet_ms, heart.busy_s * 1000)
        return Lap(heart.cpu_s, heart.wall_s, CHANGES)

    async def burst(self, discrete: int) -> Heart:
        """Send all changes in one turn of the event loop and give the listener some seconds to handle them."""
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
        """Finish the work that the burst caused."""
        await turns()

    def _changes(self, discrete: int) -> Sequence[Change]:
        """Mix the status evenly into the samples. After an even number of words it has its first value again."""
        apart = CHANGES // discrete
        deltas = self.charging.deltas((apart - 1) * discrete // CHANGES_PER_DELTA)
        samples = iter([change for delta in deltas for change in delta])
        return [
            Change(self.status, _WORDS[number // apart % 2]) if number % apart == 0 else next(samples)
            for number in range(apart * discrete)
        ]


class Ours(Flooded):
    """A burst that this integration listens to."""

    charger: BenchCharger

    async def open(self) -> None:
        """Begin a session."""
        self.charger = await BenchCharger.open(self._hass, self.clock, household_entry("ours"), "burst.db")
        await self.charger.start(self.clock.move)

    async def settle(self) -> None:
        """Let the pipeline and the ledger finish."""
        await self.charger.idle()


async def run(rounds: int) -> Result:
    """Measure the blocked time, then check the outcome of the changes."""
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
    """Return the effect of one burst: the acts that arrived or were lost, and the recorded against the sent energy."""
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
        **_recorded(record),
        "fed_kwh": ours.charging.session_wh / 1000,
    }


def _recorded(record: SessionRecord | None) -> dict[str, Any]:
    """Return the session's gap mark and energy, None without a session."""
    if record is None:
        return {"data_gap": None, "session_kwh": None}
    return {"data_gap": record.data_gap, "session_kwh": record.energy_mwh / 1e6}
