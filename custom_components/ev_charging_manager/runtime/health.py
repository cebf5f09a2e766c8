"""How a pipeline fares, as plain data for the diagnostics download."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .faults import PutAside


class Status(StrEnum):
    """Where a pipeline is in its life."""

    NEW = "new"
    RUNNING = "running"
    RESTARTING = "restarting"
    DRAINING = "draining"
    ENDED = "ended"
    """Drained or cancelled, as it was asked to."""
    STOPPED = "stopped"
    """It gave up after too many restarts."""


@dataclass(slots=True)
class ActorHealth:
    """Counted through all restarts of the pipeline; step times in seconds of the injected watch."""

    name: str
    handled: int = 0
    faults: int = 0
    restarts: int = 0
    last_fault: str | None = None
    depth: int = 0
    peak: int = 0
    capacity: int = 0
    step_seconds_total: float = 0.0
    step_seconds_max: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Edge:
    """A channel of the graph: who sends, who receives, how many messages have room."""

    sender: str
    receiver: str
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineHealth:
    """One pipeline at a glance: its graph, and how each part of it fares."""

    name: str
    status: Status
    restarts: int
    resyncs: int
    checkpoints: int
    refused: int
    """Messages that were offered and found no room, or no running pipeline."""
    unhandled: Mapping[str, int]
    """Messages that nobody consumed, by type: a mistake in the graph."""
    last_error: str | None
    """What broke the machinery itself, if anything did."""
    source: ActorHealth
    actors: tuple[ActorHealth, ...]
    edges: tuple[Edge, ...]
    put_aside: "tuple[PutAside, ...]"

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain dictionaries, lists and numbers."""
        return asdict(self)
