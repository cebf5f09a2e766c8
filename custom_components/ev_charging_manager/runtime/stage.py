"""What an actor is, as data: the graph of a pipeline is a tuple of stages."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .messages import WakeAt, Woke


class OnFault(StrEnum):
    """What follows when a step raised. The message is put aside and counted in either case."""

    RESYNC = "resync"
    """The source sends a snapshot: for evidence, where what is true now repairs what was lost."""
    PASS_ON = "pass_on"
    """`Stage.salvage` of the message goes on: for what must not be lost, as a bill."""
    RESTART = "restart"
    """The chain starts over from its checkpoint at once: for whoever writes the checkpoint, since the next one would
    say that the message has been dealt with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage[S]:
    """One actor of a chain.

    `consumes` are the exact types that `step` handles; everything else passes by untouched. A stage that asks
    for wakes consumes `Woke` and gets only its own. One that consumes `Marker` gets it with the states of all
    before it, without its own, and passes it on itself if it should go further.
    """

    name: str
    initial: Callable[[], S]
    step: Callable[[S, Any], tuple[S, tuple[Any, ...]]]
    consumes: tuple[type, ...]
    produces: tuple[type, ...]
    on_fault: OnFault = OnFault.RESYNC
    salvage: Callable[[Any], tuple[Any, ...]] | None = None
    """What follows instead of a message whose step raised (PASS_ON); without it, the message as it came."""
    capacity: int = 64
    """How many messages wait before this actor until the one before it has to wait too."""


type EffectHandler = Callable[[Any], Awaitable[Any]]
"""Does something outside, with a deadline of its own; the asking actor steps its reply (None: nothing)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wiring:
    """Where outputs go that leave the chain, by their exact type."""

    effects: Mapping[type, EffectHandler] = field(default_factory=dict[type, EffectHandler])
    exits: Mapping[type, Callable[[Any], None]] = field(default_factory=dict[type, Callable[[Any], None]])


def check_chain(stages: Iterable[Stage[Any]]) -> None:
    """Raise ValueError for a chain that cannot work, at set-up and not in the middle of the night."""
    seen: set[str] = set()
    for stage in stages:
        if stage.name in seen:
            raise ValueError(f"two stages are named {stage.name!r}")
        if WakeAt in stage.produces and Woke not in stage.consumes:
            raise ValueError(f"stage {stage.name!r} asks for wakes and does not consume Woke")
        if stage.capacity < 1:
            raise ValueError(f"stage {stage.name!r} has no room for a message")
        seen.add(stage.name)
    if not seen:
        raise ValueError("a chain needs a stage")
