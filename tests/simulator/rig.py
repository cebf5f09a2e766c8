"""A running simulator for a test, with a clock that the test moves, and clients."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession

from benchmarks.simulator import HandClock, Scenario, Simulator

from .client import Client
from .scenes import NOON, PASSWORD, SERIAL


class Rig:
    """The simulator, its clock, and a session for clients."""

    def __init__(self, simulator: Simulator, clock: HandClock, session: ClientSession) -> None:
        self.simulator = simulator
        self.clock = clock
        self.session = session

    def client(self, serial: str = SERIAL, password: str = PASSWORD) -> Client:
        """Return a client for a charger; connect it with `async with`."""
        return Client(self.session, self.simulator.ports[serial], password)

    def move(self, seconds: float) -> int:
        """Move the clock and send everything that is due; return the number of deltas."""
        self.clock.move(seconds)
        return self.simulator.pump()

    async def control(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Request the control port; return status and body."""
        url = f"http://127.0.0.1:{self.simulator.control_port}/simulator/{path}"
        async with self.session.request(method, url, json=body) as response:
            return response.status, await response.json()


@asynccontextmanager
async def rig(scenario: Scenario, *, speed: float = 1.0, **options: Any) -> AsyncIterator[Rig]:
    """Start a simulator at noon that waits for `start()`."""
    clock = HandClock(NOON, speed)
    async with Simulator(scenario, seed=1, clock=clock, **options) as simulator, ClientSession() as session:
        yield Rig(simulator, clock, session)


def run(test: Callable[[], Awaitable[None]]) -> None:
    """Run a test's coroutine; fail if a task is left behind."""

    async def watched() -> None:
        await test()
        await asyncio.sleep(0)
        left = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
        assert not left, left

    asyncio.run(watched())
