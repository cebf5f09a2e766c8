"""A point in house time."""

from __future__ import annotations

from .value import value


@value
class Moment:
    """A point in time on both clocks.

    `utc` is in epoch seconds, for records. `mono` is in seconds of a clock that only moves forward, for durations: an
    NTP step must not shorten a session. The house clock starts `mono` at the wall time at which its process started, so
    that moments before and after a restart can be compared.
    """

    utc: float
    mono: float

    def later(self, seconds: float) -> Moment:
        """Return the moment this many seconds later; earlier, if negative."""
        return Moment(self.utc + seconds, self.mono + seconds)

    def since(self, earlier: Moment) -> float:
        """Return the seconds since an earlier moment, by the monotonic clock."""
        return self.mono - earlier.mono
