"""The course of the demo: chargers, Home Assistant, household, then one line per session until it is enough."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.const import __version__ as core_version

from benchmarks.simulator import Scenario, demo_garage

from .api import Api
from .browser import open_browser
from .comparison import Yardstick
from .config_directory import TIME_ZONE, prepare
from .dashboard import show_dashboard
from .data_directory import DataDirectory
from .home_assistant_process import HomeAssistantProcess
from .household import DOMAIN, connect_chargers, household_ids, price_of, set_up_household
from .meters import save_meters, with_meters
from .motion import FastMotion
from .options import Options
from .ports import HOST, free_port
from .recorded import latest_time, recorded_sessions
from .scenario_file import write_scenario
from .simulator_process import ChargerAddress, SimulatorProcess
from .terminal import say
from .watch import Watch

_PASSWORD = "simulator"
# House time begins so long after the last thing that an earlier run wrote down.
_PAUSE_S = 600.0


async def run(options: Options, enough: asyncio.Event) -> int:
    """Runs until `enough` is set or the sessions that were asked for are on record; the exit code."""
    say(f"Home Assistant {core_version}, two simulated go-e chargers, {options.speed:g} times as fast as life.")
    async with AsyncExitStack() as stack:
        watch = await _unless(enough, _open(stack, options))
        code = await watch.until(enough, options.sessions) if watch else 0
    return code


async def _open(stack: AsyncExitStack, options: Options) -> Watch:
    """Everything up to the moment at which the first driver may set off."""
    data = DataDirectory(options.data.resolve())
    stack.enter_context(data.claimed())
    port, config = free_port(options.port), data.config
    kept = prepare(config, port, keep=options.keep)
    earlier = {each.session_id for each in recorded_sessions(config)}
    motion = _motion(options.speed, config)
    scenario = demo_garage(options.seed, password=_PASSWORD)
    scenario = with_meters(scenario, data.meters) if kept else scenario
    write_scenario(scenario, data.scenario)
    simulator = await stack.enter_async_context(
        SimulatorProcess(data.scenario, motion, options.seed, data.simulator_log)
    )
    # After Home Assistant has ended: what it heard last must not be more than what it hears next.
    stack.push_async_callback(save_meters, simulator, data.meters)
    url = f"http://{HOST}:{port}"
    say(f"Starting; the log is {data.home_assistant_log}")
    home_assistant = await stack.enter_async_context(HomeAssistantProcess(config, url, motion, data.home_assistant_log))
    path = await _furnish(home_assistant.api, simulator.chargers, scenario)
    yardstick = _yardstick(scenario, motion)
    watch = await stack.enter_async_context(Watch(home_assistant, simulator, config, yardstick, earlier))
    _invite(url, path, headless=options.headless)
    return watch


def _motion(rate: float, config: Path) -> FastMotion:
    """House time begins at the wall's, but never before what is on record."""
    latest, now = latest_time(config), time.time()
    return FastMotion(rate, now, max(now, latest + _PAUSE_S) if latest else now)


def _yardstick(scenario: Scenario, motion: FastMotion) -> Yardstick:
    prices = {charger.name: price_of(position) for position, charger in enumerate(scenario.chargers)}
    resolution = max(charger.wh_step_mwh for charger in scenario.chargers)
    return Yardstick.at_speed(motion.rate, prices, resolution, ZoneInfo(TIME_ZONE))


async def _furnish(api: Api, chargers: Sequence[ChargerAddress], scenario: Scenario) -> str:
    """What was there before this integration, then the household; the path of the dashboard."""
    await connect_chargers(api, chargers, scenario)
    ids = await household_ids(api) or await set_up_household(api, chargers, scenario)
    return await show_dashboard(api, ids)


def _invite(url: str, path: str, *, headless: bool) -> None:
    say(f"Ready: {url} – no login needed from this machine; Ctrl-C ends it.")
    say(f"The set-up is at {url}/config/integrations/integration/{DOMAIN}")
    say("Each line below is a charging session, told when the car has left, in the house's time.\n")
    if not headless:
        open_browser(url + path)


async def _unless[T](enough: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """The result of `work`; None if it was enough before, and the work is then taken back."""
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
