"""The course of the demo: chargers, Home Assistant, household, then scenes and random visits."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.const import __version__ as core_version

from benchmarks.simulator import Scenario

from .answer import Answers
from .api import Api
from .browser import open_browser
from .comparison import Yardstick
from .config_directory import TIME_ZONE, prepare
from .dashboard import show_dashboard
from .data_directory import DataDirectory
from .expectation import Expectation
from .garage import default_users, everyday_garage, prices_of, scene_garage
from .home_assistant_process import HomeAssistantProcess
from .household import DOMAIN, HouseholdIds, connect_chargers, set_up_household
from .meters import save_meters, with_meters
from .motion import FastMotion
from .options import Options
from .ports import HOST, free_port
from .recorded import latest_time, recorded_sessions
from .scenario_file import write_scenario
from .scene import play_all
from .scenes import BY_NAME
from .simulator_process import ChargerAddress, SimulatorProcess
from .stage import Stage
from .terminal import TERMINAL, say
from .totals import wrong_totals
from .watch import Watch

# House time begins this long after the last time that an earlier run recorded.
_PAUSE_S = 600.0


async def run(options: Options, enough: asyncio.Event) -> int:
    """Run until `enough` is set or all requested scenes and sessions were shown; return the exit code."""
    scenario = scene_garage(options.seed) if options.scenes else everyday_garage(options.seed)
    chargers = f"{len(scenario.chargers)} simulated chargers"
    say(f"Home Assistant {core_version}, {chargers}, {options.speed:g} times as fast as real time.")
    async with AsyncExitStack() as stack:
        stage = await _unless(enough, _open(stack, options, scenario))
        code = await _course(stage, options, enough) if stage else 0
    return code


async def _course(stage: Stage, options: Options, enough: asyncio.Event) -> int:
    """Play the scenes, then random visits."""
    await stage.simulator.begin()
    if not options.scenes:
        return await stage.watch.until(enough, options.sessions)
    well = await _unless(enough, play_all([BY_NAME[name] for name in options.scenes], stage))
    wrong = [] if enough.is_set() else await wrong_totals(stage)
    for each in wrong:
        say(f"✗ {each}")
    code = max(await stage.watch.conclude(), int(well is False or bool(wrong)))
    if options.ends or enough.is_set():
        return code
    say("\nThe scenes are finished. Random visits follow; press Ctrl-C to stop.\n")
    await stage.simulator.mix()
    return max(code, await stage.watch.until(enough, options.sessions))


async def _open(stack: AsyncExitStack, options: Options, scenario: Scenario) -> Stage:
    """Start everything that must be ready before the first driver arrives."""
    data = DataDirectory(options.data.resolve())
    stack.enter_context(data.claimed())
    port, config = free_port(options.port), data.config
    kept = prepare(config, port, keep=options.keep)
    earlier = {each.session_id for each in recorded_sessions(config)}
    motion = _motion(options.speed, config)
    scenario = with_meters(scenario, data.meters) if kept else scenario
    write_scenario(scenario, data.scenario)
    simulator = await stack.enter_async_context(
        SimulatorProcess(data.scenario, motion, options.seed, data.simulator_log)
    )
    # Save the counters after Home Assistant has ended: its last readings must not be higher than those of the next run.
    stack.push_async_callback(save_meters, simulator, data.meters)
    url = f"http://{HOST}:{port}"
    say(f"Starting Home Assistant; its log is {data.home_assistant_log}")
    home_assistant = await stack.enter_async_context(HomeAssistantProcess(config, url, motion, data.home_assistant_log))
    ids, path = await _furnish(home_assistant.api, simulator.chargers, scenario)
    yardstick, expectation = _yardstick(scenario, motion, scenes=bool(options.scenes)), _expectation(scenario, ids)
    watch = await stack.enter_async_context(Watch(home_assistant, simulator, config, yardstick, expectation, earlier))
    _invite(url, path, headless=options.headless)
    return Stage(
        simulator=simulator,
        home_assistant=home_assistant,
        watch=watch,
        ids=ids,
        config=config,
        motion=motion,
        yardstick=yardstick,
        expectation=expectation,
        answers=Answers(TERMINAL, options.name_card),
    )


def _motion(rate: float, config: Path) -> FastMotion:
    """Return the start of house time: the wall time, but never before a recorded time."""
    latest, now = latest_time(config), time.time()
    return FastMotion(rate, now, max(now, latest + _PAUSE_S) if latest else now)


def _yardstick(scenario: Scenario, motion: FastMotion, *, scenes: bool) -> Yardstick:
    resolution = max(charger.wh_step_mwh for charger in scenario.chargers)
    yardstick = Yardstick.at_speed(motion.rate, prices_of(scenario), resolution, ZoneInfo(TIME_ZONE))
    # During scenes Home Assistant also does other work, such as adding users. Allow one elapsed second.
    if scenes:
        return replace(yardstick, time_s=max(yardstick.time_s, motion.rate))
    return yardstick


def _expectation(scenario: Scenario, ids: HouseholdIds) -> Expectation:
    """Return the owners of the cards without a driver. An earlier run may have added an owner."""
    expectation = Expectation(default_users(scenario))
    known = {driver.card for driver in scenario.drivers.values() if driver.kind != "unknown"}
    for charger in scenario.chargers:
        for slot in range(1, 11):
            owner = ids.owner_of(charger.name, slot)
            if owner is not None and slot not in known:
                expectation.name(charger.name, slot, owner)
    return expectation


async def _furnish(api: Api, chargers: Sequence[ChargerAddress], scenario: Scenario) -> tuple[HouseholdIds, str]:
    """Set up the existing chargers, then the household; return its ids and the path of the dashboard."""
    await connect_chargers(api, chargers, scenario)
    ids = await set_up_household(api, chargers, scenario)
    return ids, await show_dashboard(api, ids)


def _invite(url: str, path: str, *, headless: bool) -> None:
    say(f"Ready: {url} – no login needed from this computer; press Ctrl-C to stop.")
    say(f"The configuration is at {url}/config/integrations/integration/{DOMAIN}")
    say("Each line with a time is a charging session, shown when the car has left. Times are simulated.\n")
    if not headless:
        open_browser(url + path)


async def _unless[T](enough: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """Return the result of `work`, or None if `enough` was set first and `work` was cancelled."""
    working, waiting = asyncio.create_task(work), asyncio.create_task(enough.wait())
    try:
        await asyncio.wait((working, waiting), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        return None
    finally:
        waiting.cancel()
