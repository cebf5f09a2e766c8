"""Detection of cancel requests that anyio swallowed."""

import asyncio

import anyio.lowlevel


class CancelWatch:
    """Finds a native cancel that was swallowed.

    Some anyio releases that Home Assistant pins swallow ``task.cancel()`` when it arrives in the same turn of the
    event loop as ``scope.cancel()``: the scope exits and the task continues, in a loop without end. asyncio still
    counts the request, so a loop checks the count after each scope. Trio has no native cancel.
    """

    __slots__ = ("_before", "_task")

    def __init__(self) -> None:
        """Watch the current task."""
        self._task = _current_task()
        self._before = self._cancel_requests()

    async def surface(self) -> None:
        """Raise the cancellation of an enclosing scope, or CancelledError for a native cancel that was swallowed."""
        await anyio.lowlevel.checkpoint_if_cancelled()
        if self._cancel_requests() > self._before:
            raise asyncio.CancelledError

    def _cancel_requests(self) -> int:
        if self._task is None:
            return 0
        return self._task.cancelling()


def _current_task() -> asyncio.Task[object] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
