"""The head of the chain: decides what leaves it when, and in which order."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .faults import FaultDesk, Limits
from .health import ActorHealth
from .messages import Instant, Marker, Woke
from .source import Source

SOURCE = "source"
"""The name under which the source appears in the health and the graph."""


class Head:
    """Timers, wishes and the source of one pipeline; pump and inline runner both send what it collects."""

    def __init__(self, names: Sequence[str], source: Source, desk: FaultDesk, limits: Limits, every: float) -> None:
        """`names` are the actors in the order of the chain, `every` the seconds between two checkpoints."""
        self.health = ActorHealth(SOURCE)
        self.resyncs = 0
        self.checkpoints = 0
        self.on_sooner: Callable[[], None] = _nobody
        """Called when something wants to go out earlier than the last `due` said."""
        self._source = source
        self._desk = desk
        self._limits = limits
        # All names, always: equal deadlines go out in the order of the chain, whoever asked first.
        self._timers = dict.fromkeys(names, math.inf)
        self._woken = dict.fromkeys(names, -math.inf)
        self._nearest = math.inf
        self._every = every
        self._told = -math.inf
        self._next_marker = math.inf
        self._last_marker = 0.0
        self._next_resync = -math.inf
        self._next_poll = -math.inf
        self._begun = False
        self._resync_wanted = True

    def begin(self, at: Instant, restored: Iterable[str]) -> None:
        """Begin a life of the chain: a snapshot first, then a wake for each restored actor.

        The wakes that a restored state waits for are not part of it, and silence brings none: unless the
        snapshot makes the actor ask anew, this wake lets it look at its deadlines.
        """
        self._timers = dict.fromkeys(self._timers, math.inf)
        self._timers.update(dict.fromkeys(restored, -math.inf))
        self._woken = dict.fromkeys(self._timers, -math.inf)
        self._nearest = min(self._timers.values())
        self._last_marker = at.mono
        self._next_marker = at.mono + self._every
        self._next_resync = -math.inf
        self._next_poll = -math.inf
        self._begun = False
        self._resync_wanted = True

    @property
    def every(self) -> float:
        """Seconds between two checkpoints."""
        return self._every

    @every.setter
    def every(self, seconds: float) -> None:
        self._every = seconds
        # One that is wanted at once has not gone out yet.
        if self._next_marker > -math.inf:
            self._plan_marker(self._last_marker + seconds)

    def wake_at(self, actor: str, due: float | None) -> None:
        """Set or cancel an actor's wake."""
        self._timers[actor] = math.inf if due is None else max(due, self._woken[actor] + self._limits.finest)
        self._nearest = min(self._timers.values())
        self._sooner(self._nearest)

    def want_checkpoint(self) -> None:
        """Let a marker go out at once."""
        self._plan_marker(-math.inf)

    def want_resync(self) -> None:
        """Let a snapshot go out at once, or as soon as the last one is not too recent."""
        self._resync_wanted = True
        self._sooner(self._next_resync)

    def _plan_marker(self, due: float) -> None:
        self._next_marker = due
        self._sooner(due)

    def _sooner(self, due: float) -> None:
        if due < self._told:
            self.on_sooner()

    def due(self) -> float:
        """Return the monotonic second at which the next thing goes out, infinity if there is none."""
        resync = self._next_resync if self._resync_wanted else math.inf
        self._told = min(self._source_due(), resync, self._next_marker, self._nearest)
        return self._told

    def _source_due(self) -> float:
        try:
            due = self._source.due()
        except Exception as error:
            self._source_failed("due", error)
            return math.inf
        return math.inf if due is None else max(due, self._next_poll)

    def collect(self, at: Instant) -> list[Any]:
        """Return what goes out at this moment: what was gathered, a snapshot, wakes as due, a marker."""
        resync = self._resync_wanted and self._next_resync <= at.mono
        woken = self._take_woken(at) if self._nearest <= at.mono else []
        marker = self._next_marker <= at.mono
        if not (resync or woken or marker or self._source_due() <= at.mono):
            return []
        messages = self._poll(at)
        if resync:
            messages += self._snapshot(at)
        messages += woken
        if marker:
            messages.append(self._marker(at))
        return messages

    def mark(self, at: Instant) -> list[Any]:
        """Return a marker behind what was gathered, whatever was planned."""
        return [*self._poll(at), self._marker(at)]

    def _take_woken(self, at: Instant) -> list[Any]:
        ripe = sorted((name for name, due in self._timers.items() if due <= at.mono), key=self._timers.__getitem__)
        for name in ripe:
            self._timers[name] = math.inf
            self._woken[name] = at.mono
        self._nearest = min(self._timers.values())
        return [Woke(name, at) for name in ripe]

    def _poll(self, at: Instant) -> list[Any]:
        self._next_poll = at.mono + self._limits.finest
        try:
            return list(self._source.poll(at))
        except Exception as error:
            self._next_poll = at.mono + self._limits.resync_spacing
            self._source_failed("poll", error)
            return []

    def _snapshot(self, at: Instant) -> list[Any]:
        self._resync_wanted = False
        if self._begun:
            self._next_resync = at.mono + self._limits.resync_spacing
        # The one that begins a life delays no other: the first fault is answered at once.
        self._begun = True
        self.resyncs += 1
        try:
            return list(self._source.snapshot(at))
        except Exception as error:
            self._source_failed("snapshot", error)
            return []

    def _source_failed(self, what: str, error: Exception) -> None:
        """What was gathered may be lost: how things are now makes up for it."""
        self._desk.report(self.health, what, error)
        self.want_resync()

    def _marker(self, at: Instant) -> Marker:
        self.checkpoints += 1
        self._last_marker = at.mono
        self._next_marker = at.mono + self._every
        return Marker(at)


def _nobody() -> None:
    """Stand in until someone waits."""
