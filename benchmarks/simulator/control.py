"""The control port: the true sessions, the state, and commands for the demo and the benchmarks."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol, get_args

from aiohttp import web

from .clock import Clock
from .config import ConfigError, visit_from
from .door import Door
from .driver import Visit
from .garage import Garage
from .scenario import Scenario, Then
from .units import maybe_seconds


class Controlled(Protocol):
    """The parts of a simulator that the control port uses."""

    scenario: Scenario
    clock: Clock
    garage: Garage

    def start(self) -> None:
        """Start to play the visits of the scenario."""

    def pump(self) -> int:
        """Send everything that is due by the clock."""

    def state(self) -> dict[str, Any]:
        """Return the state, ready for JSON."""

    def visit(self, serial: str, visit: Visit) -> None:
        """Send a driver to a charger next."""

    def leave(self, serial: str) -> None:
        """Let the driver unplug."""

    def go_on(self, then: Then) -> None:
        """Set what follows the known visits."""

    def outage(self, serial: str, seconds: float) -> object:
        """Make a charger unreachable for this number of elapsed seconds."""


def control_door(simulator: Controlled, host: str, port: int) -> Door:
    """Return the door for `GET /simulator/truth|state` and `POST /simulator/start|visit|leave|then|outage`.

    An invalid request gets 400 and `{"error": ...}`.
    """
    control = _Control(simulator)
    app = web.Application(middlewares=[_errors])
    app.router.add_get("/simulator/truth", control.truth)
    app.router.add_get("/simulator/state", control.state)
    app.router.add_post("/simulator/start", control.start)
    app.router.add_post("/simulator/visit", control.visit)
    app.router.add_post("/simulator/leave", control.leave)
    app.router.add_post("/simulator/then", control.then)
    app.router.add_post("/simulator/outage", control.outage)
    return Door(app, host, port)


class _Control:
    def __init__(self, simulator: Controlled) -> None:
        self._simulator = simulator

    async def truth(self, request: web.Request) -> web.Response:
        """Return all finished sessions in the order of their ends, from number `since` on, and the running sessions."""
        simulator = self._simulator
        simulator.pump()
        since = int(request.query.get("since", "0"))
        finished = [each.as_json() for each in simulator.garage.book.finished[since:]]
        running = [each.as_json() for each in simulator.garage.running(simulator.clock.now_ms())]
        return web.json_response({"finished": finished, "running": running})

    async def state(self, request: web.Request) -> web.Response:
        """Return the clock, the ports, and the present and next visit of each charger."""
        return web.json_response(self._simulator.state())

    async def start(self, request: web.Request) -> web.Response:
        """Start; a second request changes nothing."""
        self._simulator.start()
        return web.json_response({"started_at": maybe_seconds(self._simulator.garage.started_ms)})

    async def visit(self, request: web.Request) -> web.Response:
        """`{"charger": serial, "driver": name, ...}`: send a driver to that charger next.

        The other keys are fields of a visit.
        """
        body = await _body(request)
        serial = self._serial(body)
        visit = visit_from(body, dict(self._simulator.scenario.drivers))
        self._simulator.visit(serial, visit)
        return web.json_response({"accepted": True})

    async def leave(self, request: web.Request) -> web.Response:
        """`{"charger": serial}`: let the driver end the charge and unplug."""
        self._simulator.leave(self._serial(await _body(request)))
        return web.json_response({"accepted": True})

    async def then(self, request: web.Request) -> web.Response:
        """`{"then": "stop" | "repeat" | "mix"}`: set what follows the known visits."""
        then: Any = (await _body(request)).get("then")
        if then not in get_args(Then.__value__):
            raise ConfigError("then: must be stop, repeat or mix")
        self._simulator.go_on(then)
        return web.json_response({"accepted": True})

    async def outage(self, request: web.Request) -> web.Response:
        """`{"charger": serial, "seconds": wall seconds}`: make the charger unreachable for this time."""
        body = await _body(request)
        seconds = body.get("seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds <= 0:
            raise ConfigError("outage.seconds: must be a number above 0")
        self._simulator.outage(self._serial(body), seconds)
        return web.json_response({"accepted": True})

    def _serial(self, body: dict[str, Any]) -> str:
        serial = body.pop("charger", None)
        if serial not in self._simulator.garage.chargers:
            raise ConfigError(f"charger: must be one of {sorted(self._simulator.garage.chargers)}")
        return str(serial)


async def _body(request: web.Request) -> dict[str, Any]:
    body = await request.json()
    if not isinstance(body, dict):
        raise ConfigError("the body must be an object")
    return body


@web.middleware
async def _errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except ValueError as fault:
        return web.json_response({"error": str(fault)}, status=400)
