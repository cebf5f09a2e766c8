"""A bounded queue between two actors: whoever is too fast waits."""

from dataclasses import dataclass

import anyio


@dataclass(frozen=True, slots=True)
class ChannelStatistics:
    """How full a channel is, has been at most, and can be (messages)."""

    depth: int
    peak: int
    capacity: int


class Channel[T]:
    """Messages in order, at most `capacity` of them waiting.

    To stop without losing any: `close` it and receive until it ends. Cancelling a waiting receiver instead
    may lose the message that was handed to it in the same turn of the loop.
    """

    __slots__ = ("_into", "_out_of", "_peak", "_received", "_sent", "capacity", "name")

    def __init__(self, name: str, capacity: int) -> None:
        """Open a channel; its name is the actor that reads it."""
        self.name = name
        self.capacity = capacity
        self._into, self._out_of = anyio.create_memory_object_stream[T](capacity)
        self._sent = 0
        self._received = 0
        self._peak = 0

    async def send(self, item: T) -> None:
        """Send, and wait while the channel is full.

        Raises anyio.ClosedResourceError or anyio.BrokenResourceError when it is closed or aborted.
        """
        # While there is room, not by way of anyio's send, which gives the loop a turn each time: receive does already.
        try:
            self._into.send_nowait(item)
        except anyio.WouldBlock:
            await self._into.send(item)
        self._count()

    def offer(self, item: T) -> bool:
        """Send without waiting; False when the channel is full or closed, and then the item was not taken."""
        try:
            self._into.send_nowait(item)
        except (anyio.WouldBlock, anyio.ClosedResourceError, anyio.BrokenResourceError):
            return False
        self._count()
        return True

    def _count(self) -> None:
        self._sent += 1
        depth = self._sent - self._received
        if depth > self._peak:
            self._peak = depth

    async def receive(self) -> T:
        """Wait for the next message.

        Raises anyio.EndOfStream when the channel was closed and is empty, anyio.ClosedResourceError when
        aborted.
        """
        try:
            item = await self._out_of.receive()
        except anyio.EndOfStream:
            self._out_of.close()
            raise
        self._received += 1
        return item

    def __aiter__(self) -> "Channel[T]":
        """Iterate over the messages until the channel ends."""
        return self

    async def __anext__(self) -> T:
        """Return the next message; the iteration ends where `receive` raises."""
        try:
            return await self.receive()
        except (anyio.EndOfStream, anyio.ClosedResourceError):
            raise StopAsyncIteration from None

    def close(self) -> None:
        """Take no more; what is inside can still be received."""
        self._into.close()

    def abort(self) -> None:
        """Take no more and give no more: waiting senders and receivers are released at once."""
        self._into.close()
        self._out_of.close()

    def statistics(self) -> ChannelStatistics:
        """Return the present depth, the highest so far and the capacity."""
        # A sender is counted when it goes on, which may be after the receiver: never show less than nothing.
        depth = min(max(self._sent - self._received, 0), self.capacity)
        return ChannelStatistics(depth, min(self._peak, self.capacity), self.capacity)
