"""Home Assistant dies during a session, as in a power failure."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from benchmarks.demo.comparison import Yardstick, compare
from benchmarks.demo.config_directory import TIME_ZONE, prepare
from benchmarks.demo.garage import price_of
from benchmarks.demo.home_assistant_process import HomeAssistantProcess
from benchmarks.demo.household import connect_chargers, set_up_household
from benchmarks.demo.motion import FastMotion
from benchmarks.demo.ports import HOST, free_port
from benchmarks.demo.recorded import recorded_sessions
from benchmarks.demo.scenario_file import write_scenario
from benchmarks.demo.simulator_process import SimulatorProcess
from benchmarks.simulator import Scenario, Visit, demo_garage

SPEED = 120.0
# One elapsed minute: enough to restart Home Assistant while the car charges.
STAY_S = 60 * SPEED
STARTED, COMPLETED = "ev_charging_manager_session_started", "ev_charging_manager_session_completed"

type Heard = list[tuple[str, dict[str, Any]]]


def one_long_session() -> Scenario:
    garage = demo_garage(1)
    left = garage.chargers[0]
    visit = Visit(driver="Anna", after_s=60, stay_s=STAY_S, soc=0.1, card=1, card_s=-9)
    drivers = {"Anna": garage.drivers["Anna"]}
    return replace(garage, chargers=(left,), drivers=drivers, opening={left.serial: (visit,)}, then="stop")


@asynccontextmanager
async def listening(home_assistant: HomeAssistantProcess, heard: Heard) -> AsyncIterator[None]:
    socket = await home_assistant.api.socket()
    for event_type in (STARTED, COMPLETED):
        await socket.command("subscribe_events", event_type=event_type)

    async def listen() -> None:
        async for event in socket.events():
            heard.append((event["event_type"], event["data"]))

    task = asyncio.create_task(listen())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        await socket.close()


async def until[T](look: Callable[[], Awaitable[T]], seconds: float) -> T:
    """Return the first result that is not empty."""
    deadline = time.monotonic() + seconds
    while not (answer := await look()):
        assert time.monotonic() < deadline, "it took too long"
        await asyncio.sleep(0.1)
    return answer


async def written(config: Path, subentry_id: str) -> bool:
    registry = config / ".storage" / "core.entity_registry"
    return registry.exists() and subentry_id in registry.read_text()


async def crash_and_recover(root: Path, heard: Heard) -> list[dict[str, Any]]:
    """Play everything up to the end of the session; return the true session."""
    config, now, scenario = root / "config", time.time(), one_long_session()
    motion, port = FastMotion(SPEED, now, now), free_port(0)
    prepare(config, port, keep=False)
    file = write_scenario(scenario, root / "scenario.json")

    def home_assistant() -> HomeAssistantProcess:
        return HomeAssistantProcess(config, f"http://{HOST}:{port}", motion, root / "home-assistant.log")

    async with SimulatorProcess(file, motion, 1, root / "simulator.log") as simulator:

        async def well_under_way() -> bool:
            (charger,) = (await simulator.state())["chargers"]
            return bool(charger["wh"] > 2_000) and any(name == STARTED for name, _ in heard)

        async def completed() -> bool:
            return any(name == COMPLETED for name, _ in heard)

        async with home_assistant() as first, listening(first, heard):
            await connect_chargers(first.api, simulator.chargers, scenario)
            ids = await set_up_household(first.api, simulator.chargers, scenario)
            # Home Assistant stores its registry ten seconds late. Without it, no charger would be known.
            await until(lambda: written(config, ids.users["Anna"]), 60)
            await simulator.begin()
            await until(well_under_way, 60)
            await first.process.kill()
        assert not await simulator.finished(), "the car left before Home Assistant was killed"
        async with home_assistant() as second, listening(second, heard):
            assert not await simulator.finished(), "the car left before Home Assistant was back"
            await until(simulator.finished, 90)
            await until(completed, 30)
        return await simulator.finished()


@pytest.mark.timeout(240)
def test_session_in_which_home_assistant_was_killed_is_recorded_once_with_all_its_energy(tmp_path: Path) -> None:
    heard: Heard = []
    truths = asyncio.run(crash_and_recover(tmp_path, heard))
    records = recorded_sessions(tmp_path / "config")

    assert [(record.outcome, record.user) for record in records] == [("completed", "Anna")]
    assert records[0].reconstructed
    prices = {"Garage left": price_of(0)}
    comparison = compare(truths, records, Yardstick.at_speed(SPEED, prices, 1, ZoneInfo(TIME_ZONE)))
    assert comparison.equal, (comparison.differences, comparison.closing_line())
    # An event may repeat after a crash and is then marked as redelivered; there is no event of a second session.
    for name in (STARTED, COMPLETED):
        told = [data for event_type, data in heard if event_type == name]
        assert {data["session_id"] for data in told} == {records[0].session_id}
        assert sum(not data["redelivered"] for data in told) <= 1
    (completed,) = [data for event_type, data in heard if event_type == COMPLETED]
    assert completed["reconstructed"]
    assert completed["energy_kwh"] == pytest.approx(truths[0]["counter_mwh"] / 1e6, abs=1e-3)
