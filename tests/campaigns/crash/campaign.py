"""The crash campaign: one day, two chargers, and a Home Assistant that is killed again and again."""

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.demo.motion import FastMotion
from benchmarks.demo.scenario_file import write_scenario
from benchmarks.demo.simulator_process import SimulatorProcess

from .day import scripted_day
from .home import Home
from .moments import Executioner, Moment, moments
from .reckoning import reckoning
from .verdict import Verdict
from .witness import COMPLETED

_PATIENCE_S = 300.0
_LOOK_EVERY_S = 0.1
# Time after the last announced session in which its event is also marked as delivered.
_SETTLES_S = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The size of the campaign. `rate`: house seconds per second; `budget_s`: no kill begins after this time.

    The outcome is judged when `sessions` have ended in total, and `outlive` of them after the last kill.
    """

    seed: int
    kills: int
    rate: float
    budget_s: float
    sessions: int
    outlive: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome. `kills` by moment, `house_s` the length of the day so far."""

    kills: Counter[Moment]
    house_s: float
    verdict: Verdict

    def summary(self) -> str:
        """Return a one-line summary."""
        kinds = ", ".join(f"{count} {moment}" for moment, count in self.kills.most_common())
        return f"{self.kills.total()} kills ({kinds}) in {self.house_s / 3600:.1f} house hours · {self.verdict.line()}"


async def run(plan: Plan, root: Path) -> Outcome:
    """Set up, kill, let the last Home Assistant end in order, and judge."""
    now, scenario = time.time(), scripted_day(plan.seed)
    motion = FastMotion(plan.rate, now, now)
    file = write_scenario(scenario, root / "scenario.json")
    async with SimulatorProcess(file, motion, plan.seed, root / "simulator.log") as simulator:
        home = await Home(root, simulator, scenario, motion).set_up()
        deaths, kills = [time.time()], Counter[Moment]()
        began = time.monotonic()
        executioner = Executioner(home, scenario, Random(f"{plan.seed}/kills"))
        for moment in moments(plan.kills, Random(f"{plan.seed}/moments")):
            if time.monotonic() - began > plan.budget_s:
                break
            kills[await _die(home, executioner, moment)] += 1
            deaths.append(time.time())
        house_s = (time.monotonic() - began) * plan.rate
        async with home.living():
            await _outlive(home, plan)
        deaths.append(time.time())
        home.witness.read()
        verdict = await reckoning(home, deaths)
    return Outcome(kills, house_s, verdict)


async def _die(home: Home, executioner: Executioner, moment: Moment) -> Moment:
    life = await home.start()
    try:
        if life.first:
            # No driver comes before Home Assistant watches the chargers.
            await home.started(life)
            await home.simulator.begin()
        return await executioner.kill(life, moment)
    finally:
        if not life.process.ended:
            await life.process.kill()


async def _outlive(home: Home, plan: Plan) -> None:
    """Wait until the planned number of sessions has ended and been announced."""
    wanted = max(plan.sessions, len(_told(home)) + plan.outlive)
    deadline = time.monotonic() + _PATIENCE_S
    while len(_told(home)) < wanted:
        assert time.monotonic() < deadline, f"{len(_told(home))} sessions ended, not {wanted}"
        await asyncio.sleep(_LOOK_EVERY_S)
    await asyncio.sleep(_SETTLES_S)


def _told(home: Home) -> set[str]:
    home.witness.read()
    return {each["session_id"] for each in home.witness.heard(COMPLETED)}
