"""One client at a charger's WebSocket: handshake, status, commands."""

import asyncio
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from aiohttp import ClientConnectionError, WSMsgType, web

from .protocol import auth
from .protocol.frames import FrameError, Message, decode, encode, full_status
from .settings import ChargerSettings
from .units import Json, Status

# Frames that may wait for a client. A real charger drops a slow client too, which gets a full status when it returns.
_BACKLOG = 10_000
_GOODBYE_S = 1.0


class Device(Protocol):
    """The methods that a connection needs of its charger."""

    @property
    def status(self) -> Status:
        """All keys."""
        ...

    def write(self, key: str, value: Json) -> Status:
        """Set a key; return the changes. Raises ValueError with the reason if the key may not be set."""
        ...


class Connection:
    """Serves one client until the client or the charger ends the connection.

    `joined` is called when the client gets its status, `changed` with the changes of a command.
    """

    def __init__(
        self,
        socket: web.WebSocketResponse,
        transport: asyncio.Transport,
        settings: ChargerSettings,
        device: Device,
        *,
        joined: Callable[[], None],
        changed: Callable[[Status], None],
    ) -> None:
        self.ready = False
        self._socket = socket
        self._transport = transport
        self._settings = settings
        self._device = device
        self._joined = joined
        self._changed = changed
        self._token1, self._token2 = secrets.token_hex(16), secrets.token_hex(16)
        self._outgoing: asyncio.Queue[str | bytes | None] = asyncio.Queue(_BACKLOG)

    async def run(self) -> None:
        """Serve the client until either side ends the connection."""
        sender = asyncio.create_task(self._send_all(), name=f"simulator send {self._settings.serial}")
        try:
            self._greet()
            async for frame in self._socket:
                if frame.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    self._receive(frame.data)
        finally:
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)

    def push(self, frame: str | bytes) -> None:
        """Queue a frame; drop a client that is too far behind."""
        try:
            self._outgoing.put_nowait(frame)
        except asyncio.QueueFull:
            self.abort()

    def abort(self) -> None:
        """Cut the connection without a close frame, as a power failure does."""
        self.ready = False
        self._transport.abort()

    async def close(self) -> None:
        """Close the connection with a close frame; cut it if the client does not read."""
        self.ready = False
        try:
            async with asyncio.timeout(_GOODBYE_S):
                await self._socket.close()
        except TimeoutError:
            self.abort()

    async def _send_all(self) -> None:
        with suppress(ClientConnectionError, ConnectionError, RuntimeError):
            while (frame := await self._outgoing.get()) is not None:
                if isinstance(frame, str):
                    await self._socket.send_str(frame)
                else:
                    await self._socket.send_bytes(frame)
        await self._socket.close()

    def _send(self, message: Message) -> None:
        self.push(encode(message, self._settings.encoding))

    def _greet(self) -> None:
        settings, secured = self._settings, self._settings.password is not None
        self._send(
            {
                "type": "hello",
                "serial": settings.serial,
                "hostname": f"go-eCharger_{settings.serial}",
                "friendly_name": settings.name,
                "manufacturer": "go-e",
                "devicetype": "go-eCharger_V4",
                "version": settings.firmware,
                "protocol": 2,
                "proto": 2,
                "secured": secured,
            }
        )
        if secured:
            challenge: Message = {"type": "authRequired", "token1": self._token1, "token2": self._token2}
            self._send(challenge | {"hash": settings.hash_type})
        else:
            self._join()

    def _join(self) -> None:
        # There is no await between the status and the first delta, so that no change is lost or sent twice.
        for message in full_status(self._device.status, self._settings.parts):
            self._send(message)
        self.ready = True
        self._joined()

    def _receive(self, data: str | bytes) -> None:
        try:
            message = decode(data)
        except FrameError:
            return  # A charger ignores unknown messages.
        if message.get("type") == "auth" and not self.ready:
            self._authenticate(message)
        elif self.ready and message.get("type") == "securedMsg":
            self._secured(message)
        elif self.ready and message.get("type") == "setValue":
            secured = self._settings.password is not None
            self._respond(
                message.get("requestId"), message, "this command requires a secured message" if secured else None
            )

    def _key(self) -> bytes:
        assert self._settings.password is not None
        return auth.shared_key(self._settings.hash_type, self._settings.password, self._settings.serial)

    def _authenticate(self, message: Message) -> None:
        if self._settings.password is None:
            return
        expected = auth.answer(self._key(), self._token1, self._token2, str(message.get("token3")))
        if auth.same(expected, str(message.get("hash"))):
            self._send({"type": "authSuccess"})
            self._join()
        else:
            self._send({"type": "authError", "message": "Wrong password"})
            self._outgoing.put_nowait(None)

    def _secured(self, envelope: Message) -> None:
        request, data = envelope.get("requestId"), str(envelope.get("data"))
        if self._settings.password is None or not auth.same(auth.seal(self._key(), data), str(envelope.get("hmac"))):
            self._respond(request, {}, "the hmac is wrong")
            return
        try:
            message = json.loads(data)
        except ValueError:
            message = None
        if not isinstance(message, dict) or message.get("type") != "setValue":
            self._respond(request, {}, "a setValue is needed")
            return
        self._respond(request, message, None)

    def _respond(self, request: Json, message: Message, refused: str | None) -> None:
        """Send the response with the id of the outermost message, which for a secured one is `<n>sm`."""
        key, value = str(message.get("key")), message.get("value")
        changes: Status = {}
        if refused is None:
            try:
                changes = self._device.write(key, value)
            except ValueError as fault:
                refused = str(fault)
        answer: Message = {"type": "response", "requestId": request, "success": refused is None}
        self._send(answer | ({"status": {key: value}} if refused is None else {"message": refused, "status": {}}))
        if changes:
            self._changed(changes)
