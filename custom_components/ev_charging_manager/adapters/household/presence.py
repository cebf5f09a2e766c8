"""The chargers that this process observes, to tell a reload of the entry from an absence."""

from __future__ import annotations

from typing import Final

# A reload takes a second or two. After a longer time another car may be connected.
RELOAD_S: Final = 60.0


class Presence:
    """Lives as long as the process, also over reloads of the entry. Times are seconds of one monotonic clock."""

    def __init__(self) -> None:
        """Start without observed chargers."""
        self._left: dict[str, float | None] = {}

    def arrive(self, charger_id: str, now: float) -> bool:
        """Observe a charger from now on; return whether it was unobserved for longer than a reload takes."""
        known = charger_id in self._left
        left = self._left.get(charger_id)
        self._left[charger_id] = None
        return not known or (left is not None and now - left > RELOAD_S)

    def leave(self, charger_id: str, now: float) -> None:
        """Stop observing a charger that will probably be observed again soon."""
        if charger_id in self._left:
            self._left[charger_id] = now

    def forget(self, charger_id: str) -> None:
        """Stop observing a paused charger; its next start recovers the session as after a restart."""
        self._left.pop(charger_id, None)
