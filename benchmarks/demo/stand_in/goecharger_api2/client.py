"""The WebSocket of a go-e charger: hello, password, full status, deltas."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import msgpack

from .const import Status

_ITERATIONS = 100_000
_unpack: Callable[[bytes], Any] = msgpack.loads


class AuthenticationError(Exception):
    """The password is wrong, or the charger uses an unknown hash."""


def shared_key(password: str, serial: str) -> bytes:
    """Return the key that charger and client both derive from the password (hash type `pbkdf2`)."""
    derived = hashlib.pbkdf2_hmac("sha512", password.encode(), serial.encode(), _ITERATIONS, 256)
    return base64.b64encode(derived)[:32]


def answer(key: bytes, token1: str, token2: str) -> Status:
    """Return the message that proves knowledge of the key."""
    token3 = secrets.token_hex(16)
    inner = hashlib.sha256(token1.encode() + key).hexdigest()
    proof = hashlib.sha256((token3 + token2 + inner).encode()).hexdigest()
    return {"type": "auth", "token3": token3, "hash": proof}


async def statuses(
    socket: aiohttp.ClientWebSocketResponse, derive: Callable[[str], Any]
) -> AsyncIterator[tuple[bool, Status]]:
    """Yield all statuses of a connection: a complete one (True), then changes (False).

    `derive` is awaited for the key of a serial. Ends with the connection. Raises AuthenticationError if it is refused.
    """
    serial = ""
    gathered: Status = {}
    async for frame in socket:
        message = _message(frame)
        match message.get("type"):
            case "hello":
                serial = message["serial"]
            case "authRequired":
                if message.get("hash", "pbkdf2") != "pbkdf2":
                    raise AuthenticationError(f"the hash {message['hash']} is not known here")
                await socket.send_json(answer(await derive(serial), message["token1"], message["token2"]))
            case "authError":
                raise AuthenticationError(message.get("message", ""))
            case "fullStatus":
                gathered |= message["status"]
                if not message.get("partial"):
                    yield True, gathered
            case "deltaStatus":
                yield False, message["status"]


def _message(frame: aiohttp.WSMessage) -> Status:
    """Return the message of JSON text, or of MessagePack with or without a leading zero byte; empty for other data."""
    message: Any = None
    if frame.type is aiohttp.WSMsgType.TEXT:
        message = json.loads(frame.data)
    elif frame.type is aiohttp.WSMsgType.BINARY:
        message = _unpack(frame.data.removeprefix(b"\x00"))
    if isinstance(message, dict):
        return message
    return {}
