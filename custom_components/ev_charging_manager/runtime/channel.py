"""A bounded queue between two actors; a sender waits while it is full."""

from collections import deque
from dataclasses import dataclass

import anyio
import anyio.lowlevel

from .wakeup import Wakeup, wakeup


@dataclass(frozen=True, slots=True)
class ChannelStatistics:
    """The present, highest and possible number of messages in a channel."""

    depth: int
    peak: int
    capacity: int


class Channel[T]:
    """Messages in order, at most `capacity` of them waiting.

    It replaces anyio's memory object stream, which takes two turns of the event loop for each awaited message. A
    message stays in the channel until its receiver continues, so that cancelling the receiver loses no message.
    To stop without a loss, call `close` and receive until the channel ends.
    """

    __slots__ = ("_aborted", "_arrival", "_closed", "_handed", "_items", "_peak", "_room", "capacity", "name")

    def __init__(self, name: str, capacity: int) -> None:
        """Open a channel named after the actor that reads it."""
        self.name = name
        self.capacity = capacity
        self._items: deque[T] = deque()
        self._peak = 0
        self._closed = False
        self._aborted = False
        # The reader was woken for the first item and has not continued yet.
        self._handed = False
        # Each is set while a task waits for it.
        self._arrival: Wakeup | None = None
        self._room: Wakeup | None = None

    async def send(self, item: T) -> None:
        """Send, and wait while the channel is full. Only `receive` and a full channel yield to the event loop.

        Raises anyio.ClosedResourceError if the channel is closed or aborted.
        """
        while not self.offer(item):
            if self._closed:
                raise anyio.ClosedResourceError
            if self._room is None:
                self._room = wakeup()
            await self._room.wait()

    def offer(self, item: T) -> bool:
        """Send without waiting; False if the channel is full or closed and the item was not taken."""
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
        """Remove the waiting items of this type, except the item that the reader was woken for."""
        first = int(self._handed)
        if any(type(item) is kind for item in self._items):
            waiting = list(self._items)
            self._items.clear()
            self._items.extend(waiting[:first])
            self._items.extend(item for item in waiting[first:] if type(item) is not kind)

    @property
    def awaited(self) -> bool:
        """Whether the channel is empty and its reader waits for the next message."""
        return self._arrival is not None

    async def receive(self) -> T:
        """Wait for the next message. Always yields to the event loop, so that no reader can block it.

        Raises anyio.EndOfStream if the channel was closed and is empty, anyio.ClosedResourceError if it was aborted.
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
                self._arrival = wakeup()
            await self._arrival.wait()
        item = items.popleft()
        self._handed = False
        if self._room is not None:
            self._room.set()
            self._room = None
        return item

    def close(self) -> None:
        """Refuse new messages; the waiting messages can still be received."""
        self._closed = True
        for waiting in (self._arrival, self._room):
            if waiting is not None:
                waiting.set()
        self._arrival = None
        self._room = None

    def abort(self) -> None:
        """Refuse new messages and drop all but the one that a reader was woken for. Every waiting task resumes."""
        while len(self._items) > self._handed:
            self._items.pop()
        self._aborted = True
        self.close()

    def statistics(self) -> ChannelStatistics:
        """Return the present depth, the highest depth so far and the capacity."""
        return ChannelStatistics(len(self._items), self._peak, self.capacity)
