"""A one-time signal from one task to another."""

import asyncio
from collections.abc import Awaitable
from typing import Any, Protocol

import anyio


class Wakeup(Protocol):
    """A signal that is set once and resumes one waiting task."""

    def set(self) -> None:
        """Resume the waiting task; a second call changes nothing."""

    def wait(self) -> Awaitable[Any]:
        """Return an awaitable for one waiting task. It yields to the event loop unless the signal is set."""


class _FutureWakeup:
    """A wakeup on asyncio. It is faster than anyio's event, which looks up the running library on each call."""

    __slots__ = ("_future",)

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Create the future in this loop."""
        self._future = loop.create_future()

    def set(self) -> None:
        """Resume the waiting task. If that task was cancelled, the future is cancelled too."""
        if not self._future.done():
            self._future.set_result(None)

    def wait(self) -> Awaitable[Any]:
        """Return the future."""
        return self._future


def wakeup() -> Wakeup:
    """Return a new wakeup for the running event loop, asyncio's or another."""
    try:
        return _FutureWakeup(asyncio.get_running_loop())
    except RuntimeError:
        return anyio.Event()
