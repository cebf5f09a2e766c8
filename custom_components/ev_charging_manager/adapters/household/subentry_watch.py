"""Who hears of chargers, users, cars and cards as they are added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, callback

from ..configuration import subentries

type SubentryListener = Callable[[ConfigSubentry], None]


class Arrivals:
    """Knows which subentries were there the last time it looked."""

    def __init__(self, entry: ConfigEntry[Any]) -> None:
        """Nobody listens yet."""
        self._entry = entry
        self._listeners: dict[str, list[SubentryListener]] = {}
        self._known: set[str] = set()

    @callback
    def begin(self) -> None:
        """Take what is there as known."""
        self._known = set(self._entry.subentries)

    @callback
    def listen(self, subentry_type: str, listener: SubentryListener) -> CALLBACK_TYPE:
        """Tell `listener` of each subentry of a type: at once of those there are, later of those that come."""
        listeners = self._listeners.setdefault(subentry_type, [])
        listeners.append(listener)
        for subentry in subentries(self._entry, subentry_type):
            listener(subentry)
        return lambda: listeners.remove(listener)

    @callback
    def look(self) -> None:
        """Tell of what has come since the last time."""
        present = self._entry.subentries
        added = [item for key, item in present.items() if key not in self._known]
        self._known = set(present)
        for subentry in added:
            for listener in self._listeners.get(subentry.subentry_type, ()):
                listener(subentry)
