"""Many chargers in one Home Assistant, with one clock and one ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from aiostream import pipe, stream
from homeassistant.core import HomeAssistant

from .charger import BenchCharger, WatchedLedger
from .clock import SteppingClock
from .deltas import CHANGES_PER_DELTA, Charging, Delta, feed, say, turns
from .frame import Lap, Stopwatch
from .household import charger_ids, charger_slug, household_entry

# Fewer than in other cases. Rounds stay short, and the wakes of the pipeline have more weight.
CHANGES_PER_SECOND = 200
_DELTAS_PER_SECOND = CHANGES_PER_SECOND // CHANGES_PER_DELTA
# Deltas made in advance at a time: enough to hide the cost of making more, few enough to fit in memory.
_CHUNK = 5_000
_DAY_S = 86_400


class Crowd:
    """Many chargers that all charge and send `CHANGES_PER_SECOND` each, and a listener.

    The length of a lap is chosen so that few and many chargers make about the same number of changes.
    """

    def __init__(self, hass: HomeAssistant, name: str, size: int, slug: str) -> None:
        """Set the states of all entities."""
        self.name = name
        self.size = size
        self.clock = SteppingClock()
        self.feeds = [
            Charging(charger_slug(f"{slug}_{size}", number), CHANGES_PER_SECOND, seed=number) for number in range(size)
        ]
        self._seconds = max(1, 50 // size)
        self._hass = hass
        for each in self.feeds:
            say(hass, each.at_rest())

    async def lap(self) -> Lap:
        """Play some house seconds; the deltas are made between the measured chunks."""
        cpu = wall = 0.0
        count = 0
        async for chunk in mixed(self.feeds, self._seconds * _DELTAS_PER_SECOND):
            with Stopwatch() as watch:
                await feed(self._hass, chunk, self.clock.move, 1 / (_DELTAS_PER_SECOND * self.size))
                await self.settle()
            cpu, wall, count = cpu + watch.cpu_s, wall + watch.wall_s, count + len(chunk)
        return Lap(cpu, wall, count * CHANGES_PER_DELTA)

    async def settle(self) -> None:
        """Finish the work that the lap caused."""
        await turns()


class ChargingCrowd(Crowd):
    """The same chargers, each with a pipeline of this integration. No entities, and no checkpoint in a lap."""

    ledger: WatchedLedger
    chargers: Sequence[BenchCharger] = ()
    tasks_per_charger = 0.0

    async def open(self) -> None:
        """Begin all sessions."""
        hass = self._hass
        slug = self.feeds[0].power.removeprefix("sensor.").removesuffix("_power")
        entry = household_entry(slug, {"checkpoint_s": _DAY_S}, chargers=self.size)
        zone = ZoneInfo(hass.config.time_zone)
        ledger = await WatchedLedger.open(Path(hass.config.path(f"crowd_{self.size}.db")), zone)
        assert isinstance(ledger, WatchedLedger)
        self.ledger = ledger
        before = len(asyncio.all_tasks())
        self.chargers = [BenchCharger(hass, self.clock, entry, ledger, each) for each in charger_ids(self.size)]
        await asyncio.gather(*(each.runtime.start(entry) for each in self.chargers))
        for _ in range(10):
            self.clock.move(1.0)
            await self.settle()
        self.tasks_per_charger = (len(asyncio.all_tasks()) - before) / self.size
        self.charged_mwh()

    async def settle(self) -> None:
        """Wait for running commits too."""
        await turns()
        while await self.ledger.settle():
            await turns()

    def charged_mwh(self) -> Sequence[int]:
        """Return the energy of each running session so far. Raises RuntimeError if a charger has none, as that would
        cost less.
        """
        records = [each.views[-1].progress.record for each in self.chargers]
        running = [record.energy_mwh for record in records if record is not None]
        if len(running) < self.size:
            raise RuntimeError(f"{self.size - len(running)} of {self.size} sessions do not run")
        return running

    def missing_kwh(self) -> float:
        """Return the largest difference between a session's energy and the sent energy of its charger."""
        pairs = zip(self.feeds, self.charged_mwh(), strict=True)
        return max(abs(each.session_wh / 1000 - mwh / 1e6) for each, mwh in pairs)

    async def finish(self) -> None:
        """Let the last samples through."""
        self.clock.move(2.0)
        await self.settle()

    async def close(self) -> None:
        """Stop all pipelines and close the ledger."""
        await asyncio.gather(*(each.runtime.stop(10.0) for each in self.chargers))
        await self.ledger.close()


async def mixed(feeds: Sequence[Charging], deltas: int) -> AsyncIterator[list[Delta]]:
    """Yield the next deltas of all feeds in chunks, one delta of each feed in turn."""
    rows = stream.range(deltas) | pipe.map(lambda *_: [each.deltas(1)[0] for each in feeds])
    async with (rows | pipe.chunks(max(1, _CHUNK // len(feeds)))).stream() as chunks:
        async for chunk in chunks:
            yield [delta for row in chunk for delta in row]
