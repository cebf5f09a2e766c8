"""The planned events of a day."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

type Deed = Callable[[], None]


class Agenda:
    """Deeds in order of time; deeds at the same time are in the order in which they were planned."""

    def __init__(self) -> None:
        """Start with nothing planned."""
        self._planned: list[tuple[float, int, Deed]] = []
        self._numbers = count()

    def plan(self, elapsed: float, deed: Deed) -> None:
        """Plan a deed, which takes one turn of Home Assistant's event loop."""
        heappush(self._planned, (elapsed, next(self._numbers), deed))

    def next(self) -> tuple[float, Deed] | None:
        """Remove and return the first deed; None if nothing is left."""
        if not self._planned:
            return None
        elapsed, _, deed = heappop(self._planned)
        return elapsed, deed
