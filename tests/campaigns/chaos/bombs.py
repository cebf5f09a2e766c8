"""Steps that raise, in any actor and in the source."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from custom_components.ev_charging_manager.domain.messages import Started
from custom_components.ev_charging_manager.runtime.messages import Instant
from custom_components.ev_charging_manager.runtime.source import Source
from custom_components.ev_charging_manager.runtime.stage import Stage

SOURCE = "source"


class Bombs:
    """Makes actors raise at their next messages. A chain that is `over` does nothing any more, as if it were aborted.

    `begun` is called with each session that begins.
    """

    def __init__(self, begun: Callable[[Started], None]) -> None:
        """Start without a bomb."""
        self.armed: dict[str, int] = {}
        self.exploded: dict[str, int] = {}
        self.over: Callable[[], bool] = lambda: False
        self._begun = begun

    def arm(self, name: str, times: int = 1) -> None:
        """Let this actor raise this number of times."""
        self.armed[name] = self.armed.get(name, 0) + times

    def explode(self, name: str) -> None:
        """Raise if this actor has a bomb."""
        if not self.armed.get(name):
            return
        self.armed[name] -= 1
        self.exploded[name] = self.exploded.get(name, 0) + 1
        raise RuntimeError("boom")

    @property
    def ticking(self) -> bool:
        """Whether anything may still raise."""
        return any(self.armed.values())

    def wrap(self, stages: Sequence[Stage[Any]]) -> tuple[Stage[Any], ...]:
        """Return the same stages, with bombs in them."""
        return tuple(self._armed(stage) for stage in stages)

    def _armed(self, stage: Stage[Any]) -> Stage[Any]:
        step, name = stage.step, stage.name

        def explosive(state: Any, message: Any) -> tuple[Any, tuple[Any, ...]]:
            if self.over():
                return state, ()
            self.explode(name)
            after, outputs = step(state, message)
            if name == "session":
                for output in outputs:
                    if type(output) is Started:
                        self._begun(output)
            return after, outputs

        return replace(stage, step=explosive)


class GuardedSource:
    """A source that ignores a chain that is over, and raises if it has a bomb."""

    def __init__(self, source: Source, bombs: Bombs) -> None:
        """Wrap a source."""
        self._source = source
        self._bombs = bombs

    def poll(self, at: Instant) -> tuple[Any, ...]:
        """Poll the source."""
        if self._bombs.over():
            return ()
        self._bombs.explode(SOURCE)
        return self._source.poll(at)

    def snapshot(self, at: Instant) -> tuple[Any, ...]:
        """Take the source's snapshot."""
        if self._bombs.over():
            return ()
        return self._source.snapshot(at)

    def due(self) -> float | None:
        """Return the source's due time."""
        if self._bombs.over():
            return None
        return self._source.due()
