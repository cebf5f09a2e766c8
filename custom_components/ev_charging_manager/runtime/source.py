"""What feeds the head of a chain."""

from typing import Any, Protocol

from .messages import Instant


class Source(Protocol):
    """Gathers what comes from outside. All of it is synchronous and quick, and runs in the event loop."""

    def poll(self, at: Instant) -> tuple[Any, ...]:
        """Seal what was gathered and return it as messages, so that it goes before whatever is next."""

    def snapshot(self, at: Instant) -> tuple[Any, ...]:
        """Return messages that say how everything is now, whatever was said before."""

    def due(self) -> float | None:
        """Return the monotonic second at which it wants to be polled, None while nothing was gathered."""
