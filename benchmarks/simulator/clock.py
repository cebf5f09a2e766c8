"""House time: the time of the simulated household, which can run faster than real time."""

import time
from dataclasses import dataclass
from typing import Protocol

from .units import to_ms


class Clock(Protocol):
    """A source of house time in ms of the UTC epoch."""

    @property
    def speed(self) -> float:
        """House seconds per elapsed second."""
        ...

    def now_ms(self) -> int:
        """Return the house time."""
        ...

    def wall_until(self, house_ms: int) -> float | None:
        """Return the elapsed seconds until this house time, at least 0.

        None: the time passes only when the clock is moved.
        """
        ...


@dataclass(frozen=True, slots=True)
class HouseClock:
    """house = origin + (wall - wall_origin) * speed; both origins are epoch seconds.

    It reads the wall clock instead of a monotonic clock, because Home Assistant in another process uses the same two
    origins.
    """

    origin: float
    wall_origin: float
    speed: float = 1.0

    def __post_init__(self) -> None:
        if self.speed <= 0:
            raise ValueError(f"speed must be above 0, not {self.speed}")

    def now_ms(self) -> int:
        """Return the house time."""
        return to_ms(self.origin + (time.time() - self.wall_origin) * self.speed)

    def wall_until(self, house_ms: int) -> float:
        """Return the elapsed seconds until this house time, at least 0."""
        return max(0.0, (house_ms - self.now_ms()) / 1000 / self.speed)


class HandClock:
    """A clock that stands still until it is moved. `speed` only sets the distance of samples in house time."""

    def __init__(self, origin: float, speed: float = 1.0) -> None:
        self.speed = speed
        self._now_ms = to_ms(origin)

    def now_ms(self) -> int:
        """Return the house time."""
        return self._now_ms

    def wall_until(self, house_ms: int) -> float | None:
        """Return 0 if this time has passed, else None."""
        if house_ms <= self._now_ms:
            return 0.0
        return None

    def move(self, seconds: float) -> None:
        """Move forward by this number of house seconds."""
        self._now_ms += to_ms(seconds)
