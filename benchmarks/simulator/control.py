"""The control port: the true sessions, the state, and commands for the demo and the benchmarks."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, get_args

from aiohttp import web

from .config import ConfigError, visit_from
from .door import Door
from .scenario import Then
from .units import to_seconds

if TYPE_CHECKING:
    from .simulator import Simulator


def control_door(simulator: "Simulator", host: str, port: int) -> Door:
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
    def __init__(self, simulator: "Simulator") -> None:
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
        started_ms = self._simulator.garage.started_ms
        return web.json_response({"started_at": None if started_ms is None else to_seconds(started_ms)})

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
            raise ConfigError("then is stop, repeat or mix")
        self._simulator.go_on(then)
        return web.json_response({"accepted": True})

    async def outage(self, request: web.Request) -> web.Response:
        """`{"charger": serial, "seconds": wall seconds}`: make the charger unreachable for this time."""
        body = await _body(request)
        seconds = body.get("seconds")
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds <= 0:
            raise ConfigError("outage.seconds: a number above 0 is needed")
        self._simulator.outage(self._serial(body), seconds)
        return web.json_response({"accepted": True})

    def _serial(self, body: dict[str, Any]) -> str:
        serial = body.pop("charger", None)
        if serial not in self._simulator.garage.chargers:
            raise ConfigError(f"charger: none of {sorted(self._simulator.garage.chargers)}")
        return str(serial)


async def _body(request: web.Request) -> dict[str, Any]:
    body = await request.json()
    if not isinstance(body, dict):
        raise ConfigError("an object is needed")
    return body


@web.middleware
async def _errors(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except ValueError as fault:
        return web.json_response({"error": str(fault)}, status=400)
