"""The messages that the runtime itself handles. The authors of the actors define all other messages."""

from dataclasses import dataclass
from typing import Any, Protocol


class Instant(Protocol):
    """A moment of the house clock. The runtime needs its monotonic seconds; domain code adds the UTC time."""

    @property
    def mono(self) -> float:
        """Monotonic seconds of the house clock; only differences are meaningful."""


@dataclass(frozen=True, slots=True)
class WakeAt:
    """An actor's output: request a `Woke` at this monotonic second. It replaces the last request; None cancels it."""

    due: float | None


@dataclass(frozen=True, slots=True)
class Woke:
    """A wake that is due. It travels to the named actor, behind all messages that entered the chain earlier."""

    actor: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Marker:
    """A checkpoint marker: it collects the states of the actors it passes, all of the same moment."""

    at: Instant
    states: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckpointWanted:
    """An actor's output: request a `Marker` soon. Requests before the marker leaves are merged into one."""
