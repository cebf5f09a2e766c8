"""The description of an actor as data. The graph of a pipeline is a tuple of stages."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .messages import WakeAt, Woke


class OnFault(StrEnum):
    """The reaction to a step that raised. The message is kept for the diagnostics and counted in each case."""

    RESYNC = "resync"
    """The source sends a snapshot: for evidence, where the present state repairs the loss of a message."""
    PASS_ON = "pass_on"
    """`Stage.salvage` of the message continues: for messages that must not be lost, such as a bill."""
    RESTART = "restart"
    """The chain restarts from its checkpoint after one fault: for the actor that writes the checkpoint, because the
    next checkpoint would claim that the message was handled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage[S]:
    """One actor of a chain.

    `consumes` are the exact types that `step` handles; other messages pass through untouched. A stage that requests
    wakes consumes `Woke` and receives only its own wakes. A stage that consumes `Marker` receives it with the states
    of all earlier actors, without its own state, and must return it as an output if it should continue.
    """

    name: str
    initial: Callable[[], S]
    step: Callable[[S, Any], tuple[S, tuple[Any, ...]]]
    consumes: tuple[type, ...]
    produces: tuple[type, ...]
    on_fault: OnFault = OnFault.RESYNC
    salvage: Callable[[Any], tuple[Any, ...]] | None = None
    """The messages that replace a message that raised (PASS_ON). Default: the unchanged message."""
    capacity: int = 64
    """Messages that can wait before this actor; the previous actor waits when the channel is full."""


type EffectHandler = Callable[[Any], Awaitable[Any]]
"""Works outside the chain, within its own deadline. The actor that produced the effect steps the reply, unless None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """The handlers of outputs that leave the chain, by exact output type."""

    effects: Mapping[type, EffectHandler] = field(default_factory=dict[type, EffectHandler])
    exits: Mapping[type, Callable[[Any], None]] = field(default_factory=dict[type, Callable[[Any], None]])


def check_chain(stages: Iterable[Stage[Any]]) -> None:
    """Raise ValueError for a chain that cannot work, so that the mistake is found when it is built."""
    seen: set[str] = set()
    for stage in stages:
        if stage.name in seen:
            raise ValueError(f"two stages have the name {stage.name!r}")
        if WakeAt in stage.produces and Woke not in stage.consumes:
            raise ValueError(f"stage {stage.name!r} requests wakes but does not consume Woke")
        if stage.capacity < 1:
            raise ValueError(f"stage {stage.name!r} has no room for a message")
        seen.add(stage.name)
    if not seen:
        raise ValueError("a chain needs at least one stage")
