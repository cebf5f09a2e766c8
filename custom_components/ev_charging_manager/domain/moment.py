"""A point in house time."""

from __future__ import annotations

from .value import value


@value
class Moment:
    """When something happened.

    `utc` is epoch seconds and goes into records. `mono` is seconds of a clock that only moves forward and
    measures durations, so that an NTP step shortens no session. The house clock starts `mono` at the wall
    time of its process, which keeps it comparable over a restart.
    """

    utc: float
    mono: float

    def later(self, seconds: float) -> Moment:
        """The moment this many seconds after (before, when negative) this one."""
        return Moment(self.utc + seconds, self.mono + seconds)

    def since(self, earlier: Moment) -> float:
        """Seconds elapsed since an earlier moment."""
        return self.mono - earlier.mono
