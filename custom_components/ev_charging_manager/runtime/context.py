"""The data and functions that all actors of one chain share."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .faults import FaultDesk, Limits
from .messages import CheckpointWanted, Instant, WakeAt
from .schedule import Schedule
from .source import Source
from .stage import EffectHandler, Stage, Wiring

type Perform = Callable[[EffectHandler, Any], Awaitable[Any]]


class Route(Enum):
    """Where an output goes that does not continue down the chain."""

    WAKE = "wake"
    CHECKPOINT = "checkpoint"
    EFFECT = "effect"
    EXIT = "exit"
    SALVAGED = "salvaged"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """The replacement of a message that raised. `message` continues down the chain even if its type has a route."""

    message: Any


async def perform_plainly(handler: EffectHandler, effect: Any) -> Any:
    """Await an effect without protection against cancellation."""
    return await handler(effect)


def no_watch() -> float:
    """Return 0: step times are not measured."""
    return 0.0


def type_name(message: Any) -> str:
    """Return the name of the message's type, which contains nothing private."""
    return type(message).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """How a pipeline is measured and described in the log and the diagnostics."""

    redact: Callable[[str], str] | None = None
    """Removes private data from the text that is kept and logged about faults."""
    describe: Callable[[Any], str] = type_name
    """Returns a message as one line for the debug log, without private data. Called only if the log is on."""
    watch: Callable[[], float] = no_watch
    """Returns the seconds with which steps are measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The data and functions that all actors of a chain share."""

    name: str
    """The name of the pipeline."""
    wiring: Wiring
    routes: Mapping[type, Route]
    schedule: Schedule
    desk: FaultDesk
    limits: Limits
    describe: Callable[[Any], str]
    watch: Callable[[], float]
    perform: Perform = perform_plainly


def context_of(  # noqa: PLR0913  # everything but the chain itself is named at the call
    name: str,
    stages: Sequence[Stage[Any]],
    source: Source,
    wiring: Wiring,
    now: Callable[[], Instant],
    *,
    checkpoint_every: float,
    limits: Limits,
    reporting: Reporting,
    escalate: Callable[[bool], None],
) -> Context:
    """Build the context of a chain with its schedule and its fault desk.

    `checkpoint_every` is in seconds of the house clock. `escalate` is described at `FaultDesk`.
    """
    desk = FaultDesk(name, limits, lambda: now().mono, reporting.redact, escalate)
    return Context(
        name=name,
        wiring=wiring,
        routes=routes_of(wiring),
        schedule=Schedule([stage.name for stage in stages], source, desk, limits, checkpoint_every),
        desk=desk,
        limits=limits,
        describe=reporting.describe,
        watch=reporting.watch,
    )


def routes_of(wiring: Wiring) -> dict[type, Route]:
    """Return the route of each output type that leaves the chain."""
    return {
        **dict.fromkeys(wiring.exits, Route.EXIT),
        **dict.fromkeys(wiring.effects, Route.EFFECT),
        WakeAt: Route.WAKE,
        CheckpointWanted: Route.CHECKPOINT,
        Salvaged: Route.SALVAGED,
    }
