"""Cancel requests that anyio did not pass on."""

import asyncio

import anyio.lowlevel


class CancelWatch:
    """Finds a native cancel that was swallowed.

    Some anyio releases that Home Assistant pins take ``task.cancel()`` for their own when it lands in the
    same turn of the loop as ``scope.cancel()``: the scope ends and the task goes on, here for ever. asyncio
    still counts the request, so whoever loops looks at the count after each scope. Trio has no native cancel.
    """

    __slots__ = ("_before", "_task")

    def __init__(self) -> None:
        """Watch the current task."""
        try:
            self._task = asyncio.current_task()
        except RuntimeError:
            self._task = None
        self._before = self._task.cancelling() if self._task is not None else 0

    async def surface(self) -> None:
        """Raise what is due: a cancelled scope around us, or a native cancel that nobody answered."""
        await anyio.lowlevel.checkpoint_if_cancelled()
        if self._task is not None and self._task.cancelling() > self._before:
            raise asyncio.CancelledError
