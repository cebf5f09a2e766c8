"""The garage, its clock and its ports together."""

import asyncio
from collections.abc import Coroutine
from itertools import islice
from pathlib import Path
from typing import Any, Self

from .clock import Clock
from .control import control_door
from .driver import Visit
from .garage import Garage
from .scenario import Scenario, Then
from .server import ChargerServer
from .truth import TruthBook
from .units import to_seconds

# Emissions between two looks at the network, when the process fell behind.
_BATCH = 500
# Chargers of a simulation have no business on the network.
_HOST = "127.0.0.1"
_SHORTEST_WAIT_S = 0.001


class Simulator:
    """Simulated chargers on ports of their own, from `async with` on.

    `hertz`: samples per wall second of a charger whose car draws power. `wait_for_clients`: go when each
    charger has a client; else call `start()`. `truth_file` gets a JSON line per finished session. With a
    clock that is moved by hand call `pump()` after moving it.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int,
        clock: Clock,
        hertz: float = 4.0,
        wait_for_clients: bool = False,
        truth_file: Path | None = None,
        control_port: int = 0,
    ) -> None:
        if hertz <= 0:
            raise ValueError(f"hertz must be above 0, not {hertz}")
        self.scenario = scenario
        self.clock = clock
        self.garage = Garage(
            scenario,
            seed=seed,
            period_ms=clock.speed * 1000 / hertz,
            flood_speed=clock.speed,
            book=TruthBook(truth_file),
        )
        self._wait_for_clients = wait_for_clients
        self._servers = {
            serial: ChargerServer(charger, _HOST, self._clients_changed)
            for serial, charger in self.garage.chargers.items()
        }
        self._control = control_door(self, _HOST, control_port)
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def ports(self) -> dict[str, int]:
        """Port of each charger, by serial."""
        return {serial: server.port for serial, server in self._servers.items()}

    @property
    def control_port(self) -> int:
        """Port of truth, state and commands."""
        return self._control.port

    async def __aenter__(self) -> Self:
        """Opens all ports; OSError, with everything closed again, if one is taken."""
        try:
            for server in self._servers.values():
                await server.open()
            await self._control.open()
        except BaseException:
            await self._close()
            raise
        self._spawn(self._run(), "simulator clock")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Lets all clients go and closes all ports."""
        await self._close()

    def start(self) -> None:
        """Go: the visits of the scenario count from here. A second call does nothing."""
        self.garage.start(self.clock.now_ms())
        self._wake.set()

    def pump(self, most: int | None = None) -> int:
        """Sends what is due by the clock, at most so many; returns how many deltas.

        A client is dropped when more deltas wait for it than it may fall behind by (10,000): move a clock by hand in
        steps that stay below, and let the client read between them.
        """
        count = 0
        for emission in islice(self.garage.advance(self.clock.now_ms()), most):
            self._servers[emission.serial].publish(emission.changes)
            count += 1
        return count

    def visit(self, serial: str, visit: Visit) -> None:
        """A driver comes next at a charger. KeyError for an unknown charger or driver."""
        self.pump()
        self.garage.visit(serial, visit, self.clock.now_ms())
        self._wake.set()

    def leave(self, serial: str) -> None:
        """The driver at a charger unplugs. KeyError for an unknown charger, ValueError where no car is."""
        self.pump()
        self.garage.leave(serial, self.clock.now_ms())
        self._wake.set()

    def go_on(self, then: Then) -> None:
        """What follows the visits that are known."""
        self.pump()
        self.garage.go_on(then, self.clock.now_ms())
        self._wake.set()

    def outage(self, serial: str, seconds: float) -> asyncio.Task[None]:
        """A charger leaves the network for so many wall seconds; the task ends when it is back.

        KeyError for an unknown one.
        """
        return self._spawn(self._servers[serial].outage(seconds), f"simulator outage {serial}")

    def state(self) -> dict[str, Any]:
        """Clock, ports, and what each charger does and expects, ready for JSON."""
        started_ms = self.garage.started_ms
        return {
            "house_time": to_seconds(self.clock.now_ms()),
            "speed": self.clock.speed,
            "started_at": None if started_ms is None else to_seconds(started_ms),
            "finished": len(self.garage.book.finished),
            "chargers": [self._charger_state(serial) for serial in self._servers],
        }

    def ready_line(self) -> dict[str, Any]:
        """What a parent process needs to find its way."""
        chargers = [
            {"serial": serial, "name": server.charger.settings.name, "host": _HOST, "port": server.port}
            for serial, server in self._servers.items()
        ]
        return {
            "ready": True,
            "control": {"host": _HOST, "port": self.control_port},
            "chargers": chargers,
        }

    def _charger_state(self, serial: str) -> dict[str, Any]:
        server = self._servers[serial]
        charger, plan = server.charger, server.charger.plan
        return {
            "serial": serial,
            "name": charger.settings.name,
            "port": server.port,
            "clients": server.clients,
            "outage": server.down,
            "connected": charger.connected,
            "car": charger.status["car"],
            "trx": charger.status["trx"],
            "wh": charger.status["wh"],
            "eto": charger.status["eto"],
            "driver": plan.driver.name if plan else None,
            "plug_at": to_seconds(plan.plug_ms) if plan else None,
            "unplug_at": to_seconds(plan.unplug_ms) if plan else None,
        }

    def _clients_changed(self) -> None:
        if self._wait_for_clients and all(server.clients for server in self._servers.values()):
            self.start()

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            behind = self.pump(_BATCH) == _BATCH
            due_ms = self.garage.due_ms()
            wait_s = None if due_ms is None else self.clock.wall_until(due_ms)
            if behind:
                await asyncio.sleep(0)
                continue
            try:
                async with asyncio.timeout(wait_s if wait_s is None else max(wait_s, _SHORTEST_WAIT_S)):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def _close(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(server.close() for server in self._servers.values()))
        await self._control.close()
