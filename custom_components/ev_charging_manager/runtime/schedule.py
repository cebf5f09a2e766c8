"""The schedule of a chain: which messages enter it when, and in which order."""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from .faults import FaultDesk, Limits
from .health import ActorHealth
from .messages import Instant, Marker, Woke
from .source import Source

SOURCE = "source"
"""The name of the source in the health and the graph."""


class Schedule:
    """The timers, requests and source of one pipeline. The pump sends the messages that it collects."""

    def __init__(self, names: Sequence[str], source: Source, desk: FaultDesk, limits: Limits, every: float) -> None:
        """Start without timers.

        `names` are the actors in the order of the chain, `every` the seconds between two checkpoints.
        """
        self.health = ActorHealth(SOURCE)
        self.resyncs = 0
        self.checkpoints = 0
        self.on_sooner: Callable[[], None] = _ignore
        """Called when a message becomes due earlier than the last result of `due`."""
        self._source = source
        self._desk = desk
        self._limits = limits
        # Always contains all names, so that wakes with equal deadlines are sent in the order of the chain.
        self._timers = dict.fromkeys(names, math.inf)
        self._woken = dict.fromkeys(names, -math.inf)
        self._nearest = math.inf
        self._every = every
        self._announced = -math.inf
        self._next_marker = math.inf
        self._last_marker = 0.0
        self._next_resync = -math.inf
        self._next_poll = -math.inf
        self._first_sent = False
        self._resync_wanted = True

    def begin(self, at: Instant, restored: Iterable[str]) -> None:
        """Start a generation of the chain with a snapshot and a wake for each restored actor.

        A checkpoint does not contain the requested wakes. The wake lets a restored actor check its deadlines even if
        no message makes it request a wake again.
        """
        self._timers = dict.fromkeys(self._timers, math.inf)
        self._timers.update(dict.fromkeys(restored, -math.inf))
        self._woken = dict.fromkeys(self._timers, -math.inf)
        self._nearest = min(self._timers.values())
        self._last_marker = at.mono
        self._next_marker = at.mono + self._every
        self._next_resync = -math.inf
        self._next_poll = -math.inf
        self._first_sent = False
        self._resync_wanted = True

    @property
    def every(self) -> float:
        """Seconds between two checkpoints."""
        return self._every

    @every.setter
    def every(self, seconds: float) -> None:
        self._every = seconds
        # A marker that was requested is due already and must not be delayed.
        if self._next_marker > -math.inf:
            self._plan_marker(self._last_marker + seconds)

    def wake_at(self, actor: str, due: float | None) -> None:
        """Set an actor's wake to this monotonic second, or cancel it (None)."""
        if due is None:
            self._timers[actor] = math.inf
        else:
            self._timers[actor] = max(due, self._woken[actor] + self._limits.finest)
        self._nearest = min(self._timers.values())
        self._sooner(self._nearest)

    def want_checkpoint(self) -> None:
        """Request a marker as soon as possible."""
        self._plan_marker(-math.inf)

    def want_resync(self) -> None:
        """Request a snapshot as soon as the limits allow."""
        self._resync_wanted = True
        self._sooner(self._next_resync)

    def _plan_marker(self, due: float) -> None:
        self._next_marker = due
        self._sooner(due)

    def _sooner(self, due: float) -> None:
        if due < self._announced:
            self.on_sooner()

    def due(self) -> float:
        """Return the monotonic second at which the next message is due, infinity if none is."""
        self._announced = min(self._source_due(), self._resync_due(), self._next_marker, self._nearest)
        return self._announced

    def _resync_due(self) -> float:
        if self._resync_wanted:
            return self._next_resync
        return math.inf

    def _source_due(self) -> float:
        try:
            due = self._source.due()
        except Exception as error:
            self._source_failed("due", error)
            return math.inf
        if due is None:
            return math.inf
        return max(due, self._next_poll)

    def collect(self, at: Instant) -> list[Any]:
        """Return the messages that are due: gathered readings, a snapshot, wakes, a marker, in this order."""
        resync = self._resync_due() <= at.mono
        woken = self._take_woken(at)
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
        """Return the gathered readings and a marker, even if none is due."""
        return [*self._poll(at), self._marker(at)]

    def _take_woken(self, at: Instant) -> list[Any]:
        if self._nearest > at.mono:
            return []
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
        if self._first_sent:
            self._next_resync = at.mono + self._limits.resync_spacing
        # The first snapshot of a generation delays no other one, so that the first fault is repaired immediately.
        self._first_sent = True
        self.resyncs += 1
        try:
            return list(self._source.snapshot(at))
        except Exception as error:
            self._source_failed("snapshot", error)
            return []

    def _source_failed(self, what: str, error: Exception) -> None:
        """Report the fault and request a snapshot, which repairs the possible loss of readings."""
        self._desk.report(self.health, what, error)
        self.want_resync()

    def _marker(self, at: Instant) -> Marker:
        self.checkpoints += 1
        self._last_marker = at.mono
        self._next_marker = at.mono + self._every
        return Marker(at)


def _ignore() -> None:
    """Do nothing, until a task sets `on_sooner`."""
