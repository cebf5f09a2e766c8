"""The house clock: the only place where clocks are read.

House time runs at the rate of the wall clock, unless the environment says otherwise: simulations run in fast motion by
a rate and an origin, and durations, quarter-hours and plausibility hold at any speed.
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
# Less is how a clock is kept right all the time.
STEP_S: Final = 2.0


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
        self._ahead = 0.0
        self._steps = 0
        self._last_step = 0.0
        # Each sample asks for the time: what can be computed once is.
        self._mono_offset = self._utc() - time.monotonic() * self._rate

    @property
    def rate(self) -> float:
        """House seconds per second."""
        return self._rate

    def now(self) -> Moment:
        """This moment."""
        moment = Moment(self._utc(), self.mono())
        self._compare(moment)
        return moment

    def go_on(self, last: Moment | None) -> None:
        """Let the monotonic seconds go on from the last moment of an earlier clock, before anybody asks for them.

        Where the wall clock was set, the two of them began at different times, and a session that ran on both would
        have lasted for hours too long, or less than nothing. Time in between passed as the wall clock says.
        """
        if last is None:
            return
        now = self._utc()
        behind = last.mono + max(0.0, now - last.utc) - self.mono()
        if abs(behind) >= STEP_S * self._rate:
            self._mono_offset += behind
            self._ahead = (now - self.mono()) / self._rate

    def health(self) -> dict[str, float]:
        """How often the wall clock was set while this one ran, and the seconds (forward positive) of the last time."""
        return {"steps": self._steps, "last_step_s": round(self._last_step, 3)}

    def mono(self) -> float:
        """The monotonic seconds of this moment."""
        return self._mono_offset + time.monotonic() * self._rate

    def process_s(self) -> float:
        """Seconds as the process counts them, in no motion but its own, over all clocks that it ever had."""
        return time.monotonic()

    def call_at(self, mono: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call at a monotonic second, in the event loop; returns what calls it off."""
        return self.call_later(max(0.0, mono - self.mono()), action)

    def call_later(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call once so many house seconds from now, in the event loop; returns what calls it off."""
        return asyncio.get_running_loop().call_later(seconds / self._rate, action).cancel

    def _compare(self, moment: Moment) -> None:
        """Notice when somebody sets the wall clock, or the machine slept: records date from then on by what it says."""
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


# Seconds for measuring how long a step takes; asked twice for each.
watch: Final = time.perf_counter


def house_clock() -> HouseClock:
    """The clock of this process: as fast as the wall's, or as the environment says."""
    text = os.environ.get(FAST_MOTION)
    return HouseClock(FastMotion.from_text(text) if text else None)
