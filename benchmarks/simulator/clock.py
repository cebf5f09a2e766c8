"""House time: what the clock on the garage's wall says, as fast as the demo wants it."""

import time
from dataclasses import dataclass
from typing import Protocol

from .units import to_ms


class Clock(Protocol):
    """Tells house time in ms of the UTC epoch, and how long the wall clock takes to get somewhere."""

    @property
    def speed(self) -> float:
        """House seconds per wall second."""
        ...

    def now_ms(self) -> int:
        """House time."""
        ...

    def wall_until(self, house_ms: int) -> float | None:
        """Wall seconds until that house time, at least 0.

        None: it comes only when somebody moves the clock.
        """
        ...


@dataclass(frozen=True, slots=True)
class HouseClock:
    """house = origin + (wall - wall_origin) * speed; both origins are epoch seconds.

    It reads the wall clock and not a monotonic one, because Home Assistant in another process maps the same
    two numbers.
    """

    origin: float
    wall_origin: float
    speed: float = 1.0

    def __post_init__(self) -> None:
        if self.speed <= 0:
            raise ValueError(f"speed must be above 0, not {self.speed}")

    def now_ms(self) -> int:
        """House time."""
        return to_ms(self.origin + (time.time() - self.wall_origin) * self.speed)

    def wall_until(self, house_ms: int) -> float:
        """Wall seconds until that house time, at least 0."""
        return max(0.0, (house_ms - self.now_ms()) / 1000 / self.speed)


class HandClock:
    """Stands still until it is moved. `speed` only says how far apart samples are in house time."""

    def __init__(self, origin: float, speed: float = 1.0) -> None:
        self.speed = speed
        self._now_ms = to_ms(origin)

    def now_ms(self) -> int:
        """House time."""
        return self._now_ms

    def wall_until(self, house_ms: int) -> float | None:
        """0 if that time is there, else None."""
        return 0.0 if house_ms <= self._now_ms else None

    def move(self, seconds: float) -> None:
        """Moves on by so many house seconds."""
        self._now_ms += to_ms(seconds)
