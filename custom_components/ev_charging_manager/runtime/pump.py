"""Moves what the head collects into the chain, and sleeps in between."""

import math
from collections import deque
from collections.abc import Iterable
from typing import Any

import anyio
import anyio.lowlevel

from .channel import Channel
from .clock import Clock
from .messages import Instant


class Alarm:
    """A sleep on the house clock that can be ended early, by whoever has something to do for the sleeper."""

    __slots__ = ("_rung", "_scope", "clock")

    def __init__(self, clock: Clock[Instant]) -> None:
        """Sleep by this clock."""
        self.clock = clock
        self._scope: anyio.CancelScope | None = None
        self._rung = False

    def ring(self) -> None:
        """End the sleep, or the next one if nobody sleeps."""
        self._rung = True
        if self._scope is not None:
            self._scope.cancel()

    def hush(self) -> None:
        """Forget that it rang: the sleeper is up and about to look at everything."""
        self._rung = False

    async def sleep_until(self, mono: float) -> None:
        """Sleep until this monotonic second or until it rings; the loop gets its turn in any case."""
        if self._rung:
            await anyio.lowlevel.checkpoint()
            return
        try:
            with anyio.CancelScope() as self._scope:
                if mono == math.inf:
                    await anyio.sleep_forever()
                await self.clock.sleep_until(mono)
        finally:
            self._scope = None


class Pump:
    """The only one that waits for room at the ingress; what is offered meanwhile queues up behind it."""

    __slots__ = ("_backlog", "_ingress")

    def __init__(self, ingress: Channel[Any]) -> None:
        """Pump into the first actor's channel."""
        self._ingress = ingress
        self._backlog: deque[Any] = deque()

    def offer(self, message: Any) -> bool:
        """Send without waiting, behind what already waits; False when there is no room."""
        if not self._backlog:
            return self._ingress.offer(message)
        if len(self._backlog) >= self._ingress.capacity:
            return False
        self._backlog.append(message)
        return True

    async def send(self, messages: Iterable[Any]) -> None:
        """Send all messages in one piece: nothing that is offered comes between them.

        Raises anyio.ClosedResourceError or anyio.BrokenResourceError when the chain was aborted.
        """
        for message in messages:
            if self._backlog or not self._ingress.offer(message):
                self._backlog.append(message)
        while self._backlog:
            await self._ingress.send(self._backlog[0])
            self._backlog.popleft()
