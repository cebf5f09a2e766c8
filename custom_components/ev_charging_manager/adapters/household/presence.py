"""Which chargers this process has been watching: a reload of the entry is no absence, an hour without us is one."""

from __future__ import annotations

from typing import Final

# A reload takes a second or two. In more time than this another car may be there.
RELOAD_S: Final = 60.0


class Presence:
    """Lives as long as the process, over reloads of the entry. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        """Nobody has been watched yet."""
        self._left: dict[str, float | None] = {}

    def arrive(self, charger_id: str, now: float) -> bool:
        """Watch a charger from now on; whether it was out of sight for longer than a reload takes."""
        known = charger_id in self._left
        left, self._left[charger_id] = self._left.get(charger_id), None
        return not known or (left is not None and now - left > RELOAD_S)

    def leave(self, charger_id: str, now: float) -> None:
        """Stop watching a charger that will be watched again soon, as far as anybody knows."""
        if charger_id in self._left:
            self._left[charger_id] = now

    def forget(self, charger_id: str) -> None:
        """Stop watching a charger on somebody's wish: whatever comes next is found out as after a restart."""
        self._left.pop(charger_id, None)
