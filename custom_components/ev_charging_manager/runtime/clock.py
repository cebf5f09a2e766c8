"""What the runtime needs of a clock. The one of the house lives outside, where clocks may be read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from .messages import Instant


class Clock[I: Instant](Protocol):
    """The house clock: it may run faster than the wall's."""

    def now(self) -> I:
        """Return this moment."""

    def call_at(self, mono: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call in the event loop at this monotonic second of the house, soon if it has passed; returns the undoing."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The least that an instant can be."""

    mono: float


class ManualClock[I: Instant]:
    """A clock that stands still until it is moved, for the inline runner."""

    def __init__(self, make: Callable[[float], I], mono: float = 0.0) -> None:
        """Start at `mono`; `make` builds the instant that belongs to a monotonic second."""
        self._make = make
        self._mono = mono

    def now(self) -> I:
        """Return the moment at which the clock stands."""
        return self._make(self._mono)

    def move_to(self, mono: float) -> None:
        """Move forward to this monotonic second; a moment in the past changes nothing."""
        self._mono = max(self._mono, mono)
