"""The garage with its clock and its ports."""

import asyncio
from collections.abc import Coroutine
from itertools import islice
from pathlib import Path
from typing import Any, Self

from .clock import Clock
from .control import control_door
from .driver import Visit
from .garage import Garage
from .plan import Plan
from .scenario import Scenario, Then
from .server import ChargerServer
from .truth import TruthBook
from .units import maybe_seconds, to_seconds

# Emissions between two turns for the network, when the process fell behind.
_BATCH = 500
# Simulated chargers are reachable from this computer only.
_HOST = "127.0.0.1"
_SHORTEST_WAIT_S = 0.001


class Simulator:
    """Simulated chargers, each on a separate port, inside `async with`.

    `hertz`: samples per elapsed second of a charger with an active car. `wait_for_clients`: start when each charger has
    a client; otherwise call `start()`. `truth_file` gets a JSON line per finished session. With a clock that is moved
    by hand, call `pump()` after each move.
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
        """The port of each charger, by serial."""
        return {serial: server.port for serial, server in self._servers.items()}

    @property
    def control_port(self) -> int:
        """The port of the true sessions, the state and the commands."""
        return self._control.port

    async def __aenter__(self) -> Self:
        """Open all ports. Raises OSError, with everything closed again, if a port is in use."""
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
        """Disconnect all clients and close all ports."""
        await self._close()

    def start(self) -> None:
        """Start to play the visits of the scenario. A second call does nothing."""
        self.garage.start(self.clock.now_ms())
        self._wake.set()

    def pump(self, most: int | None = None) -> int:
        """Send everything that is due by the clock, at most `most` deltas; return the number of deltas.

        A client is dropped if more than 10,000 deltas wait for it. Move a clock by hand in smaller steps, and let the
        client read between them.
        """
        count = 0
        for emission in islice(self.garage.advance(self.clock.now_ms()), most):
            self._servers[emission.serial].publish(emission.changes)
            count += 1
        return count

    def visit(self, serial: str, visit: Visit) -> None:
        """Send a driver to a charger next. Raises KeyError for an unknown charger or driver."""
        self.pump()
        self.garage.visit(serial, visit, self.clock.now_ms())
        self._wake.set()

    def leave(self, serial: str) -> None:
        """Let the driver unplug. Raises KeyError for an unknown charger, ValueError if no car is connected."""
        self.pump()
        self.garage.leave(serial, self.clock.now_ms())
        self._wake.set()

    def go_on(self, then: Then) -> None:
        """Set what follows the known visits."""
        self.pump()
        self.garage.go_on(then, self.clock.now_ms())
        self._wake.set()

    def outage(self, serial: str, seconds: float) -> asyncio.Task[None]:
        """Make a charger unreachable for this number of elapsed seconds; the task ends when it is back.

        Raises KeyError for an unknown charger.
        """
        return self._spawn(self._servers[serial].outage(seconds), f"simulator outage {serial}")

    def state(self) -> dict[str, Any]:
        """Return the clock, the ports, and the present and next visit of each charger, ready for JSON."""
        return {
            "house_time": to_seconds(self.clock.now_ms()),
            "speed": self.clock.speed,
            "started_at": maybe_seconds(self.garage.started_ms),
            "finished": len(self.garage.book.finished),
            "chargers": [self._charger_state(serial) for serial in self._servers],
        }

    def ready_line(self) -> dict[str, Any]:
        """Return the addresses that a parent process needs."""
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
        charger = server.charger
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
            **_planned(charger.plan),
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
            if behind:
                await asyncio.sleep(0)
                continue
            try:
                async with asyncio.timeout(self._wait_s()):
                    await self._wake.wait()
            except TimeoutError:
                pass

    def _wait_s(self) -> float | None:
        """Return the elapsed seconds until the next event, None if there is none."""
        due_ms = self.garage.due_ms()
        if due_ms is None:
            return None
        wait_s = self.clock.wall_until(due_ms)
        if wait_s is None:
            return None
        return max(wait_s, _SHORTEST_WAIT_S)

    async def _close(self) -> None:
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(server.close() for server in self._servers.values()))
        await self._control.close()


def _planned(plan: Plan | None) -> dict[str, Any]:
    """Return the driver of a plan and its times in seconds."""
    if plan is None:
        return {"driver": None, "plug_at": None, "unplug_at": None}
    return {
        "driver": plan.driver.name,
        "plug_at": to_seconds(plan.plug_ms),
        "unplug_at": to_seconds(plan.unplug_ms),
    }
