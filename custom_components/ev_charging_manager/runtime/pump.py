"""The task that sends scheduled messages into the chain and sleeps until the next is due."""

import math
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import anyio.lowlevel

from .channel import Channel
from .clock import Clock
from .link import Link
from .messages import Instant
from .wakeup import Wakeup, wakeup


class Alarm:
    """A sleep on the house clock that can be ended early.

    It uses a wakeup and a timer instead of a cancel scope: some anyio releases swallow a native cancel that arrives
    as a scope exits, and each active charger sleeps once a second.
    """

    __slots__ = ("_rung", "_wakeup", "clock")

    def __init__(self, clock: Clock[Instant]) -> None:
        """Sleep by this clock."""
        self.clock = clock
        self._wakeup: Wakeup | None = None
        self._rung = False

    def ring(self) -> None:
        """End the present sleep, or the next one if no task sleeps."""
        self._rung = True
        if self._wakeup is not None:
            self._wakeup.set()

    def reset(self) -> None:
        """Forget an earlier ring, because the task is awake and about to check for work."""
        self._rung = False

    async def sleep_until(self, mono: float) -> None:
        """Sleep until this monotonic second or until `ring`; always yield to the event loop."""
        if self._rung:
            await anyio.lowlevel.checkpoint()
            return
        self._wakeup = end = wakeup()
        cancel_timer = self._timer(mono, end)
        try:
            await end.wait()
        finally:
            self._wakeup = None
            cancel_timer()

    def _timer(self, mono: float, end: Wakeup) -> Callable[[], None]:
        if mono == math.inf:
            return _no_timer
        return self.clock.call_at(mono, end.set)


def _no_timer() -> None:
    """Cancel nothing."""


class Pump:
    """Sends messages into the first channel and queues messages that are offered while that channel is full."""

    __slots__ = ("_backlog", "_ingress", "_link")

    def __init__(self, ingress: Channel[Any], link: Link) -> None:
        """Send to the first actor's channel, or through the link that leads to it."""
        self._ingress = ingress
        self._link = link
        self._backlog: deque[Any] = deque()

    def offer(self, message: Any) -> bool:
        """Send without waiting, behind the backlog; False if there is no room."""
        if not self._backlog:
            return self._ingress.offer(message)
        if len(self._backlog) >= self._ingress.capacity:
            return False
        self._backlog.append(message)
        return True

    async def send(self, messages: Iterable[Any]) -> None:
        """Send all messages in a row, with no offered message between them.

        Raises anyio.ClosedResourceError or anyio.BrokenResourceError if the chain was aborted.
        """
        # A message stays in the backlog until it is handed over, so that a message offered meanwhile comes after it.
        self._backlog.extend(messages)
        while self._backlog:
            await self._link.send(self._backlog[0])
            self._backlog.popleft()
