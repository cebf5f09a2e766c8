"""Messages on the wire: JSON text, or MessagePack with or without a leading zero byte."""

import json
from collections.abc import Callable
from typing import Any

import msgpack

from ..settings import Encoding
from ..units import Json, Status

type Message = dict[str, Json]


# msgpack has no types.
_pack: Callable[[Message], bytes] = msgpack.dumps
_unpack: Callable[[bytes], Any] = msgpack.loads


class FrameError(ValueError):
    """The frame is not a valid message."""


def encode(message: Message, encoding: Encoding) -> str | bytes:
    """Return a message as the charger sends it; text is str, binary is bytes."""
    if encoding == "json":
        return json.dumps(message, separators=(",", ":"))
    packed = _pack(message)
    if encoding == "msgpack0":
        return b"\x00" + packed
    return packed


def decode(frame: str | bytes) -> Message:
    """Return a message from either encoding. Raises FrameError for any other frame."""
    try:
        # A single zero byte would be the number 0 in MessagePack. No message begins with it, so that it can only be the
        # marker.
        message = json.loads(frame) if isinstance(frame, str) else _unpack(frame.removeprefix(b"\x00"))
    except (ValueError, msgpack.exceptions.UnpackException) as fault:
        raise FrameError(str(fault)) from fault
    if not isinstance(message, dict):
        raise FrameError("a message is an object")
    return message


def full_status(status: Status, parts: int) -> list[Message]:
    """Split a full status into at most this number of messages; all but the last are `partial`."""
    items = list(status.items())
    size = max(1, -(-len(items) // parts))
    chunks = [dict(items[at : at + size]) for at in range(0, len(items), size)] or [{}]
    last = len(chunks) - 1
    return [{"type": "fullStatus", "partial": index < last, "status": chunk} for index, chunk in enumerate(chunks)]
