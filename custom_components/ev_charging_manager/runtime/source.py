"""The port of the data source before the first actor."""

from typing import Any, Protocol

from .messages import Instant


class Source(Protocol):
    """Gathers readings from outside the chain. All methods are synchronous and quick and run in the event loop."""

    def poll(self, at: Instant) -> tuple[Any, ...]:
        """Return the readings gathered so far as messages. The schedule sends them before anything else."""

    def snapshot(self, at: Instant) -> tuple[Any, ...]:
        """Return messages with the present state of every input, including unchanged inputs."""

    def due(self) -> float | None:
        """Return the monotonic second of the next poll, None while nothing is gathered."""
