"""What all actors of one chain share."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .faults import FaultDesk, Limits
from .messages import CheckpointWanted, WakeAt
from .schedule import Head
from .stage import EffectHandler, Wiring

type Perform = Callable[[EffectHandler, Any], Awaitable[Any]]


class Route(Enum):
    """Where an output goes that does not go down the chain."""

    WAKE = "wake"
    CHECKPOINT = "checkpoint"
    EFFECT = "effect"
    EXIT = "exit"
    SALVAGED = "salvaged"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What follows a message that was put aside: it goes down the chain, whatever its type."""

    message: Any


async def perform_plainly(handler: EffectHandler, effect: Any) -> Any:
    """Await an effect as it is, without protection against being cancelled."""
    return await handler(effect)


def no_watch() -> float:
    """Measure nothing."""
    return 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all actors of a chain share."""

    wiring: Wiring
    routes: Mapping[type, Route]
    head: Head
    desk: FaultDesk
    limits: Limits
    perform: Perform
    watch: Callable[[], float]
    """Seconds by which steps are measured."""


def routes_of(wiring: Wiring) -> dict[type, Route]:
    """Return the way of each output type that leaves the chain."""
    return {
        **dict.fromkeys(wiring.exits, Route.EXIT),
        **dict.fromkeys(wiring.effects, Route.EFFECT),
        WakeAt: Route.WAKE,
        CheckpointWanted: Route.CHECKPOINT,
        Salvaged: Route.SALVAGED,
    }
