"""The house clock, the only module that reads clocks.

House time runs at the rate of the wall clock. For the demo and the tests, an environment variable sets another rate and
origin; durations, quarter-hours and plausibility limits hold at any rate.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..domain.moment import Moment

_LOGGER = logging.getLogger(__name__)

FAST_MOTION: Final = "EV_CHARGING_MANAGER_FAST_MOTION"
# Smaller steps are the regular corrections of a clock that is synchronised.
STEP_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class FastMotion:
    """House time equals `house_origin` at the wall time `wall_origin` and runs `rate` times as fast (epoch seconds)."""

    rate: float = 1.0
    wall_origin: float = 0.0
    house_origin: float = 0.0

    @classmethod
    def from_text(cls, text: str) -> FastMotion:
        """Parse `rate,wall origin,house origin`. Raises ValueError."""
        rate, wall_origin, house_origin = (float(part) for part in text.split(","))
        if not rate > 0:
            raise ValueError(f"{FAST_MOTION}: the rate must be positive, not {rate}")
        return cls(rate, wall_origin, house_origin)


class HouseClock:
    """The clock of the house.

    Its monotonic seconds start at the wall time of the process, so that they can be compared over a restart.
    """

    def __init__(self, motion: FastMotion | None = None) -> None:
        """Start the monotonic seconds now."""
        self._motion = motion or FastMotion()
        self._rate = self._motion.rate
        self._ahead = 0.0
        self._steps = 0
        self._last_step = 0.0
        # Hot path: each sample reads the time, so this offset is computed once.
        self._mono_offset = self._utc() - time.monotonic() * self._rate

    @property
    def rate(self) -> float:
        """House seconds per wall second."""
        return self._rate

    def now(self) -> Moment:
        """Return the present moment."""
        moment = Moment(self._utc(), self.mono())
        self._compare(moment)
        return moment

    def continue_from(self, last: Moment | None) -> None:
        """Continue the monotonic seconds from the last moment of an earlier process. Call it before they are used.

        The time in between is that of the wall clock. Without this, a wall clock that was set would make a session that
        runs over the restart hours too long, or give it a negative duration.
        """
        if last is None:
            return
        now = self._utc()
        behind = last.mono + max(0.0, now - last.utc) - self.mono()
        if abs(behind) >= STEP_S * self._rate:
            self._mono_offset += behind
            self._ahead = (now - self.mono()) / self._rate

    def health(self) -> dict[str, float]:
        """Return how often the wall clock was set, and by how many seconds (positive: forward) the last time."""
        return {"steps": self._steps, "last_step_s": round(self._last_step, 3)}

    def mono(self) -> float:
        """Return the present monotonic seconds."""
        return self._mono_offset + time.monotonic() * self._rate

    def process_s(self) -> float:
        """Return monotonic seconds of the process, unaffected by fast motion and by new house clocks."""
        return time.monotonic()

    def call_at(self, mono: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call `action` in the event loop at a monotonic second; return the callback that cancels it."""
        return self.call_later(max(0.0, mono - self.mono()), action)

    def call_later(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call `action` in the event loop after so many house seconds; return the callback that cancels it."""
        return asyncio.get_running_loop().call_later(seconds / self._rate, action).cancel

    def _compare(self, moment: Moment) -> None:
        """Log and count a step of the wall clock: it was set, or the machine slept. Later records use the new time."""
        ahead = (moment.utc - moment.mono) / self._rate
        step = ahead - self._ahead
        self._ahead = ahead
        if abs(step) >= STEP_S:
            self._steps += 1
            self._last_step = step
            _LOGGER.warning("The clock was set by %+.1f s; durations are not affected", step)

    def _utc(self) -> float:
        motion = self._motion
        return motion.house_origin + (time.time() - motion.wall_origin) * motion.rate


# Seconds to measure the duration of a step; read twice for each step.
watch: Final = time.perf_counter


def house_clock() -> HouseClock:
    """Return a clock in the motion that the environment sets, else at the rate of the wall clock."""
    text = os.environ.get(FAST_MOTION)
    if not text:
        return HouseClock()
    return HouseClock(FastMotion.from_text(text))
