"""The actors of one chain, and where it ends."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .actor import Actor, Down
from .context import Surroundings
from .health import ActorHealth
from .messages import Marker, Woke
from .stage import Stage


class ChainEnd:
    """Takes what falls off the end of the chain: a marker has done its work, anything else is a mistake."""

    __slots__ = ("_seen", "unhandled")

    def __init__(self, seen: Callable[[Any], None] | None = None) -> None:
        """`seen` is told of each message that arrives, markers too."""
        self.unhandled: dict[str, int] = {}
        self._seen = seen

    async def send(self, message: Any) -> None:
        """Count a message that nobody consumed."""
        if self._seen is not None:
            self._seen(message)
        if type(message) is not Marker:
            name = type(message).__name__
            self.unhandled[name] = self.unhandled.get(name, 0) + 1


def actors_of(
    stages: Iterable[Stage[Any]],
    states: Mapping[str, Any],
    healths: Iterable[ActorHealth],
    around: Surroundings,
    downs: Iterable[Down],
) -> tuple[Actor, ...]:
    """Build the actors of a chain, each from its restored state or, without one, from its initial state."""
    actors = []
    for stage, health, down in zip(stages, healths, downs, strict=True):
        restored = stage.name in states
        actor = Actor(stage, states[stage.name] if restored else stage.initial(), health, around, down)
        if restored and Woke in stage.consumes:
            actor.expect_wake()
        actors.append(actor)
    return tuple(actors)


def restored_sleepers(stages: Iterable[Stage[Any]], states: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the actors whose restored state may have been waiting for a wake."""
    return tuple(stage.name for stage in stages if stage.name in states and Woke in stage.consumes)
