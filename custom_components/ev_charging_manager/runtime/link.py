"""The hand-over of messages from one actor to the next."""

from typing import Any

from .actor import Actor
from .channel import Channel
from .messages import Marker


class Link:
    """Hands a message to the next actor: within the sender's turn if that actor is idle, else through its channel.

    A hop through a channel takes one turn of the event loop, and an active charger sends five messages a second.
    An actor with effects is always reached through its channel, so that a slow disk does not block earlier actors.
    """

    __slots__ = ("_channel", "_receiver")

    def __init__(self, channel: Channel[Any]) -> None:
        """Send through the channel; `lend` adds an actor that may be stepped directly."""
        self._channel = channel
        self._receiver: Actor | None = None

    def lend(self, receiver: Actor) -> None:
        """Let the receiver be stepped within the sender's turn."""
        self._receiver = receiver

    async def send(self, message: Any) -> None:
        """Send a message and wait while the channel is full.

        Raises anyio.ClosedResourceError if the chain was aborted.
        """
        if self._receiver is not None and self._channel.awaited:
            await self._receiver.take(message)
            return
        if type(message) is Marker:
            # A queued marker is superseded by this one. Without this, markers would fill the channel while the disk
            # hangs and would block the actors before it.
            self._channel.forget(Marker)
        await self._channel.send(message)
