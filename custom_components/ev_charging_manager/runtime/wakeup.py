"""What one task waits for and others ring, once."""

import asyncio
from collections.abc import Awaitable
from typing import Any, Protocol

import anyio


class Bell(Protocol):
    """Rings once: whoever waits goes on."""

    def set(self) -> None:
        """Ring; a second time changes nothing."""

    def wait(self) -> Awaitable[Any]:
        """Return what to await. For one waiter, and the loop gets its turn if it has not rung."""


class _Future:
    """A bell on asyncio. anyio's event asks for the running library at each turn, which takes longer than the rest."""

    __slots__ = ("_rung",)

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wait in this loop."""
        self._rung = loop.create_future()

    def set(self) -> None:
        """Ring. A waiter that was cancelled has cancelled the future with it."""
        if not self._rung.done():
            self._rung.set_result(None)

    def wait(self) -> Awaitable[Any]:
        """Return the future."""
        return self._rung


def bell() -> Bell:
    """Return a new bell for the running event loop, asyncio's or another."""
    try:
        return _Future(asyncio.get_running_loop())
    except RuntimeError:
        return anyio.Event()
