"""Notifications about new subentries: chargers, users, cars and cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, callback

from ..configuration import subentries
from ..listeners import Listeners

type SubentryListener = Callable[[ConfigSubentry], None]


class SubentryWatch:
    """Remembers the subentries of the config entry and notifies listeners of new ones."""

    def __init__(self, entry: ConfigEntry[Any]) -> None:
        """Start without listeners."""
        self._entry = entry
        self._listeners: defaultdict[str, Listeners[[ConfigSubentry]]] = defaultdict(Listeners)
        self._known: set[str] = set()

    @callback
    def start(self) -> None:
        """Regard the present subentries as known."""
        self._known = set(self._entry.subentries)

    @callback
    def listen(self, subentry_type: str, listener: SubentryListener) -> CALLBACK_TYPE:
        """Call `listener` now with each subentry of a type, and later with each new one.

        Return the callback that ends it.
        """
        stop = self._listeners[subentry_type].add(listener)
        for subentry in subentries(self._entry, subentry_type):
            listener(subentry)
        return stop

    @callback
    def notify(self) -> None:
        """Call the listeners with the subentries that are new since the last call."""
        present = self._entry.subentries
        added = [item for key, item in present.items() if key not in self._known]
        self._known = set(present)
        for subentry in added:
            self._listeners[subentry.subentry_type].call(subentry)
