"""The power integrator: adds up each power reading of a charger. Mutable, as `CounterAccumulator` is."""

from __future__ import annotations

import math
from collections.abc import Callable

from .accumulator import Begun, ignore_begun
from .fold import PowerFold

# Meters show a few watts below zero while no power flows.
NOISE_W = 100.0
_LEAST_W = -NOISE_W
# Readings above this multiple of the charger's largest power are errors.
_LIMIT = 1.5

type Crossed = Callable[[bool], None]
"""Called with whether power flows: at the first reading, at each change, and at the first reading after a loss."""


def _ignore_crossed(flows: bool) -> None:
    """Ignore a change of the flow."""


class PowerIntegrator:
    """Integrates power over time.

    A reading holds until the next one, because Home Assistant reports no state change for an unchanged value. Power
    flows from `threshold_w` (watts) on. `rejected`: the number of implausible readings.
    """

    __slots__ = (
        "_at", "_begun", "_crossed", "_flows", "_last", "_limit", "_maximum", "_touched", "_watt_seconds", "rejected",
        "threshold_w",
    )  # fmt: skip

    def __init__(self, max_power_w: float, begun: Begun = ignore_begun, crossed: Crossed = _ignore_crossed) -> None:
        self._begun = begun
        self._crossed = crossed
        self._flows: bool | None = None
        self.threshold_w = math.inf
        self._limit = max_power_w * _LIMIT
        self._last: float | None = None
        self._maximum = 0.0
        self._watt_seconds = 0.0
        self._at = 0.0
        self._touched = False
        self.rejected = 0

    @property
    def last(self) -> float | None:
        """The present power in watts; None while it is unknown."""
        return self._last

    def add(self, watts: float, mono: float) -> bool:
        """Add a reading in watts at a monotonic second; return False if it was rejected as implausible."""
        if not _LEAST_W <= watts <= self._limit:
            self.rejected += 1
            self._begun(mono)
            return False
        if watts < 0.0:
            watts = 0.0
        last = self._last
        if last is not None:
            self._watt_seconds += last * (mono - self._at)
        self._at = mono
        self._last = watts
        if watts > self._maximum:
            self._maximum = watts
        if not self._touched:
            self._touched = True
            self._begun(mono)
        if (watts >= self.threshold_w) is not self._flows:
            self._flows = watts >= self.threshold_w
            self._crossed(self._flows)
        return True

    def lose(self, mono: float) -> None:
        """Note that the power is unknown from now on; no energy is assumed until it is known again."""
        if self._last is not None:
            self._watt_seconds += self._last * (mono - self._at)
        self._last = None
        self._flows = None
        self._touched = True
        self._begun(mono)

    def seal(self, mono: float) -> PowerFold | None:
        """Return the power since the last seal; None without a reading and without a flow."""
        last = self._last
        if last:
            self._watt_seconds += last * (mono - self._at)
        elif not self._touched:
            return None
        self._at = mono
        fold = PowerFold(self._watt_seconds / 3.6, self._maximum, last)
        self._watt_seconds = 0.0
        self._maximum = last or 0.0
        self._touched = False
        return fold
