"""Listeners that can be added, removed and called."""

from __future__ import annotations

from collections.abc import Callable

from homeassistant.core import CALLBACK_TYPE, callback


class Listeners[**P]:
    """Callbacks that all receive the same arguments, in the order in which they were added.

    An exception of a listener propagates to the caller of `call`; the listeners behind it are then not called.
    """

    def __init__(self) -> None:
        """Start without listeners."""
        self._listeners: dict[object, Callable[P, None]] = {}

    def __bool__(self) -> bool:
        """Return whether there are listeners."""
        return bool(self._listeners)

    @callback
    def add(self, listener: Callable[P, None]) -> CALLBACK_TYPE:
        """Add a listener; return the callback that removes it, which may be called repeatedly."""
        # A key for each call: one listener may be added twice, and each removal must end one of the two.
        key = object()
        self._listeners[key] = listener

        @callback
        def remove() -> None:
            self._listeners.pop(key, None)

        return remove

    @callback
    def call(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call the listeners that exist now. A listener may add and remove listeners meanwhile."""
        for listener in tuple(self._listeners.values()):
            listener(*args, **kwargs)
