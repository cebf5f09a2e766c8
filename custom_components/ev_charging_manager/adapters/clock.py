"""The house clock: the only place where clocks are read.

House time runs at the rate of the wall clock, unless the environment says otherwise: simulations run in fast motion by
a rate and an origin, and durations, quarter-hours and plausibility hold at any speed.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Final

import anyio

from ..domain.moment import Moment

FAST_MOTION: Final = "EV_CHARGING_MANAGER_FAST_MOTION"


@dataclass(frozen=True, slots=True)
class FastMotion:
    """House time is `house_origin` at the wall time `wall_origin` (epoch seconds) and runs `rate` times as fast."""

    rate: float = 1.0
    wall_origin: float = 0.0
    house_origin: float = 0.0

    @classmethod
    def from_text(cls, text: str) -> FastMotion:
        """Read `rate,wall origin,house origin`; ValueError when it is something else."""
        rate, wall_origin, house_origin = (float(part) for part in text.split(","))
        if not rate > 0:
            raise ValueError(f"a house clock cannot run at a rate of {rate}")
        return cls(rate, wall_origin, house_origin)


class HouseClock:
    """Tells house time. Its monotonic seconds start at the process's wall time, so they compare over a restart."""

    def __init__(self, motion: FastMotion | None = None) -> None:
        """Start at this moment."""
        self._motion = motion or FastMotion()
        self._rate = self._motion.rate
        self._mono_origin = time.monotonic()
        self._house_mono_origin = self._utc()

    @property
    def rate(self) -> float:
        """House seconds per second."""
        return self._rate

    def now(self) -> Moment:
        """This moment."""
        return Moment(self._utc(), self.mono())

    def mono(self) -> float:
        """The monotonic seconds of this moment."""
        return self._house_mono_origin + (time.monotonic() - self._mono_origin) * self._rate

    async def sleep_until(self, mono: float) -> None:
        """Wait for a monotonic second."""
        await anyio.sleep(max(0.0, (mono - self.mono()) / self._rate))

    def _utc(self) -> float:
        motion = self._motion
        return motion.house_origin + (time.time() - motion.wall_origin) * motion.rate


def watch() -> float:
    """Seconds for measuring how long a step takes."""
    return time.perf_counter()


def house_clock() -> HouseClock:
    """The clock of this process: as fast as the wall's, or as the environment says."""
    text = os.environ.get(FAST_MOTION)
    return HouseClock(FastMotion.from_text(text) if text else None)
