"""The simulator as a separate process."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from aiohttp import ClientSession

from benchmarks.simulator.two_chargers import demo_garage

from .client import Client
from .rig import run
from .scenes import NOON

ROOT = Path(__file__).parents[2]


async def process(*words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.simulator", *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )


def test_process_prints_its_ports_serves_both_chargers_and_ends_on_a_signal() -> None:
    async def test() -> None:
        words = ("--scenario", "garage", "--seed", "3", "--speed", "120", "--clock-origin", str(NOON))
        running = await process(*words, "--wait-for-clients")
        assert running.stdout is not None
        try:
            ready = json.loads(await asyncio.wait_for(running.stdout.readline(), 20))
            assert [each["serial"] for each in ready["chargers"]] == [each.serial for each in demo_garage(3).chargers]
            left, right = (each["port"] for each in ready["chargers"])
            state = f"http://127.0.0.1:{ready['control']['port']}/simulator/state"
            async with ClientSession() as session:
                async with Client(session, left, "simulator"), Client(session, right, "simulator") as second:
                    assert second.status["fwv"] == "59.4"
                async with session.get(state) as response:
                    said = await response.json()
            assert said["started_at"] >= NOON
            assert said["speed"] == 120
        finally:
            running.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(running.wait(), 10) == 0

    run(test)


def test_wrong_file_ends_the_process_with_two() -> None:
    async def test() -> None:
        running = await process("--config", "no such file.json")
        assert await asyncio.wait_for(running.wait(), 20) == 2

    run(test)
