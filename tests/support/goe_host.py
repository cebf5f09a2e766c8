"""Hosts on loopback: a simulated go-e, and hosts that are no charger."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from benchmarks.simulator import CardSlot, ChargerSettings, HandClock, Scenario, Simulator, Visit
from benchmarks.simulator.units import Status
from tests.simulator.scenes import CARS, DRIVERS, NOON, SERIAL


class GoeHost:
    """A simulated charger and the cards that are tapped at it."""

    def __init__(self, simulator: Simulator, clock: HandClock) -> None:
        self._simulator = simulator
        self._clock = clock
        self.host = f"127.0.0.1:{simulator.ports[SERIAL]}"

    @property
    def status(self) -> Status:
        """The status of the charger."""
        return self._simulator.garage.chargers[SERIAL].status

    def report(self) -> None:
        """Switch on the reporting of card numbers at the charger."""
        self._simulator.garage.chargers[SERIAL].write("rde", True)

    def tap(self) -> None:
        """Tap Ben's card (slot 2), a few seconds before the cable is plugged in."""
        self._simulator.visit(SERIAL, Visit(driver="Ben", after_s=60, stay_s=1800, card=2, card_s=-8))
        self._simulator.start()
        self._clock.move(55)
        self._simulator.pump()


@asynccontextmanager
async def goe_host(*cards: CardSlot, firmware: str = "60.3") -> AsyncIterator[GoeHost]:
    """Run a charger with these cards."""
    settings = ChargerSettings(serial=SERIAL, name="Garage", firmware=firmware, cards=cards)
    scenario = Scenario(chargers=(settings,), cars=CARS, drivers=DRIVERS, opening={})
    clock = HandClock(NOON, 1.0)
    async with Simulator(scenario, seed=1, clock=clock) as simulator:
        yield GoeHost(simulator, clock)


class OtherHost:
    """A host that is no charger. `asked` holds the requested paths and queries."""

    def __init__(self, answer: Callable[[], Awaitable[web.Response]]) -> None:
        self._answer = answer
        self.asked: list[str] = []
        self.host = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Record the request and return the answer."""
        self.asked.append(request.path_qs)
        return await self._answer()


@asynccontextmanager
async def other_host(
    body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None
) -> AsyncIterator[OtherHost]:
    """Run a host that always gives this answer: bytes unchanged, anything else as JSON."""

    async def answer() -> web.Response:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return web.Response(body=data, status=status, headers=headers)

    async with _listening(OtherHost(answer)) as host:
        yield host


@asynccontextmanager
async def silent_host() -> AsyncIterator[OtherHost]:
    """Run a host that accepts every request and never answers."""

    over = asyncio.Event()

    async def answer() -> web.Response:
        await over.wait()
        return web.Response()

    async with _listening(OtherHost(answer)) as host:
        yield host
        over.set()


async def deserted_host() -> str:
    """Return a host where no server listens."""
    async with other_host() as host:
        return host.host


@asynccontextmanager
async def _listening(host: OtherHost) -> AsyncIterator[OtherHost]:
    app = web.Application()
    app.router.add_get("/{anything:.*}", host.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host.host = f"127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield host
    finally:
        await runner.cleanup()
