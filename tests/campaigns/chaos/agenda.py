"""What is going to happen when."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

type Deed = Callable[[], None]


class Agenda:
    """Deeds in order of time; at one time in the order in which they were planned."""

    def __init__(self) -> None:
        """Start with nothing planned."""
        self._planned: list[tuple[float, int, Deed]] = []
        self._numbers = count()

    def plan(self, elapsed: float, deed: Deed) -> None:
        """Plan a deed, which is one turn of Home Assistant's loop."""
        heappush(self._planned, (elapsed, next(self._numbers), deed))

    def next(self) -> tuple[float, Deed] | None:
        """Take what comes first; None when nothing is left."""
        if not self._planned:
            return None
        elapsed, _, deed = heappop(self._planned)
        return elapsed, deed
