"""Collects the results of a campaign and judges them."""

import json
from dataclasses import replace

from benchmarks.demo.garage import price_of
from benchmarks.demo.recorded import recorded_sessions

from .cries import cries
from .home import Home
from .ledger_file import complaints
from .verdict import Evidence, Verdict, judge
from .watching import watched


async def reckoning(home: Home, deaths: list[float]) -> Verdict:
    """Judge the results. `deaths`: the end of each Home Assistant in epoch seconds of the wall clock, the last one in
    order.
    """
    house_deaths = [home.house_time(each) for each in deaths]
    lines = [{**line, "at": home.house_time(line["at"])} for line in home.witness.lines]
    truths = [each for each in await home.simulator.finished() if each["unplugged_at"] < house_deaths[-1]]
    (home.config.parent / "truth.json").write_text(json.dumps({"truths": truths, "deaths": house_deaths}, indent=1))
    verdict = judge(
        Evidence(
            truths=truths,
            records=recorded_sessions(home.config),
            watched={each.name: watched(lines, house_deaths, each.serial) for each in home.scenario.chargers},
            prices={charger.name: price_of(number) for number, charger in enumerate(home.scenario.chargers)},
            witness=home.witness,
            rate=home.motion.rate,
        )
    )
    found = (*complaints(home.config), *cries(home.log.read_text(errors="replace")))
    return replace(verdict, complaints=(*verdict.complaints, *found))
