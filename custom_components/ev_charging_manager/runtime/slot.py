"""A place for one item, where the latest wins."""

from enum import Enum
from typing import Final

import anyio


class _Empty(Enum):
    EMPTY = 0


_EMPTY: Final = _Empty.EMPTY


class Slot[T]:
    """What is put replaces what nobody has taken: for readers who only care how things are now."""

    __slots__ = ("_arrival", "_item")

    def __init__(self) -> None:
        """Start empty."""
        self._item: T | _Empty = _EMPTY
        self._arrival: anyio.Event | None = None

    def put(self, item: T) -> None:
        """Put an item, without waiting, instead of one that is still there."""
        self._item = item
        if self._arrival is not None:
            self._arrival.set()

    async def take(self) -> T:
        """Wait for an item and take it out. For one reader at a time; cancelling it loses no item."""
        while (item := self._item) is _EMPTY:
            self._arrival = anyio.Event()
            await self._arrival.wait()
        self._arrival = None
        self._item = _EMPTY
        return item
