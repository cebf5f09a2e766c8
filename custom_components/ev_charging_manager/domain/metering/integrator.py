"""Power over time: mutable, as the accumulator of a counter, because a charger may send hundreds of values a second."""

from __future__ import annotations

import math
from collections.abc import Callable

from .accumulator import Begun, nobody
from .fold import PowerFold

# Meters show a few watts below zero when nothing flows.
NOISE_W = 100.0
_LEAST_W = -NOISE_W

type Crossed = Callable[[bool], None]
"""Told whether power flows, when that becomes another than it was or was not known."""


def _unmoved(flows: bool) -> None:
    """Nobody asks whether it flows."""


class PowerIntegrator:
    """Integrates power. The last value holds until the next, because an unchanged value raises no state change.

    Power flows from `threshold_w` on.
    """

    __slots__ = (
        "_at", "_begun", "_crossed", "_flows", "_last", "_limit", "_maximum", "_touched", "_watt_seconds", "rejected",
        "threshold_w",
    )  # fmt: skip

    def __init__(self, max_power_w: float, begun: Begun = nobody, crossed: Crossed = _unmoved) -> None:
        self._begun = begun
        self._crossed = crossed
        self._flows: bool | None = None
        self.threshold_w = math.inf
        self._limit = max_power_w * 1.5
        self._last: float | None = None
        self._maximum = 0.0
        self._watt_seconds = 0.0
        self._at = 0.0
        self._touched = False
        self.rejected = 0

    @property
    def last(self) -> float | None:
        """The power that holds at present, in watts; None when it is not known."""
        return self._last

    def add(self, watts: float, mono: float) -> bool:
        """Fold one value in watts; False when it cannot be and was put aside."""
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
        """The power is not known from now on; nothing is guessed until it returns."""
        if self._last is not None:
            self._watt_seconds += self._last * (mono - self._at)
        self._last = self._flows = None
        self._touched = True
        self._begun(mono)

    def seal(self, mono: float) -> PowerFold | None:
        """What was gathered up to now; None when nothing came and nothing flows."""
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
