"""Charging windows: the stretches of a session in which energy flows."""

from __future__ import annotations

from dataclasses import replace

from ..moment import Moment
from ..records import Window
from ..value import value

# A car that slows down towards its end takes longer for the next whole step than it took for the last one.
PATIENCE = 1.5
# What takes longer than this was no step of a car that charged, but began with a car that waited.
LONGEST_STEP_S = 3600.0


@value
class OpenWindow:
    """A window that is not over. `quiet_since`: when the flow stopped; None while it flows.

    `step_s`: how long the last step of a coarse counter took, where nothing but its steps tells of the flow.
    """

    started: Moment
    quiet_since: Moment | None = None
    step_s: float = 0.0

    def deadline(self, idle_timeout_s: float) -> float | None:
        """When the quiet has lasted long enough to close it, in monotonic seconds: longer than a step takes."""
        if self.quiet_since is None:
            return None
        return self.quiet_since.mono + max(idle_timeout_s, self.step_s * PATIENCE)


@value
class Windows:
    """The windows of a session: those that are over, and the one that is open."""

    closed: tuple[Window, ...] = ()
    closed_s: float = 0.0
    open: OpenWindow | None = None

    @property
    def flowing(self) -> bool:
        """Whether energy flows at present."""
        return self.open is not None and self.open.quiet_since is None

    @property
    def any(self) -> bool:
        """Whether energy ever flowed."""
        return self.open is not None or bool(self.closed)

    def seconds(self, at: Moment) -> float:
        """Time in windows up to a moment; the quiet at the end of the open one counts once flow returns."""
        if self.open is None:
            return self.closed_s
        until = self.open.quiet_since or at
        return self.closed_s + max(0.0, until.since(self.open.started))

    def flow(self, flows: bool | None, at: Moment) -> Windows:
        """Take what is known of the flow; None leaves everything as it was."""
        if flows is None or flows is self.flowing:
            return self
        if self.open is None:
            return self._opened(at)
        return replace(self, open=replace(self.open, quiet_since=None if flows else at))

    def step(self, since: Moment, until: Moment) -> Windows:
        """A step of a counter that alone tells of the flow: it flowed in between, and what is now nobody knows."""
        stepped = self.flow(True, since).flow(False, until)
        step_s = min(until.since(since), LONGEST_STEP_S)
        return stepped if stepped.open is None else replace(stepped, open=replace(stepped.open, step_s=step_s))

    def _opened(self, at: Moment) -> Windows:
        """A new window; or the last one again, where a coarse counter tells late that the flow never stopped."""
        last = self.closed[-1] if self.closed else None
        if last is None or not last.started_at <= at.utc <= last.ended_at:
            return replace(self, open=OpenWindow(at))
        return Windows(self.closed[:-1], self.closed_s - last.seconds, OpenWindow(at.later(last.started_at - at.utc)))

    def quiet(self, at: Moment, idle_timeout_s: float) -> Windows:
        """Close the open window when it has been quiet for the idle timeout."""
        deadline = self.open.deadline(idle_timeout_s) if self.open else None
        return self if deadline is None or at.mono < deadline else self.close(at)

    def close(self, at: Moment) -> Windows:
        """Close the open window, dated when the flow stopped."""
        if self.open is None:
            return self
        ended = self.open.quiet_since or at
        window = Window(self.open.started.utc, max(ended.utc, self.open.started.utc))
        return Windows((*self.closed, window), self.closed_s + max(0.0, ended.since(self.open.started)))
