"""Charging windows: the parts of a session in which energy flows."""

from __future__ import annotations

from dataclasses import replace

from ..moment import Moment
from ..records import Window
from ..value import value

# A window stays open for this multiple of the last step: a car that slows down takes longer for the next step.
PATIENCE = 1.5
# A longer step is not one step of a charging car: the car waited for a part of it.
LONGEST_STEP_S = 3600.0


@value
class OpenWindow:
    """An open window. `quiet_since`: when the flow stopped; None while energy flows.

    `step_s`: the length of the last step of a coarse counter, where only its steps show the flow.
    """

    started: Moment
    quiet_since: Moment | None = None
    step_s: float = 0.0

    def deadline(self, idle_timeout_s: float) -> float | None:
        """Return when to close the window, in monotonic seconds; None while energy flows."""
        if self.quiet_since is None:
            return None
        return self.quiet_since.mono + max(idle_timeout_s, self.step_s * PATIENCE)


@value
class Windows:
    """The windows of a session: the closed ones, their length in monotonic seconds, and the open one."""

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
        """Return the time in windows up to a moment; a pause of the open window counts once energy flows again."""
        if self.open is None:
            return self.closed_s
        until = self.open.quiet_since or at
        return self.closed_s + max(0.0, until.since(self.open.started))

    def flow(self, flows: bool | None, at: Moment) -> Windows:
        """Note whether energy flows from a moment on; None (unknown) changes nothing."""
        if flows is None or flows is self.flowing:
            return self
        if self.open is None:
            return self._opened(at)
        quiet_since = None
        if not flows:
            quiet_since = at
        return replace(self, open=replace(self.open, quiet_since=quiet_since))

    def step(self, since: Moment, until: Moment) -> Windows:
        """Note a step of a counter that alone shows the flow: energy flowed meanwhile, and may flow on."""
        stepped = self.flow(True, since).flow(False, until)
        if stepped.open is None:
            return stepped
        step_s = min(until.since(since), LONGEST_STEP_S)
        return replace(stepped, open=replace(stepped.open, step_s=step_s))

    def _opened(self, at: Moment) -> Windows:
        """Open a window, or reopen the last one if a coarse counter shows late that the flow never stopped."""
        if not self.closed:
            return replace(self, open=OpenWindow(at))
        last = self.closed[-1]
        if not last.started_at <= at.utc <= last.ended_at:
            return replace(self, open=OpenWindow(at))
        reopened = OpenWindow(at.later(last.started_at - at.utc))
        return Windows(self.closed[:-1], self.closed_s - last.seconds, reopened)

    def quiet(self, at: Moment, idle_timeout_s: float) -> Windows:
        """Close the open window if no energy has flowed for the idle timeout."""
        if self.open is None:
            return self
        deadline = self.open.deadline(idle_timeout_s)
        if deadline is None or at.mono < deadline:
            return self
        return self.close(at)

    def close(self, at: Moment) -> Windows:
        """Close the open window at the moment the flow stopped."""
        if self.open is None:
            return self
        started = self.open.started
        ended = self.open.quiet_since or at
        window = Window(started.utc, max(ended.utc, started.utc))
        return Windows((*self.closed, window), self.closed_s + max(0.0, ended.since(started)))
