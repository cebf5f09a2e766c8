"""Power over time as stretches of constant watts, and its exact integral."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from .units import QUARTER_MS, to_mwh


@dataclass(frozen=True, slots=True)
class Stretch:
    """Constant power from `start_ms` to `end_ms` (excluded)."""

    start_ms: int
    end_ms: int
    watts: int

    @property
    def energy_mj(self) -> int:
        """Return the energy of the whole stretch."""
        return self.watts * (self.end_ms - self.start_ms)


class PowerCurve:
    """Stretches in order, without overlap; no power flows between them."""

    __slots__ = ("_before_mj", "_starts", "stretches", "total_mj")

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self.stretches = tuple(stretches)
        self._starts = [each.start_ms for each in self.stretches]
        self._before_mj: list[int] = []
        self.total_mj = 0
        for each in self.stretches:
            self._before_mj.append(self.total_mj)
            self.total_mj += each.energy_mj

    def watts(self, at_ms: int) -> int:
        """Return the power at this time; a boundary belongs to the stretch that begins there."""
        index = bisect_right(self._starts, at_ms) - 1
        if index < 0 or at_ms >= self.stretches[index].end_ms:
            return 0
        return self.stretches[index].watts

    def energy_mj(self, until_ms: int) -> int:
        """Return the energy until this time."""
        index = bisect_right(self._starts, until_ms) - 1
        if index < 0:
            return 0
        stretch = self.stretches[index]
        return self._before_mj[index] + stretch.watts * (min(until_ms, stretch.end_ms) - stretch.start_ms)

    def flowing_ms(self, until_ms: int) -> int:
        """Return the time with power until this time."""
        return sum(max(0, min(each.end_ms, until_ms) - each.start_ms) for each in self.stretches)

    def peak_watts(self, until_ms: int) -> int:
        """Return the highest power until this time."""
        return max((each.watts for each in self.stretches if each.start_ms < until_ms), default=0)

    def quarters_mwh(self, until_ms: int) -> dict[int, int]:
        """Return the energy in mWh by the start of its quarter-hour (UTC epoch seconds).

        The parts sum up to the total in whole mWh.
        """
        if not self.stretches:
            return {}
        quarters: dict[int, int] = {}
        start = self._starts[0] // QUARTER_MS * QUARTER_MS
        while start < min(until_ms, self.stretches[-1].end_ms):
            end = min(start + QUARTER_MS, until_ms)
            if part := to_mwh(self.energy_mj(end)) - to_mwh(self.energy_mj(start)):
                quarters[start // 1000] = part
            start += QUARTER_MS
        return quarters
