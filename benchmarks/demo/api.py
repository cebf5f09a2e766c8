"""Home Assistant's API as the demo uses it: login, REST, WebSocket."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Self

import aiohttp

from .errors import DemoError

_TIMEOUT = aiohttp.ClientTimeout(total=60)
_GOODBYE = aiohttp.ClientWSTimeout(ws_close=1.0)


class Api:
    """An async context manager. After `sign_in` it is signed in through the trusted network, without a password."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._open: aiohttp.ClientSession | None = None
        self._token = ""

    async def __aenter__(self) -> Self:
        """Connect at the first call."""
        self._open = aiohttp.ClientSession(self.url, timeout=_TIMEOUT)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections."""
        await self._session.close()

    @property
    def _session(self) -> aiohttp.ClientSession:
        assert self._open is not None, "used outside of its context"
        return self._open

    async def sign_in(self) -> None:
        """Get a token as the frontend does. Raises aiohttp.ClientError while Home Assistant is not ready."""
        client = {"client_id": f"{self.url}/"}
        login = {**client, "handler": ["trusted_networks", None], "redirect_uri": f"{self.url}/", "type": "authorize"}
        step = await self._json("POST", "/auth/login_flow", json=login)
        if step.get("type") != "create_entry":
            raise DemoError(f"Home Assistant refused the login: {step}")
        grant = {**client, "grant_type": "authorization_code", "code": step["result"]}
        self._token = (await self._json("POST", "/auth/token", data=grant))["access_token"]

    async def get(self, path: str) -> Any:
        """Return the response of a GET request to `/api/<path>`."""
        return await self._json("GET", f"/api/{path}", headers=self._headers())

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Return the response of a POST request to `/api/<path>`."""
        return await self._json("POST", f"/api/{path}", json=body, headers=self._headers())

    async def ask(self, command: str, **more: Any) -> Any:
        """Return the result of a WebSocket command."""
        socket = await self.socket()
        try:
            return await socket.command(command, **more)
        finally:
            await socket.close()

    async def socket(self) -> "ApiSocket":
        """Return a WebSocket that is signed in. The caller closes it."""
        socket = await self._session.ws_connect("/api/websocket", max_msg_size=0, heartbeat=30, timeout=_GOODBYE)
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": self._token})
        answer = await socket.receive_json()
        if answer["type"] != "auth_ok":
            raise DemoError(f"Home Assistant refused the WebSocket: {answer}")
        return ApiSocket(socket)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _json(self, method: str, path: str, **more: Any) -> Any:
        async with self._session.request(method, path, **more) as response:
            if response.status >= 500:
                response.raise_for_status()
            if response.status >= 400:
                raise DemoError(f"{method} {path}: {response.status} {await response.text()}")
            return await response.json()


class ApiSocket:
    """Commands and events of one WebSocket. Events that arrive while a command waits for its result are kept."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._count = 0
        self._events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def close(self) -> None:
        """Close the connection."""
        await self._socket.close()

    async def command(self, command: str, **more: Any) -> Any:
        """Return the result of a command. Raises DemoError if it is refused."""
        self._count += 1
        own = self._count
        await self._socket.send_json({"id": own, "type": command, **more})
        async for message in self._messages():
            if message["type"] == "event":
                self._events.put_nowait(message["event"])
            elif message["id"] == own:
                if not message["success"]:
                    raise DemoError(f"{command}: {message['error']['message']}")
                return message.get("result")
        raise DemoError("Home Assistant closed the connection.")

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the events subscribed to with `subscribe_events`, until the connection ends."""
        while not self._events.empty():
            yield self._events.get_nowait()
        async for message in self._messages():
            if message["type"] == "event":
                yield message["event"]

    async def _messages(self) -> AsyncIterator[dict[str, Any]]:
        async for frame in self._socket:
            if frame.type is aiohttp.WSMsgType.TEXT:
                yield frame.json()
