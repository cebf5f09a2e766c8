"""The times of the kills: any time, and more often critical moments."""

import asyncio
import time
from collections.abc import Callable
from enum import StrEnum
from random import Random

from benchmarks.demo.recorded import LEDGER_FILE
from benchmarks.simulator import Scenario

from .home import Home, Life

# Longest wait for a driver or a commit, in elapsed seconds, before any moment is accepted.
_PATIENCE_S = 12.0
_STARTS_IN_S = 4.0
# Elapsed seconds before and after an act, in which its consequences are handled.
_AROUND_S = (-0.03, 0.25)
_LOOK_EVERY_S = 0.0005
_ACTS_INSTEAD = 0.5
# More kills in a row before Home Assistant has started would be an absence in which whole visits disappear.
_MOST_UNSTARTED = 2


class Moment(StrEnum):
    """The activity at the moment of the kill."""

    ANY = "any time"
    STARTING = "starting"
    RECOVERING = "recovering"
    PLUG = "plug-in"
    UNPLUG = "unplug"
    GRACE = "grace"
    COMMIT = "commit"


_WEIGHTS = {
    Moment.ANY: 30,
    Moment.STARTING: 15,
    Moment.RECOVERING: 15,
    Moment.PLUG: 10,
    Moment.UNPLUG: 10,
    Moment.GRACE: 8,
    Moment.COMMIT: 12,
}
# Moments that even a short run contains.
_FIRST = (Moment.COMMIT, Moment.STARTING, Moment.UNPLUG, Moment.RECOVERING)
_ACTS = (Moment.PLUG, Moment.UNPLUG, Moment.GRACE)
_UNSTARTED = (Moment.STARTING, Moment.RECOVERING)


def moments(kills: int, rng: Random) -> list[Moment]:
    """Return this number of moments, drawn by their weights after the first few."""
    drawn = list(_FIRST[:kills])
    unstarted = 0
    while len(drawn) < kills:
        moment = rng.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        unstarted = unstarted + 1 if moment in _UNSTARTED else 0
        if unstarted <= _MOST_UNSTARTED:
            drawn.append(moment)
    return drawn


class Executioner:
    """Waits for a moment in the life of a Home Assistant, and kills it."""

    def __init__(self, home: Home, scenario: Scenario, rng: Random) -> None:
        self._home = home
        self._scenario = scenario
        self._rng = rng

    async def kill(self, life: Life, moment: Moment) -> Moment:
        """Kill at such a moment; return the moment of the kill, which differs if this one did not come soon enough."""
        match moment:
            case Moment.STARTING:
                await asyncio.sleep(self._rng.uniform(0.3, _STARTS_IN_S))
            case Moment.RECOVERING:
                await self._recovering(life)
            case _:
                await self._home.started(life)
                moment = await self._under_way(moment)
        if life.process.ended:
            raise life.process.failure("ended by itself")
        await life.process.kill()
        return moment

    async def _recovering(self, life: Life) -> None:
        """Wait until a charger is available again and its session is recovered."""
        back = await self._home.witness.until(lambda line: line["what"] == "back", life.since, 60)
        if back is None:
            raise life.process.failure("saw no charger")
        await asyncio.sleep(self._rng.uniform(0, 0.2))

    async def _under_way(self, moment: Moment) -> Moment:
        if moment is Moment.COMMIT and await self._commit():
            return moment
        for act in self._worth_waiting_for(moment):
            wall = await self._act(act)
            if wall is not None:
                await asyncio.sleep(max(0.0, wall - time.time()))
                return act
        await asyncio.sleep(self._rng.uniform(0.1, 5.0))
        return Moment.ANY

    def _worth_waiting_for(self, moment: Moment) -> list[Moment]:
        """Wait for the drawn act. If any time is accepted, half of the kills still wait for an act, because acts are
        rare.
        """
        if moment in _ACTS:
            return [moment]
        if self._rng.random() < _ACTS_INSTEAD:
            return self._rng.sample(_ACTS, len(_ACTS))
        return []

    async def _commit(self) -> bool:
        """Wait a while, then for the next write to the ledger's file."""
        await asyncio.sleep(self._rng.uniform(0.1, 3.0))
        return await _until_changed(lambda: _written(self._home), _PATIENCE_S)

    async def _act(self, moment: Moment) -> float | None:
        """Return the wall time at or near the next such act of a driver; None if it is too far away."""
        state, now = await self._home.simulator.state(), time.time()
        finished = await self._home.simulator.finished()
        coming = []
        for charger in state["chargers"]:
            serial = charger["serial"]
            number = sum(each["charger"] == serial for each in finished)
            visit = self._scenario.opening[serial][number] if charger["plug_at"] is not None else None
            act = charger["plug_at" if moment is Moment.PLUG else "unplug_at"]
            if visit is None or (moment is Moment.GRACE and (visit.lags.unlock_s or 0) < 10):
                continue
            locked_s = (visit.lags.unlock_s or 0) / self._home.motion.rate
            around = (0.1, locked_s) if moment is Moment.GRACE else _AROUND_S
            wall = self._home.wall_time(act) + self._rng.uniform(*around)
            if now < wall < now + _PATIENCE_S:
                coming.append(wall)
        return min(coming, default=None)


def _written(home: Home) -> tuple[int, int]:
    log = home.config / f"{LEDGER_FILE}-wal"
    if not log.exists():
        return (0, 0)
    found = log.stat()
    return found.st_size, found.st_mtime_ns


async def _until_changed(look: Callable[[], object], seconds: float) -> bool:
    first, deadline = look(), time.monotonic() + seconds
    while look() == first:
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(_LOOK_EVERY_S)
    return True
