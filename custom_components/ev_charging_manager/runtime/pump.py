"""Moves what the head collects into the chain, and sleeps in between."""

import math
from collections import deque
from collections.abc import Iterable
from typing import Any

import anyio.lowlevel

from .channel import Channel
from .clock import Clock
from .link import Link
from .messages import Instant
from .wakeup import Bell, bell


class Alarm:
    """A sleep on the house clock that can be ended early, by whoever has something to do for the sleeper.

    A bell and a timer, and no scope: some anyio releases take a native cancel that comes with the end of a scope for
    their own, and each charger that charges sleeps once a second.
    """

    __slots__ = ("_bell", "_rung", "clock")

    def __init__(self, clock: Clock[Instant]) -> None:
        """Sleep by this clock."""
        self.clock = clock
        self._bell: Bell | None = None
        self._rung = False

    def ring(self) -> None:
        """End the sleep, or the next one if nobody sleeps."""
        self._rung = True
        if self._bell is not None:
            self._bell.set()

    def hush(self) -> None:
        """Forget that it rang: the sleeper is up and about to look at everything."""
        self._rung = False

    async def sleep_until(self, mono: float) -> None:
        """Sleep until this monotonic second or until it rings; the loop gets its turn in any case."""
        if self._rung:
            await anyio.lowlevel.checkpoint()
            return
        self._bell = rings = bell()
        call_off = None if mono == math.inf else self.clock.call_at(mono, rings.set)
        try:
            await rings.wait()
        finally:
            self._bell = None
            if call_off is not None:
                call_off()


class Pump:
    """The only one that waits for room at the ingress; what is offered meanwhile queues up behind it."""

    __slots__ = ("_backlog", "_ingress", "_link")

    def __init__(self, ingress: Channel[Any], link: Link) -> None:
        """Pump into the first actor's channel, or hand over by the link that leads there."""
        self._ingress = ingress
        self._link = link
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
        # Each stays here until it is handed over, so that an offer meanwhile queues up behind it.
        self._backlog.extend(messages)
        while self._backlog:
            await self._link.send(self._backlog[0])
            self._backlog.popleft()
