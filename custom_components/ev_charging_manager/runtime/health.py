"""Counters and states of a pipeline, as plain data for the diagnostics download."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Where a pipeline is in its life."""

    NEW = "new"
    RUNNING = "running"
    RESTARTING = "restarting"
    DRAINING = "draining"
    ENDED = "ended"
    """Drained or cancelled on request."""
    STOPPED = "stopped"
    """Stopped after too many restarts."""


@dataclass(slots=True)
class ActorHealth:
    """Counters of one actor across all restarts of the pipeline. Step times are in seconds."""

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


@dataclass(frozen=True, slots=True)
class PutAside:
    """A message that a step could not handle, as text, so that the objects themselves can be freed."""

    actor: str
    mono: float
    message: str
    error: str
    traceback: str


@dataclass(frozen=True, slots=True)
class Edge:
    """A channel of the graph: its sender, its receiver and its capacity in messages."""

    sender: str
    receiver: str
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineHealth:
    """The state of one pipeline: its graph, its counters and the counters of each actor."""

    name: str
    status: Status
    restarts: int
    resyncs: int
    checkpoints: int
    refused: int
    """Messages that were offered while the first channel was full or the pipeline did not run."""
    unhandled: Mapping[str, int]
    """Messages that no actor consumed, by type. Each is a mistake in the graph."""
    last_error: str | None
    """The last error outside the steps: in the runtime itself or in `restore`."""
    source: ActorHealth
    actors: tuple[ActorHealth, ...]
    edges: tuple[Edge, ...]
    put_aside: tuple[PutAside, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain dictionaries, lists and numbers."""
        return asdict(self)
