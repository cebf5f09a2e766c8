"""House time over several lives of Home Assistant, with a wall clock that may step."""

from __future__ import annotations

from custom_components.ev_charging_manager.domain.moment import Moment


class SteppingClock:
    """Stands still until it is moved. `elapsed` is true time in seconds since the day began, whatever the wall says.

    As in Home Assistant, the monotonic seconds of a process start at the wall time at which it started.
    """

    def __init__(self, wall: float) -> None:
        """Start at this UTC epoch second."""
        self._mono = self._origin = wall
        self._ahead = 0.0

    @property
    def elapsed(self) -> float:
        """True seconds since the day began."""
        return self._mono - self._origin

    def now(self) -> Moment:
        """This moment, as the house knows it."""
        return Moment(self._mono + self._ahead, self._mono)

    def move_to(self, mono: float) -> None:
        """Move forward to a monotonic second."""
        self._mono = max(self._mono, mono)

    def mono_of(self, elapsed: float) -> float:
        """The monotonic second of the running process that belongs to a true time."""
        return self._origin + elapsed

    def elapsed_of(self, mono: float) -> float:
        """The true time that belongs to a monotonic second of the running process."""
        return mono - self._origin

    def step(self, seconds: float) -> None:
        """Set the wall clock, as NTP or a person does."""
        self._ahead += seconds

    def boot(self) -> None:
        """Begin another process: its monotonic seconds start at the wall time."""
        self._mono, self._origin, self._ahead = self._mono + self._ahead, self._origin + self._ahead, 0.0
