"""House time that moves with the feed: a thousand changes are one second, regardless of the real duration."""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable

from custom_components.ev_charging_manager.adapters.clock import FastMotion, HouseClock
from custom_components.ev_charging_manager.domain.moment import Moment

# The start of a quarter-hour: each run meets the same boundaries. Handling them is part of a session's cost.
START_UTC = 1_748_858_400.0


class SteppingClock(HouseClock):
    """A clock that stands still until it is moved. Sleeping tasks are woken as by the timers of the event loop."""

    def __init__(self) -> None:
        """Start at a fixed moment, so that each run meets the same quarter-hours."""
        super().__init__(FastMotion(1.0, time.time(), START_UTC))
        self._moved = 0.0
        self._origin = super().mono()
        self._sleepers: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def now(self) -> Moment:
        """Return the present moment."""
        return Moment(START_UTC + self._moved, self.mono())

    def mono(self) -> float:
        """Return the monotonic seconds. As expensive as in the house clock, because each sample calls it once."""
        time.monotonic()
        return self._origin + self._moved * self._rate

    def call_at(self, mono: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call once the clock reaches this second, or in the next turn of the event loop if it has."""
        left = mono - self.mono()
        if left > 0:
            return self.call_later(left, action)
        return asyncio.get_running_loop().call_soon(action).cancel

    def call_later(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call once the clock has moved this far."""
        wanted = True

        def call() -> None:
            if wanted:
                action()

        def call_off() -> None:
            nonlocal wanted
            wanted = False

        self._at(self.mono() + seconds, call)
        return call_off

    def _at(self, mono: float, action: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._sleepers, (mono, self._count, action))

    def move(self, seconds: float) -> None:
        """Move forward, and wake the tasks that slept until then."""
        self._moved += seconds
        sleepers = self._sleepers
        mono = self.mono()
        while sleepers and sleepers[0][0] <= mono:
            heapq.heappop(sleepers)[2]()
