"""The messages that the runtime itself understands; all others belong to those who write the actors."""

from dataclasses import dataclass
from typing import Any, Protocol


class Instant(Protocol):
    """A moment of the house clock. The runtime needs its monotonic seconds, others add what they record."""

    @property
    def mono(self) -> float:
        """Monotonic seconds of the house clock, whose zero means nothing."""


@dataclass(frozen=True, slots=True)
class WakeAt:
    """An actor's output: send me a `Woke` at this monotonic second. The latest wish wins, None cancels it."""

    due: float | None


@dataclass(frozen=True, slots=True)
class Woke:
    """A wake that came due. It travels from the head, behind all that came before, to the actor named."""

    actor: str
    at: Instant


@dataclass(frozen=True, slots=True)
class Marker:
    """A cut through the chain: it collects the states of all actors it passes, of one and the same moment."""

    at: Instant
    states: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckpointWanted:
    """An actor's output: send a `Marker` down the chain soon. Several wishes before it leaves are one."""
