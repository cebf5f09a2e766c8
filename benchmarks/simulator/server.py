"""A charger on the network: its HTTP API and its WebSocket."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from .charger import Charger
from .connection import Connection
from .door import Door
from .protocol.auth import shared_key
from .protocol.frames import encode
from .units import Json, Status


class ChargerServer:
    """Serves one charger on one port. `changed` is called when clients connect or disconnect."""

    def __init__(self, charger: Charger, host: str, changed: Callable[[], None]) -> None:
        self.charger = charger
        self._changed = changed
        self._connections: set[Connection] = set()
        self._down = 0
        app = web.Application(middlewares=[self._refuse])
        app.router.add_get("/api/status", self._status)
        app.router.add_get("/api/set", self._set)
        app.router.add_get("/ws", self._socket)
        self._door = Door(app, host, charger.settings.port)

    @property
    def port(self) -> int:
        """The port, which stays the same after an outage."""
        return self._door.port

    @property
    def clients(self) -> int:
        """The number of clients that get the status."""
        return sum(each.ready for each in self._connections)

    @property
    def down(self) -> bool:
        """Whether the charger is in an outage."""
        return self._down > 0

    async def open(self) -> None:
        """Start to listen."""
        settings = self.charger.settings
        if settings.password is not None:
            # Derive the key before the first client waits for it: hundreds of deltas would queue up behind it on the
            # event loop.
            shared_key(settings.hash_type, settings.password, settings.serial)
        await self._door.open()

    async def close(self) -> None:
        """Disconnect all clients and stop."""
        await asyncio.gather(*(each.close() for each in tuple(self._connections)), return_exceptions=True)
        await self._door.close()

    async def outage(self, seconds: float) -> None:
        """Disconnect all clients and accept none for this number of elapsed seconds."""
        self._down += 1
        try:
            await self._door.shut()
            for each in tuple(self._connections):
                each.abort()
            await asyncio.sleep(seconds)
        finally:
            self._down -= 1
        if not self._down:
            await self._door.reopen()

    def publish(self, changes: Status) -> None:
        """Send the changes to all clients."""
        ready = [each for each in self._connections if each.ready]
        if ready:
            frame = encode({"type": "deltaStatus", "status": changes}, self.charger.settings.encoding)
            for each in ready:
                each.push(frame)

    @web.middleware
    async def _refuse(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        # A kept-alive HTTP connection stays open after its listener was closed.
        if self._down and request.transport is not None:
            request.transport.close()
        return await handler(request)

    async def _status(self, request: web.Request) -> web.Response:
        status = self.charger.status
        if wanted := request.query.get("filter"):
            status = {key: status[key] for key in wanted.split(",") if key in status}
        return web.json_response(status)

    async def _set(self, request: web.Request) -> web.Response:
        answers: dict[str, Json] = {}
        for key, text in request.query.items():
            answers[key] = self._write(key, text)
        return web.json_response(answers)

    def _write(self, key: str, text: str) -> bool | str:
        try:
            changes = self.charger.write(key, json.loads(text))
        except ValueError as fault:
            return str(fault)
        if changes:
            self.publish(changes)
        return True

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False, timeout=1.0)
        await socket.prepare(request)
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):
            return socket
        connection = Connection(
            socket, transport, self.charger.settings, self.charger, joined=self._changed, changed=self.publish
        )
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)
            self._changed()
        return socket
