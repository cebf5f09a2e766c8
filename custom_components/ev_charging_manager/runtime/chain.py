"""The actors of one chain, and its end."""

from collections.abc import Iterable, Mapping
from typing import Any

from .actor import Actor, Down
from .context import Context
from .health import ActorHealth
from .messages import Marker, Woke
from .stage import Stage


class ChainEnd:
    """Receives messages that pass the last actor. Any message but a marker is a mistake in the graph."""

    def __init__(self) -> None:
        """Start without unhandled messages."""
        self.unhandled: dict[str, int] = {}

    async def send(self, message: Any) -> None:
        """Count a message that no actor consumed."""
        if type(message) is not Marker:
            name = type(message).__name__
            self.unhandled[name] = self.unhandled.get(name, 0) + 1


def actors_of(
    stages: Iterable[Stage[Any]],
    states: Mapping[str, Any],
    healths: Iterable[ActorHealth],
    context: Context,
    downs: Iterable[Down],
) -> tuple[Actor, ...]:
    """Build the actors of a chain. An actor without a restored state starts from its initial state."""
    return tuple(
        _actor(stage, states, health, context, down) for stage, health, down in zip(stages, healths, downs, strict=True)
    )


def _actor(stage: Stage[Any], states: Mapping[str, Any], health: ActorHealth, context: Context, down: Down) -> Actor:
    if stage.name not in states:
        return Actor(stage, stage.initial(), health, context, down)
    actor = Actor(stage, states[stage.name], health, context, down)
    if Woke in stage.consumes:
        actor.expect_wake()
    return actor


def restored_sleepers(stages: Iterable[Stage[Any]], states: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the actors that may have been waiting for a wake when the checkpoint was taken."""
    return tuple(stage.name for stage in stages if stage.name in states and Woke in stage.consumes)
