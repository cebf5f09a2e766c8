"""The shutdown campaign: Home Assistant is stopped while everything is active, and starts again."""

import asyncio
import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from random import Random

import aiohttp

from benchmarks.demo.errors import DemoError
from benchmarks.demo.home_assistant_process import HomeAssistantProcess
from benchmarks.demo.household import household_ids
from benchmarks.demo.motion import FastMotion
from benchmarks.demo.recorded import LEDGER_FILE
from benchmarks.demo.scenario_file import write_scenario
from benchmarks.demo.simulator_process import SimulatorProcess

from .cries import cries
from .day import scripted_day
from .editing import edit_charger
from .home import Home
from .reckoning import reckoning
from .verdict import Verdict
from .witness import COMPLETED

# Deltas per second of all chargers together.
FLOOD = 1_000.0
# A pipeline is drained within 6 s, all in parallel. Home Assistant gives all shutdown jobs together 20 s.
STOPS_WITHIN_S = 20.0
# Longer than a commit, and shorter than the time that the ledger waits for another writer.
_LOCKED_S = 1.0
_SETTLES_S = 1.0


class Work(StrEnum):
    """The activity at the moment of the stop, in addition to samples."""

    CHARGING = "charging"
    COMMIT = "commit"
    EDIT = "edit"
    RELOAD = "reload"


# With these, Home Assistant may have to cancel the set-up of an entry, and logs it.
_CANCELS = (Work.RELOAD,)
_CANCELLED = ("Error setting up entry", "Setup of config entry")
# An edit may have drained its charger a moment before the stop; the charger does not start again after it.
_EDITED_S = 2.0


@dataclass(slots=True)
class Stops:
    """The outcome: the number of stops by activity, the longest stop (s), and all complaints."""

    rounds: Counter[Work] = field(default_factory=Counter)
    longest_s: float = 0.0
    complaints: list[str] = field(default_factory=list)
    verdict: Verdict | None = None

    def summary(self) -> str:
        """Return a one-line summary."""
        kinds = ", ".join(f"{count} during {work}" for work, count in self.rounds.items())
        return (
            f"{self.rounds.total()} stops ({kinds}) at {FLOOD:.0f} deltas a second, the longest {self.longest_s:.1f} s"
            f" · {self.verdict.line() if self.verdict else 'sessions not awaited'}"
        )


@dataclass(frozen=True, slots=True)
class StopPlan:
    """The size of the campaign. `outlive`: sessions that end after the last restart before the judgement; 0: no
    judgement.
    """

    seed: int
    works: tuple[Work, ...]
    rate: float
    outlive: int


async def run(plan: StopPlan, root: Path) -> Stops:
    """Start and stop as planned, and judge."""
    now, calm = time.time(), scripted_day(plan.seed)
    chargers = tuple(replace(each, flood=FLOOD / len(calm.chargers)) for each in calm.chargers)
    scenario, motion, stops = replace(calm, chargers=chargers), FastMotion(plan.rate, now, now), Stops()
    file = write_scenario(scenario, root / "scenario.json")
    async with SimulatorProcess(file, motion, plan.seed, root / "simulator.log") as simulator:
        home = await Home(root, simulator, scenario, motion).set_up(doors=True)
        deaths, rng = [time.time()], Random(f"{plan.seed}/stops")
        await simulator.begin()
        for work in plan.works:
            async with home.accessible() as home_assistant:
                await asyncio.sleep(rng.uniform(1.0, 4.0))
                await _stop(home, home_assistant, work, stops, rng)
            deaths.append(time.time())
        if plan.outlive:
            async with home.accessible():
                await _sessions(home, plan.outlive)
            deaths.append(time.time())
            stops.verdict = await reckoning(home, deaths)
            # The log was checked after each stop, with regard to its activity.
            stops.complaints += [each for each in stops.verdict.complaints if not each.startswith("the log")]
    return stops


