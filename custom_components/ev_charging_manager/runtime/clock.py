"""The port of the house clock. Its implementation is outside the runtime, where clocks may be read."""

from collections.abc import Callable
from typing import Protocol

from .messages import Instant


class Clock[I: Instant](Protocol):
    """The house clock; in the demo it runs faster than the wall clock."""

    def now(self) -> I:
        """Return the present moment."""

    def call_at(self, mono: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call `action` in the event loop at this monotonic second, or soon if it has passed.

        Returns a function that cancels the call.
        """
