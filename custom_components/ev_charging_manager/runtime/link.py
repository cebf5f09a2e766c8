"""The way from one actor to the next."""

from typing import Any

from .actor import Actor
from .channel import Channel
from .messages import Marker


class Link:
    """Hands a message over: in the sender's own turn while the receiver has nothing to do, else by its channel.

    A hop through a channel takes a turn of the loop, and a charger that charges makes five of them each second. An
    actor whose effects are waited for is always reached by its channel, so that a slow disk holds up nobody before it.
    """

    __slots__ = ("_channel", "_receiver")

    def __init__(self, channel: Channel[Any]) -> None:
        """Lead to whoever reads the channel; `lend` names one that may be stepped at once."""
        self._channel = channel
        self._receiver: Actor | None = None

    def lend(self, receiver: Actor) -> None:
        """Let the receiver have the sender's turn."""
        self._receiver = receiver

    async def send(self, message: Any) -> None:
        """Hand over, and wait while there is no room. Raises anyio.ClosedResourceError when the chain was aborted."""
        if self._receiver is not None and self._channel.awaited:
            await self._receiver.take(message)
            return
        if type(message) is Marker:
            # A cut that was not looked at yet says nothing that the later one does not say as well: while a disk
            # hangs, checkpoints must not fill the channel and hold up the actors before it.
            self._channel.forget(Marker)
        await self._channel.send(message)
