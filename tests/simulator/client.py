"""A go-e client written from the protocol's description: it shares no code with the simulator."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Any, Self

import bcrypt
import msgpack
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

_unpack: Callable[[bytes], Any] = msgpack.loads  # msgpack has no types.


class Refused(Exception):  # noqa: N818
    """The charger refused the password with authError."""


class Gone(Exception):  # noqa: N818
    """The charger closed the connection."""


class Client:
    """Connects to `/ws`, authenticates, and keeps the received status."""

    def __init__(self, session: ClientSession, port: int, password: str) -> None:
        self.hello: dict[str, Any] = {}
        self.hash_type = ""
        self.status: dict[str, Any] = {}
        self.partials: list[bool] = []
        self.frames: list[str | bytes] = []
        self._url = f"http://127.0.0.1:{port}"
        self._session = session
        self._password = password
        self._key = b""
        self._socket: ClientWebSocketResponse | None = None

    async def __aenter__(self) -> Self:
        self._socket = await self._session.ws_connect(f"{self._url}/ws")
        self.hello = await self.receive()
        assert self.hello["type"] == "hello"
        required = await self.receive()
        assert required["type"] == "authRequired"
        self.hash_type = required["hash"]
        derive = {"pbkdf2": pbkdf2_key, "bcrypt": bcrypt_key}[self.hash_type]
        self._key = derive(self._password, self.hello["serial"])
        await self._authenticate(required["token1"], required["token2"])
        while not self.partials or self.partials[-1]:
            message = await self.receive()
            assert message["type"] == "fullStatus"
            self.partials.append(message["partial"])
            self.status |= message["status"]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._socket is not None
        await self._socket.close()

    async def _authenticate(self, token1: str, token2: str) -> None:
        token3 = secrets.token_hex(16)
        inner = hashlib.sha256(token1.encode() + self._key).hexdigest()
        answer = hashlib.sha256((token3 + token2 + inner).encode()).hexdigest()
        await self.send({"type": "auth", "token3": token3, "hash": answer})
        message = await self.receive()
        if message["type"] == "authError":
            raise Refused(message["message"])
        assert message["type"] == "authSuccess"

    async def send(self, message: dict[str, Any]) -> None:
        """Send JSON text, which a charger accepts with every encoding."""
        assert self._socket is not None
        await self._socket.send_str(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        """Return the next message. Raises Gone if the connection has ended."""
        assert self._socket is not None
        frame = await self._socket.receive(timeout=5)
        if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            raise Gone
        self.frames.append(frame.data)
        message: dict[str, Any]
        if frame.type is WSMsgType.TEXT:
            message = json.loads(frame.data)
        else:
            data = frame.data
            message = _unpack(data[1:] if data[0] == 0 else data)
        return message

    async def delta(self) -> dict[str, Any]:
        """Return the next changes."""
        message = await self.receive()
        assert message["type"] == "deltaStatus", message
        self.status |= message["status"]
        changed: dict[str, Any] = message["status"]
        return changed

    async def last_words(self) -> str:
        """Return the type of the last message before the connection ended."""
        said = ""
        try:
            while True:
                said = (await self.receive())["type"]
        except Gone:
            return said

    async def set_value(self, number: int, key: str, value: Any, *, spoil: bool = False) -> dict[str, Any]:
        """Set a key in a secured message; return the response."""
        data = json.dumps({"type": "setValue", "requestId": number, "key": key, "value": value})
        seal = hmac.new(self._key, data.encode(), hashlib.sha256).hexdigest()
        if spoil:
            seal = hmac.new(b"another key", data.encode(), hashlib.sha256).hexdigest()
        await self.send({"type": "securedMsg", "data": data, "requestId": f"{number}sm", "hmac": seal})
        return await self.response()

    async def response(self) -> dict[str, Any]:
        """Return the next response; changes before it are kept."""
        while (message := await self.receive())["type"] == "deltaStatus":
            self.status |= message["status"]
        return message

    async def get(self, path: str) -> Any:
        """HTTP."""
        async with self._session.get(self._url + path) as response:
            return await response.json()


def pbkdf2_key(password: str, serial: str) -> bytes:
    """As described in the protocol notes."""
    return base64.b64encode(hashlib.pbkdf2_hmac("sha512", password.encode(), serial.encode(), 100000, 256))[:32]


def bcrypt_key(password: str, serial: str) -> bytes:
    """As the simulator assumes it, because the protocol notes do not define it."""
    alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    bits = "".join(f"{byte:08b}" for byte in serial.encode().rjust(16, b"\0")).ljust(132, "0")
    salt = "$2a$08$" + "".join(alphabet[int(bits[at : at + 6], 2)] for at in range(0, 132, 6))
    return bcrypt.hashpw(hashlib.sha256(password.encode()).hexdigest().encode(), salt.encode())[29:]