async def _stop(home: Home, home_assistant: HomeAssistantProcess, work: Work, stops: Stops, rng: Random) -> None:
    logged = home.log.stat().st_size
    async with _under_way(home, home_assistant, work, rng):
        asked = time.time()
        os.kill(home_assistant.process.pid, signal.SIGTERM)
        code = await asyncio.wait_for(home_assistant.process.wait(), 3 * STOPS_WITHIN_S)
    took_s = time.time() - asked
    stops.rounds[work] += 1
    stops.longest_s = max(stops.longest_s, took_s)
    found = [f"exit code {code}"] if code else []
    found += [f"it took {took_s:.1f} s"] if took_s > STOPS_WITHIN_S else []
    found += _said(home.log, logged, work)
    found += _left_behind(home, home.house_time(asked), work)
    stops.complaints += [f"stop {stops.rounds.total()}, {work}: {what}" for what in found]


def _said(log: Path, since: int, work: Work) -> list[str]:
    """Return the complaints since the last check. Home Assistant itself logs a set-up that it cancels."""
    with log.open("rb") as file:
        file.seek(since)
        said = cries(file.read().decode(errors="replace"))
    return [entry for entry in said if work not in _CANCELS or not any(mark in entry for mark in _CANCELLED)]


def _left_behind(home: Home, asked: float, work: Work) -> list[str]:
    """Check that each charger's last checkpoint is newer than the stop, and that closing merged the write-ahead log."""
    with closing(sqlite3.connect(f"{(home.config / LEDGER_FILE).as_uri()}?mode=ro", uri=True)) as database:
        kept = database.execute("SELECT charger_id, utc FROM checkpoints").fetchall()
    since = asked - _EDITED_S * home.motion.rate if work is Work.EDIT else asked
    stale = [f"the checkpoint of {charger} is {asked - utc:.1f} house s old" for charger, utc in kept if utc < since]
    if len(kept) != len(home.scenario.chargers):
        stale.append(f"{len(kept)} checkpoints")
    if work in _CANCELS:
        return []
    return stale


@asynccontextmanager
async def _under_way(home: Home, home_assistant: HomeAssistantProcess, work: Work, rng: Random) -> AsyncIterator[None]:
    """Run an activity inside Home Assistant, and end it afterwards."""
    match work:
        case Work.CHARGING:
            yield
        case Work.COMMIT:
            async with _commit_waits(home):
                yield
        case Work.EDIT | Work.RELOAD:
            busy = asyncio.create_task(_busy(home_assistant, work, rng))
            await asyncio.sleep(rng.uniform(0.05, 0.3))
            yield
            busy.cancel()
            await asyncio.wait([busy])


async def _busy(home_assistant: HomeAssistantProcess, work: Work, rng: Random) -> None:
    """Repeat until Home Assistant closes the connection."""
    api = home_assistant.api
    ids = await household_ids(api)
    assert ids is not None, "the household is set up"
    with suppress(aiohttp.ClientError, DemoError, TimeoutError):
        while True:
            if work is Work.RELOAD:
                await api.post(f"config/config_entries/entry/{ids.entry_id}/reload", {})
            else:
                charger = rng.choice(sorted(ids.chargers.values()))
                power = round(rng.uniform(11.0, 22.0), 1)
                await edit_charger(api, ids.entry_id, charger, {"max_power_kw": power})


@asynccontextmanager
async def _commit_waits(home: Home) -> AsyncIterator[None]:
    """Lock the ledger's file as another writer: commits wait, and succeed afterwards."""
    with closing(sqlite3.connect(home.config / LEDGER_FILE, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        free = asyncio.get_running_loop().call_later(_LOCKED_S, other.execute, "ROLLBACK")
        try:
            yield
        finally:
            free.cancel()


async def _sessions(home: Home, number: int) -> None:
    """Wait until this number of further sessions has ended and been announced."""
    for _ in range(number):
        since = len(home.witness.lines)
        line = await home.witness.until(lambda line: line["what"] == COMPLETED, since, 180)
        assert line is not None, "no session ended within three minutes"
    await asyncio.sleep(_SETTLES_S)
