"""What many samples come to: the sealed result of a stretch of readings."""

from __future__ import annotations

from dataclasses import dataclass

from .moment import Moment


@dataclass(frozen=True, slots=True)
class CounterFold:
    """A counter over a stretch of time, in mWh.

    `first` is the value before the first step, `rise` the sum of positive steps and of what was counted after each
    reset. Last minus first would be negative when two drivers swap within one fold.
    """

    first: int
    last: int
    rise: int = 0
    resets: int = 0

    def then(self, later: CounterFold) -> CounterFold:
        """This stretch followed by a later one."""
        return CounterFold(
            self.first,
            later.last,
            self.rise + missed(self.last, later.first) + later.rise,
            self.resets + later.resets + (later.first < self.last),
        )


def missed(last: int, first: int) -> int:
    """What a counter counted between the last value that was seen and the first of the next stretch."""
    return first - last if first >= last else first


@dataclass(frozen=True, slots=True)
class PowerFold:
    """Power over a stretch of time: its integral in mWh, its maximum and the last value in watts (None: unknown)."""

    energy_mwh: float
    maximum_w: float
    last_w: float | None

    def then(self, later: PowerFold) -> PowerFold:
        """This stretch followed by a later one."""
        return PowerFold(self.energy_mwh + later.energy_mwh, max(self.maximum_w, later.maximum_w), later.last_w)


@dataclass(frozen=True, slots=True)
class Fold:
    """All samples of a charger from `since` to `until`. None: that counter said nothing."""

    since: Moment
    until: Moment
    session: CounterFold | None = None
    total: CounterFold | None = None
    power: PowerFold | None = None
    rejected: int = 0

    def then(self, later: Fold) -> Fold:
        """This stretch followed by a later one."""
        return Fold(
            self.since,
            later.until,
            _joined(self.session, later.session),
            _joined(self.total, later.total),
            self.power.then(later.power) if self.power and later.power else later.power or self.power,
            self.rejected + later.rejected,
        )


def _joined(earlier: CounterFold | None, later: CounterFold | None) -> CounterFold | None:
    return earlier.then(later) if earlier and later else later or earlier


def joined(earlier: Fold | None, later: Fold | None) -> Fold | None:
    """Two stretches in order, either of which may be missing."""
    return earlier.then(later) if earlier and later else later or earlier
