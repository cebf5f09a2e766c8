"""The lag of the event loop, which delays everything else in Home Assistant."""

from __future__ import annotations

import asyncio
import time

EVERY_S = 0.002


class LagProbe:
    """A repeated timer; it measures its delay in milliseconds."""

    def __init__(self) -> None:
        """Start immediately."""
        self.lags_ms: list[float] = []
        self._loop = asyncio.get_running_loop()
        self._cpu, self._begin = time.thread_time(), time.perf_counter()
        self._timer = self._set()

    def stop(self) -> float:
        """Stop; return the share of the time in which the event loop's thread worked (0 to 1)."""
        self._timer.cancel()
        return (time.thread_time() - self._cpu) / (time.perf_counter() - self._begin)

    def _set(self) -> asyncio.TimerHandle:
        due = self._loop.time() + EVERY_S
        return self._loop.call_at(due, self._late, due)

    def _late(self, due: float) -> None:
        self.lags_ms.append((self._loop.time() - due) * 1000)
        self._timer = self._set()
