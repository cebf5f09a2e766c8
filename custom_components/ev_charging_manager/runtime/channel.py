"""A bounded queue between two actors: whoever is too fast waits."""

from collections import deque
from dataclasses import dataclass

import anyio
import anyio.lowlevel

from .wakeup import Bell, bell


@dataclass(frozen=True, slots=True)
class ChannelStatistics:
    """How full a channel is, has been at most, and can be (messages)."""

    depth: int
    peak: int
    capacity: int


class Channel[T]:
    """Messages in order, at most `capacity` of them waiting.

    Not anyio's memory object stream: that takes two turns of the loop for each message that is waited for. A message
    stays in here until its receiver goes on, so cancelling one loses nothing.
    To stop without losing any: `close` and receive until it ends.
    """

    __slots__ = ("_aborted", "_arrival", "_closed", "_handed", "_items", "_peak", "_room", "capacity", "name")

    def __init__(self, name: str, capacity: int) -> None:
        """Open a channel; its name is the actor that reads it."""
        self.name = name
        self.capacity = capacity
        self._items: deque[T] = deque()
        self._peak = 0
        self._closed = self._aborted = False
        # The reader was woken for the first item and has not gone on yet.
        self._handed = False
        # There while somebody waits for it.
        self._arrival: Bell | None = None
        self._room: Bell | None = None

    async def send(self, item: T) -> None:
        """Send, and wait while the channel is full. While there is room, the loop gets no turn: `receive` gives it.

        Raises anyio.ClosedResourceError when it is closed or aborted.
        """
        while not self.offer(item):
            if self._closed:
                raise anyio.ClosedResourceError
            if self._room is None:
                self._room = bell()
            await self._room.wait()

    def offer(self, item: T) -> bool:
        """Send without waiting; False when the channel is full or closed, and then the item was not taken."""
        items = self._items
        if self._closed or len(items) >= self.capacity:
            return False
        items.append(item)
        if len(items) > self._peak:
            self._peak = len(items)
        if self._arrival is not None:
            self._arrival.set()
            self._arrival = None
            self._handed = True
        return True

    def forget(self, kind: type) -> None:
        """Take out what waits of this kind, but not what its reader was woken for."""
        first = 1 if self._handed else 0
        if any(type(item) is kind for item in self._items):
            waiting = list(self._items)
            self._items.clear()
            self._items.extend(waiting[:first])
            self._items.extend(item for item in waiting[first:] if type(item) is not kind)

    @property
    def awaited(self) -> bool:
        """Whether it is empty, and its reader waits for the next message."""
        return self._arrival is not None

    async def receive(self) -> T:
        """Wait for the next message. Either way the loop gets one turn, so that no reader keeps it to itself.

        Raises anyio.EndOfStream when the channel was closed and is empty, anyio.ClosedResourceError when
        aborted.
        """
        items = self._items
        if items:
            await anyio.lowlevel.checkpoint()
        while not items:
            if self._aborted:
                raise anyio.ClosedResourceError
            if self._closed:
                raise anyio.EndOfStream
            if self._arrival is None:
                self._arrival = bell()
            await self._arrival.wait()
        item = items.popleft()
        self._handed = False
        if self._room is not None:
            self._room.set()
            self._room = None
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
        self._closed = True
        for waiting in (self._arrival, self._room):
            if waiting is not None:
                waiting.set()
        self._arrival = self._room = None

    def abort(self) -> None:
        """Take no more and give no more than a reader has been woken for: all who wait are released at once."""
        handed = [self._items[0]] if self._handed else []
        self._items.clear()
        self._items.extend(handed)
        self._aborted = True
        self.close()

    def statistics(self) -> ChannelStatistics:
        """Return the present depth, the highest so far and the capacity."""
        return ChannelStatistics(len(self._items), self._peak, self.capacity)
