"""House time across several processes of Home Assistant, with a wall clock that may step."""

from __future__ import annotations

from custom_components.ev_charging_manager.domain.moment import Moment


class SteppingClock:
    """A clock that stands still until it is moved. `elapsed` is the true time in seconds since the start of the day,
    independent of the wall clock.

    As in Home Assistant, the monotonic seconds of a process start at the wall time of its start.
    """

    def __init__(self, wall: float) -> None:
        """Start at this UTC epoch second."""
        self._mono = self._origin = wall
        self._ahead = 0.0

    @property
    def elapsed(self) -> float:
        """Return the true seconds since the start of the day."""
        return self._mono - self._origin

    def now(self) -> Moment:
        """Return the present moment in house time."""
        return Moment(self._mono + self._ahead, self._mono)

    def move_to(self, mono: float) -> None:
        """Move forward to a monotonic second."""
        self._mono = max(self._mono, mono)

    def mono_of(self, elapsed: float) -> float:
        """Return the monotonic second of the running process at a true time."""
        return self._origin + elapsed

    def elapsed_of(self, mono: float) -> float:
        """Return the true time at a monotonic second of the running process."""
        return mono - self._origin

    def step(self, seconds: float) -> None:
        """Set the wall clock, as NTP or a user does."""
        self._ahead += seconds

    def boot(self) -> None:
        """Start another process: its monotonic seconds start at the wall time."""
        self._mono, self._origin, self._ahead = self._mono + self._ahead, self._origin + self._ahead, 0.0
