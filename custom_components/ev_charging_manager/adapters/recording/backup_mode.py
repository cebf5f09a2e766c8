"""The time during which the ledger's file stays unchanged for a backup, with a limit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

_LOGGER = logging.getLogger(__name__)
STILL_AT_MOST_S = 2 * 3600.0


class BackupMode:
    """Ends the backup mode after two hours: a backup that never ends must not let the WAL grow without limit."""

    def __init__(self, end: Callable[[], object]) -> None:
        """Call `end` when the time is over. Must be created on the event loop."""
        self._end = end
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Start the time, or start it again."""
        self.cancel()
        self._timer = self._loop.call_later(STILL_AT_MOST_S, self._expire)

    def cancel(self) -> None:
        """Stop the time: the backup has ended, or the ledger closes."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _expire(self) -> None:
        _LOGGER.warning(
            "The backup did not end within %.0f h; the ledger ends its backup mode. "
            "The copy of the ledger in this backup may be inconsistent",
            STILL_AT_MOST_S / 3600,
        )
        self._end()
