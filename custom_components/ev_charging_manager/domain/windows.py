"""Charging windows: the stretches of a session in which energy flows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from .moment import Moment
from .records import Window


@dataclass(frozen=True, slots=True)
class OpenWindow:
    """A window that is not over. `quiet_since`: when the flow stopped; None while it flows."""

    started: Moment
    quiet_since: Moment | None = None

    def deadline(self, idle_timeout_s: float) -> float | None:
        """When the quiet has lasted long enough to close it, in monotonic seconds."""
        return None if self.quiet_since is None else self.quiet_since.mono + idle_timeout_s


@dataclass(frozen=True, slots=True)
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
        return self.closed_s + until.since(self.open.started)

    def flow(self, flows: bool | None, at: Moment) -> Windows:
        """Take what is known of the flow; None leaves everything as it was."""
        if flows is None or flows is self.flowing:
            return self
        if self.open is None:
            return self._opened(at)
        return replace(self, open=replace(self.open, quiet_since=None if flows else at))

    def _opened(self, at: Moment) -> Windows:
        """A new window; or the last one again, where a coarse counter tells late that the flow never stopped."""
        last = self.closed[-1] if self.closed else None
        if last is None or at.utc > last.ended_at:
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
        return Windows((*self.closed, window), self.closed_s + ended.since(self.open.started))
